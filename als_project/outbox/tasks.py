import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from als_project import broker, watchdog  # noqa: F401  # look after the worker that loads these tasks
from als_project.health import disk
from als_project.outbox import condition, keeping, services
from als_project.outbox.carrier import Carrier

log = logging.getLogger(__name__)

# A worker with a long queue makes room for other tasks after so many seconds, and rings for the rest. One batch more
# may have been begun by then; with it the task still ends long before CELERY_TASK_TIME_LIMIT.
LONGEST_RUN = 60


@contextmanager
def full_disk_said() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if not disk.is_full(error):
            raise
        log.error("The disk is full: what can't be noted is not sent. Make room on it; nothing is lost meanwhile.")


@shared_task
def send_due() -> None:
    with full_disk_said():
        _send_due()


def _send_due() -> None:
    started = time.monotonic()
    with Carrier() as carrier:
        while services.send_due(now=timezone.now(), carrier=carrier, clock=timezone.now):
            if time.monotonic() - started > LONGEST_RUN:
                services.ring()
                return


@shared_task
def sweep() -> None:
    """What the clock asks for: it finds whatever no ring has brought."""
    with full_disk_said():
        condition.saw(condition.WORKER, now=timezone.now())
        _send_due()


@shared_task
def forget_old() -> None:
    keeping.forget_old(now=timezone.now())
