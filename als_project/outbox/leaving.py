"""Whether a claimed message leaves now: asked of its person and its kind at the last moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from als_project.clock import usual_time_zone
from als_project.outbox import quiet
from als_project.outbox.kinds import MessageKind
from als_project.outbox.models import How, Message
from als_project.outbox.recipients import Recipient, recipient_of

REASON_GONE = "its reason was gone"


@dataclass(frozen=True)
class Leaves:
    context: dict[str, Any]
    to_refused: bool = False


@dataclass(frozen=True)
class Dropped:
    because: str


@dataclass(frozen=True)
class Refused:
    """To an address that takes nothing."""


@dataclass(frozen=True)
class PutOff:
    until: datetime


@dataclass(frozen=True)
class InDigest:
    at: datetime


Verdict = Leaves | Dropped | Refused | PutOff | InDigest


def verdict_on(message: Message, kind: MessageKind, *, now: datetime) -> Verdict:
    """What becomes of a message that is due. Preferences count, and the cause, as they are at this moment."""
    reader = recipient_of(message, kind, now=now)
    if not reader.is_active:
        return Dropped("its recipient has no account")
    if not kind.needed and reader.how == How.NEVER:
        return Dropped("not wanted")
    context = kind.context(message)
    if context is None:
        return Dropped(REASON_GONE)
    if kind.stale_after and now - message.wanted_at > kind.stale_after:
        return Dropped("too late to be of use")
    if reader.is_refused and not kind.urgent:
        return Refused()
    verdict = _when(kind, reader, context, now=now)
    return Leaves(context, to_refused=True) if reader.is_refused and isinstance(verdict, Leaves) else verdict


def _when(kind: MessageKind, reader: Recipient, context: dict[str, Any], *, now: datetime) -> Verdict:
    zone = reader.time_zone or context.get("time_zone") or usual_time_zone()
    until = quiet.ends(now, zone, reader.hours)
    if until and not kind.urgent and not _too_late(kind, context, until):
        return PutOff(until)
    if kind.needed or kind.is_weekly:
        return Leaves(context)
    if reader.how == How.AT_ONCE and reader.sent_this_week < reader.most_a_week:
        return Leaves(context)
    return _in_weekly_message(kind, reader, context, at=quiet.next_weekly(now, zone, reader.hours))


def _in_weekly_message(kind: MessageKind, reader: Recipient, context: dict[str, Any], *, at: datetime) -> Verdict:
    """If that comes in time. How many a person wants in a week never costs them a date; that they want it weekly may.

    What is about a date is told at once rather than not at all, save to somebody who has not wanted it at once.
    """
    in_time = not _too_late(kind, context, at)
    if reader.wants_weekly and in_time:
        return InDigest(at)
    if reader.how == How.AT_ONCE:
        return Leaves(context) if kind.useful_until(context) else Dropped("more than wanted in a week")
    return Dropped("not wanted at once" if in_time else "too late by the next weekly message")


def _too_late(kind: MessageKind, context: dict[str, Any], at: datetime) -> bool:
    """Whether a message that leaves at `at` leaves its reader less than two hours, or none."""
    limit = kind.useful_until(context)
    return limit is not None and at > limit - timedelta(hours=2)
