"""What counts about a message's recipient at this moment, in one question to the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from als_project.outbox import quiet
from als_project.outbox.kinds import WEEKLY_MESSAGE, MessageKind, counted_kinds
from als_project.outbox.models import How, Message

# Asked before every message: written out, because composing it anew would cost as much as writing the message.
PERSON = """
SELECT u.is_active, u.email, u.time_zone, h.quiet_from, h.quiet_until, h.most_a_week, p.how, w.how,
       EXISTS (SELECT 1 FROM outbox_refusedaddress r WHERE r.address = lower(u.email))
FROM users_user u
LEFT JOIN outbox_hours h ON h.user_id = u.id
LEFT JOIN outbox_preference p ON p.user_id = u.id AND p.kind = %s
LEFT JOIN outbox_preference w ON w.user_id = u.id AND w.kind = %s
WHERE u.id = %s
"""


@dataclass(frozen=True)
class Recipient:
    """Without a zone where there is only an address."""

    is_active: bool
    time_zone: str
    hours: quiet.QuietHours
    most_a_week: int
    how: str
    wants_weekly: bool
    sent_this_week: int
    is_refused: bool


def recipient_of(message: Message, kind: MessageKind, *, now: datetime) -> Recipient:
    """Also brings the message's own copy of the person up to date: the address and zone it is written for."""
    if message.to is None:
        return _stranger(message.address)
    with connection.cursor() as cursor:
        cursor.execute(PERSON, [kind.name, WEEKLY_MESSAGE, message.to.pk])
        row = cursor.fetchone()
    if row is None:
        return _stranger(message.address, is_active=False)
    active, message.to.email, message.to.time_zone, quiet_from, quiet_until, most_a_week, how, weekly, refused = row
    capped = not kind.needed and how in (None, How.AT_ONCE) and not kind.is_weekly
    return Recipient(
        is_active=bool(active),
        time_zone=message.to.time_zone,
        hours=quiet.of_the_site() if quiet_from is None else quiet.QuietHours(quiet_from, quiet_until),
        most_a_week=settings.MOST_MESSAGES_A_WEEK if most_a_week is None else most_a_week,
        how=how or How.AT_ONCE,
        wants_weekly=weekly != How.NEVER,
        sent_this_week=_sent_this_week(message, now=now) if capped else 0,
        is_refused=bool(refused),
    )


def _sent_this_week(message: Message, *, now: datetime) -> int:
    lately = Message.objects.filter(to=message.to, sent_at__gt=now - timedelta(days=7), digest=None)
    return lately.filter(kind__in=counted_kinds()).count()


def _is_refused(address: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM outbox_refusedaddress WHERE address = %s", [address.lower()])
        return cursor.fetchone() is not None


def _stranger(address: str, *, is_active: bool = True) -> Recipient:
    return Recipient(
        is_active=is_active,
        time_zone="",
        hours=quiet.of_the_site(),
        most_a_week=1,
        how=How.AT_ONCE,
        wants_weekly=False,
        sent_this_week=0,
        is_refused=_is_refused(address),
    )
