"""Ends a Celery worker that no longer hears its broker, so that its supervisor starts it anew.

After a broken connection to Redis a worker can stand still for good, or die without ending. It is known by this: it
has no task in hand and has heard of none for a while, although the broker answers and tasks are waiting in it.
"""

import logging
import os
import threading
import time
from contextlib import closing
from typing import Any

import redis
from celery.signals import celeryd_init, task_received
from django.conf import settings

log = logging.getLogger(__name__)

ENDED = 70  # the exit status: “internal software error”
_heard = time.monotonic()


@task_received.connect
def _hear(**_: object) -> None:
    global _heard
    _heard = time.monotonic()


@celeryd_init.connect
def watch(conf: Any = None, **_: object) -> None:
    """From now on a thread of the worker's own process looks after it."""
    if settings.REDIS_URL:
        _hear()
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
    from celery.worker import state

    if time.monotonic() - _heard < settings.WORKER_DEAF_SECONDS or state.reserved_requests:
        return False
    try:
        with closing(redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3)) as broker:
            return bool(broker.llen(queue))
    except redis.RedisError:
        return False  # nobody hears it
