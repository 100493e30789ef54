"""Who was at work lately, and what waits: what `/readyz` and the metrics answer from."""

import logging
from datetime import datetime, timedelta

from celery.signals import beat_init, before_task_publish
from django.db import connection
from django.db.models import Min
from django.utils import timezone

from als_project.outbox.models import Message, Seen

log = logging.getLogger(__name__)

WORKER, BEAT = "worker", "beat"
LATELY = timedelta(minutes=2)
_is_beat = False
_said_at: datetime | None = None


def saw(name: str, *, now: datetime) -> None:
    Seen.objects.update_or_create(name=name, defaults={"at": now})


def seen_lately(name: str, *, now: datetime) -> bool:
    """Nor long after now: a clock that was set back would vouch for it until that hour."""
    return Seen.objects.filter(name=name, at__range=(now - LATELY, now + LATELY)).exists()


def oldest_unsent(*, now: datetime) -> timedelta | None:
    """How long the longest-waiting message that is due has waited since it became due; None when none waits."""
    oldest = min(filter(None, (_oldest(urgent, now) for urgent in (True, False))), default=None)
    return now - oldest if oldest else None


def _oldest(urgent: bool, now: datetime) -> datetime | None:
    found: datetime | None = Message.objects.due(now).filter(urgent=urgent).aggregate(at=Min("due_at"))["at"]
    return found


@beat_init.connect
def _this_is_beat(**_: object) -> None:
    global _is_beat
    _is_beat = True


@before_task_publish.connect
def _beat_was_here(**_: object) -> None:
    """Beat says itself that it lives: whether a worker hears it is another question."""
    global _said_at
    now = timezone.now()
    if not _is_beat or (_said_at and timedelta(0) <= now - _said_at < LATELY / 8):
        return
    try:
        saw(BEAT, now=now)
        _said_at = now
    except Exception as error:  # a database that is away must not stop the clock
        log.warning("Beat could not be noted (%s).", type(error).__name__)
    finally:
        connection.close()
