"""What was said in a session is deleted when it has lived as long as its set agreed."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from sessions.enums import SessionState
from sessions.models import Contribution, Review, Session
from sessions.services.holding import hold, hold_set
from sets.models import NOTES_GRACE, NOTES_LIVE, LearningSet

log = logging.getLogger(__name__)

# From the 31st, a month back and a month on end up to three days apart.
MONTHS_DIFFER = timedelta(days=3)


def delete_notes(*, now: datetime) -> int:
    """Deletes the notes whose time is over: contributions, reviews, and why a stage was passed over.

    Topics, actions and what is one person's own stay. Returns of how many sessions.
    """
    return sum(_tried(session, now=now) for session in list(_perhaps_due(now=now)))


def delete_before_it_opens(*, learning_set: LearningSet, now: datetime, **_others: Any) -> None:
    """Deletes what is due in a closed set, as long as it is known until when it could be read.

    Call it with the set's row held. What can't be deleted keeps the set closed.
    """
    for session in _kept().filter(learning_set=learning_set).order_by("pk"):
        _delete_notes_of(session, now=now)


def _kept() -> QuerySet[Session]:
    return Session.objects.filter(state=SessionState.CLOSED, notes_deleted_at=None)


def _perhaps_due(*, now: datetime) -> Iterator[Session]:
    yield from _kept().filter(learning_set__notes_end_at__lte=now)
    kept = _kept().filter(learning_set__notes_agreed_at__lte=now - NOTES_GRACE)
    for months in NOTES_LIVE:
        closed_by = now - relativedelta(months=months) + MONTHS_DIFFER
        yield from kept.filter(learning_set__notes_live_months=months, closed_at__lte=closed_by)


def _tried(session: Session, *, now: datetime) -> bool:
    """One that can't be deleted now stops no other; it is tried again next time."""
    try:
        return _delete_notes_of(session, now=now)
    except (DatabaseError, ObjectDoesNotExist) as error:
        log.error("The notes of session %s were not deleted (%s).", session.pk, type(error).__name__)
        return False


@transaction.atomic
def _delete_notes_of(session: Session, *, now: datetime) -> bool:
    """False where it is not due after all, because the set has just agreed on another time; or was done already."""
    hold_set(session)
    held = hold(session)
    until = held.notes_live_until
    if held.notes_deleted_at or until is None or until > now:
        return False
    Contribution.objects.filter(stage__session=held).delete()
    Review.objects.filter(session=held).delete()
    held.stages.exclude(skipped_at=None).update(skip_reason="")
    held.notes_deleted_at = now
    held.save(update_fields=["notes_deleted_at"])
    return True
