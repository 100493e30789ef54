"""What became of a claimed message, written down at once. Each leaves the worker's hands here, and only here."""

import logging
import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Coalesce

from als_project.outbox import addresses
from als_project.outbox.answers import TurnedAway
from als_project.outbox.kinds import WEEKLY_MESSAGE
from als_project.outbox.leaving import REASON_GONE, Dropped, InDigest, PutOff, Refused, Verdict
from als_project.outbox.models import Message

log = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(days=1)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
# Seconds between tries to write down that a message was accepted: a database that restarts must not cost a repeat.
RECEIPT_PAUSES = (0.05, 0.2, 0.5, 1, 2, 4, 8)
RECEIPT = (
    "UPDATE outbox_message SET sent_at = %s, claimed_until = NULL, failing_since = NULL, sealed = '' WHERE id = %s"
)
FREE = {"claimed_until": None}
SETTLED = {**FREE, "sealed": ""}


def sent(message: Message, *, now: datetime, holds: Sequence[int] = ()) -> None:
    """The receipt: until it is written, a crash would send this message again, and no other.

    The messages that left within it are sent with it, and no other.
    """
    if message.kind == WEEKLY_MESSAGE:
        _insist(lambda: _write_receipt_of_digest(message, holds, now))
    else:
        _insist(lambda: _write_receipt(message.pk, now))


@transaction.atomic
def _write_receipt_of_digest(message: Message, holds: Sequence[int], now: datetime) -> None:
    _write_receipt(message.pk, now)
    message.parts.unsettled().filter(pk__in=holds).update(sent_at=now, **SETTLED)
    _let_go_of_parts(message)


def _let_go_of_parts(digest: Message) -> None:
    """What did not leave within it is due by itself again: dropped for a reason of its own, or kept for next week."""
    digest.parts.unsettled().update(digest=None, **FREE)


def _write_receipt(pk: int, now: datetime) -> None:
    """Written out: composing it anew would take longer than the database takes to carry it out."""
    with connection.cursor() as cursor:
        cursor.execute(RECEIPT, [connection.ops.adapt_datetimefield_value(now), pk])


def _insist(write: Callable[[], object]) -> None:
    for pause in RECEIPT_PAUSES:
        try:
            write()
            return
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block:
                raise
            log.warning("A receipt could not be written (%s); trying again.", type(error).__name__)
            connection.close()
            time.sleep(pause)
    write()


def not_leaving(message: Message, verdict: Verdict, *, now: datetime) -> None:
    match verdict:
        case Dropped(because):
            drop(message, because=because, now=now)
        case PutOff(until):
            put_off(message, until=until)
        case InDigest(at):
            keep_for_digest(message, at=at, now=now)
        case Refused():
            refused_before(message, now=now)


@transaction.atomic
def refused_before(message: Message, *, now: datetime) -> None:
    """Not tried: parked, and whoever looks after its person by now is told."""
    park(message, because="its address takes no mail", now=now)
    addresses.tell(message, now=now)


def drop(message: Message, *, because: str, now: datetime) -> None:
    """It does not leave any more."""
    if message.kind == WEEKLY_MESSAGE:
        _drop_digest(message, because=because, now=now)
    else:
        _write_dropped(message, because=because, now=now)


@transaction.atomic
def _drop_digest(message: Message, *, because: str, now: datetime) -> None:
    """Nor what was only in it, unless that is why: each part without a reason has its own for it."""
    _write_dropped(message, because=because, now=now)
    if because == REASON_GONE:
        _let_go_of_parts(message)
    else:
        message.parts.unsettled().update(dropped_at=now, dropped_because=because, **SETTLED)


def _write_dropped(message: Message, *, because: str, now: datetime) -> None:
    Message.objects.filter(pk=message.pk).update(dropped_at=now, dropped_because=because, **SETTLED)


def park(message: Message, *, because: str, now: datetime) -> None:
    """Given up, and shown to staff until somebody tries it again. What is sealed in it stays, sealed."""
    log.warning("Message %s (%s) is parked: %s", message.pk, message.kind, because, extra=_ids(message))
    Message.objects.filter(pk=message.pk).update(parked_at=now, parked_because=because[:80], **FREE)


def park_overdue(*, because: str, since: datetime, now: datetime) -> None:
    """But not what another worker has in its hands: that may be accepted this moment."""
    overdue = Message.objects.claimable(now).filter(due_at__lte=since)
    overdue.update(parked_at=now, parked_because=because[:80], **FREE)


def put_off(message: Message, *, until: datetime) -> None:
    first = Coalesce(F("first_due_at"), Value(message.due_at, DateTimeField()))
    Message.objects.filter(pk=message.pk).update(due_at=until, first_due_at=first, **FREE)


@transaction.atomic
def keep_for_digest(message: Message, *, at: datetime, now: datetime) -> None:
    """It leaves with the person's weekly message, which is queued with the first of its parts.

    Where that has left, or is in a worker's hands, it is due at the same time, and goes into the one after.
    """
    key = f"{WEEKLY_MESSAGE}:{message.to_id}:{at.isoformat()}"
    new = Message(kind=WEEKLY_MESSAGE, key=key, to=message.to, due_at=at)
    Message.objects.bulk_create([new], ignore_conflicts=True)
    # Held, so that nobody claims it until this is its part, and it does not leave until it is known whether it is.
    digest = Message.objects.select_for_update(no_key=True).get(key=key)
    if digest.is_settled or digest.is_claimed(now):
        put_off(message, until=at)
    else:
        Message.objects.filter(pk=message.pk).update(digest=digest, **FREE)


def try_again(message: Message, *, because: str, now: datetime) -> None:
    """Later, after a longer pause each time, not all at the same moment; after a day of it, parked."""
    since = message.failing_since or now
    if now - since > GIVE_UP_AFTER:
        park(message, because=because, now=now)
        return
    log.warning("Message %s (%s) did not leave: %s", message.pk, message.kind, because, extra=_ids(message))
    pause = min(FIRST_PAUSE * 2 ** min(message.attempts, 10), LONGEST_PAUSE) * random.uniform(0.8, 1.2)  # noqa: S311
    put_off(message, until=now + pause)
    Message.objects.filter(pk=message.pk).update(attempts=F("attempts") + 1, failing_since=since)


def in_doubt(message: Message, *, because: str, now: datetime) -> None:
    """It may have arrived. Once it is sent again, recognisable by its Message-ID; a second time, somebody decides."""
    if message.in_doubt_at:
        park(message, because=f"perhaps arrived ({because})", now=now)
        return
    Message.objects.filter(pk=message.pk).update(in_doubt_at=now)
    try_again(message, because=f"perhaps arrived ({because})", now=now)


@transaction.atomic
def turned_away(message: Message, answer: TurnedAway, *, now: datetime) -> None:
    """4xx: later. 5xx: parked; when it was the address that was refused, that is noted and its people are told."""
    if not answer.for_good:
        try_again(message, because=f"not accepted: {answer}", now=now)
        return
    park(message, because=f"not accepted: {answer}", now=now)
    if answer.marks_address:
        addresses.mark(message, answer=str(answer), now=now)


def release(messages: Sequence[Message]) -> None:
    """Back where they were, as if never claimed."""
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(**FREE)


def _ids(message: Message) -> dict[str, object]:
    return {"message_id": message.pk, "person_id": message.to_id, "kind": message.kind}
