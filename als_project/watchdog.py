"""Ends a Celery worker that no longer hears its broker, so that its supervisor starts it anew.

After a broken connection to Redis a worker can stand still for good, or die without ending. It is known by this: the
broker answers and tasks are waiting in it, but for a while the worker's loop has not gone round; or it goes round, and
with no task in hand it has heard of none. Tasks in hand say nothing about a loop that stands still: it would never
hear that they have ended.
"""

import logging
import os
import threading
import time
from contextlib import closing
from typing import Any

import redis
from celery.bootsteps import StartStopStep
from celery.signals import celeryd_init, task_postrun, task_prerun, task_received
from django.conf import settings

log = logging.getLogger(__name__)

ENDED = 70  # the exit status: “internal software error”
_heard = _turned = time.monotonic()
# When a task began that runs in this very process (pool “solo”): meanwhile the loop can't go round.
_began: float | None = None


class Pulse(StartStopStep):
    """Notes again and again that the loop goes round, as long as a connection lasts."""

    timer: Any = None

    def start(self, consumer: Any) -> None:
        _turn()
        self.timer = consumer.timer.call_repeatedly(settings.WORKER_DEAF_SECONDS / 10, _turn)

    def stop(self, consumer: Any) -> None:
        if self.timer:
            self.timer.cancel()


def _turn() -> None:
    global _turned
    _turned = time.monotonic()


@task_received.connect
def _hear(**_: object) -> None:
    global _heard
    _heard = time.monotonic()


@task_prerun.connect
def _begin(**_: object) -> None:
    global _began
    _began = time.monotonic()


@task_postrun.connect
def _end(**_: object) -> None:
    global _began
    _began = None
    _turn()


@celeryd_init.connect
def watch(instance: Any = None, conf: Any = None, **_: object) -> None:
    """From now on a thread of the worker's own process looks after it."""
    if settings.REDIS_URL:
        instance.app.steps["consumer"].add(Pulse)
        threading.Thread(target=_look, args=(conf.task_default_queue,), name="watchdog", daemon=True).start()


def _look(queue: str) -> None:
    deaf = 0
    while True:
        time.sleep(settings.WORKER_DEAF_SECONDS / 4)
        deaf = deaf + 1 if _is_deaf(queue) else 0
        if deaf >= 2:  # not a task that came just now
            log.critical("This worker no longer hears its broker: it ends, to be started anew.")
            logging.shutdown()
            os._exit(ENDED)


def _is_deaf(queue: str) -> bool:
    return _stands_still() and _something_waits(queue)


def _stands_still() -> bool:
    from celery.worker import state

    now = time.monotonic()
    if _began:  # nobody else ends a task that hangs in here
        return now - _began > settings.CELERY_TASK_TIME_LIMIT
    if now - _turned > settings.WORKER_DEAF_SECONDS:
        return True
    # With tasks in hand it need not hear of others, for as long as tasks may take.
    return now - _heard > (settings.CELERY_TASK_TIME_LIMIT if state.reserved_requests else settings.WORKER_DEAF_SECONDS)


def _something_waits(queue: str) -> bool:
    try:
        with closing(redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3)) as broker:
            return bool(broker.llen(queue))
    except redis.RedisError:
        return False  # nobody hears it
