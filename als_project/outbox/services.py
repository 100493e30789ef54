"""The one door by which a message leaves.

`post` writes a row in the transaction of its cause; a worker claims what is due, writes the words, sends them and
notes at once that it did. The broker only rings the bell: a row that no ring brought is found by the next sweep.
"""

import logging
import time
from collections.abc import Iterable
from datetime import datetime

from celery import current_app
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from als_project.outbox import addresses
from als_project.outbox.kinds import is_urgent
from als_project.outbox.models import Message
from als_project.outbox.sending import send_due
from als_project.users.models import User

__all__ = ["post", "post_to_each", "retry", "ring", "send_due"]

log = logging.getLogger(__name__)

# After a ring that nobody heard, this process leaves it to the sweep for so many seconds: a broker that hangs would
# otherwise hold up every page that posts something.
QUIET_AFTER_FAILURE = 15.0
_silent_until = 0.0


def post(
    *,
    kind: str,
    key: str,
    to: User | None = None,
    address: str = "",
    about: int | None = None,
    sealed: str = "",
    due_at: datetime | None = None,
) -> None:
    """Queue one message; asking again with the same key changes nothing. Call it inside the cause's transaction."""
    message = Message(
        kind=kind,
        key=key,
        to=to,
        address=address,
        about=about,
        sealed=sealed,
        urgent=is_urgent(kind),
        due_at=due_at or timezone.now(),
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    transaction.on_commit(ring)


def post_to_each(
    people: Iterable[User], *, kind: str, cause: str, about: int, sealed: str = "", due_at: datetime | None = None
) -> None:
    """Queue the same kind of message once for each person; `cause` tells this occasion from every other."""
    due, urgent = due_at or timezone.now(), is_urgent(kind)
    same = {"kind": kind, "about": about, "sealed": sealed, "due_at": due, "urgent": urgent}
    messages = [Message(key=f"{kind}:{cause}:to:{person.pk}", to=person, **same) for person in people]
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    transaction.on_commit(ring)


@transaction.atomic
def retry(parked: QuerySet[Message], *, now: datetime) -> int:
    """Parked messages wait again as if they were new, and their addresses are trusted again. Returns how many."""
    chosen = parked.exclude(parked_at=None).select_related("to")
    for message in chosen:
        addresses.unmark(message)
    count = Message.objects.filter(pk__in=[message.pk for message in chosen]).update(
        parked_at=None,
        parked_because="",
        attempts=0,
        failing_since=None,
        in_doubt_at=None,
        due_at=now,
        first_due_at=Coalesce("first_due_at", "due_at"),
    )
    transaction.on_commit(ring)
    return count


def ring() -> None:
    """Wake a worker. When the broker can't be reached the sweep finds the rows instead, so this never fails."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        current_app.send_task("als_project.outbox.tasks.send_due", retry=False)
    except Exception as error:  # each transport has errors of its own
        _silent_until = time.monotonic() + QUIET_AFTER_FAILURE
        log.warning("The broker can't be reached (%s); the next sweep sends what is waiting.", type(error).__name__)
