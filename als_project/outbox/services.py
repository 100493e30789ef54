"""The one door by which a message leaves.

`post` writes a row in the transaction of its cause; a worker claims what is due, writes the words, sends them and
notes at once that it did. The broker only rings the bell: a row that no ring brought is found by the next sweep.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPSenderRefused

from celery import current_app
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from als_project.outbox.kinds import kind_called
from als_project.outbox.models import Message
from als_project.outbox.writing import write
from als_project.users.models import User

log = logging.getLogger(__name__)

BATCH = 50
CLAIM = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=1)
LONGEST_PAUSE = timedelta(hours=1)


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
        kind=kind, key=key, to=to, address=address, about=about, sealed=sealed, due_at=due_at or timezone.now()
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    transaction.on_commit(ring)


def post_to_each(people: Iterable[User], *, kind: str, cause: str, about: int, due_at: datetime | None = None) -> None:
    """Queue the same kind of message once for each person; `cause` tells this occasion from every other."""
    due = due_at or timezone.now()
    messages = [
        Message(kind=kind, key=f"{kind}:{cause}:to:{person.pk}", to=person, about=about, due_at=due)
        for person in people
    ]
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    transaction.on_commit(ring)


def ring() -> None:
    """Wake a worker. When the broker can't be reached the sweep finds the rows instead, so this never fails."""
    try:
        current_app.send_task("als_project.outbox.tasks.send_due", retry=False)
    except OperationalError:
        log.warning("The broker can't be reached; the next sweep sends what is waiting.")


def send_due(*, now: datetime) -> int:
    """Send one batch of what is due. Returns how many were claimed: call again until it is none."""
    claimed = claim(now=now)
    if not claimed:
        return 0
    connection = get_connection()
    try:
        connection.open()
        for message in claimed:
            deliver(message, connection=connection, now=now)
    except (SMTPException, OSError) as error:
        # The server did not answer at all: nothing of this batch has left, save what is noted as sent.
        for message in Message.objects.waiting().filter(pk__in=[row.pk for row in claimed], claimed_until=now + CLAIM):
            _try_again(message, error=error, now=now)
    finally:
        connection.close()
    return len(claimed)


@transaction.atomic
def claim(*, now: datetime) -> list[Message]:
    """Take a batch into this worker's hands. SKIP LOCKED, or SQLite's write lock, gives each row to one worker."""
    rows = list(
        Message.objects.claimable(now).select_for_update(skip_locked=True, of=("self",)).select_related("to")[:BATCH]
    )
    Message.objects.filter(pk__in=[row.pk for row in rows]).update(claimed_until=now + CLAIM)
    return rows


def deliver(message: Message, *, connection: BaseEmailBackend, now: datetime) -> None:
    """Send a claimed message, or drop it when its reason is gone, and write down which."""
    kind = kind_called(message.kind)
    context = kind.context(message) if kind and _may_be_written_to(message) else None
    if context is None:
        _drop(message, because="its reason was gone", now=now)
        return
    try:
        connection.send_messages([write(message, context)])
    except (SMTPException, OSError) as error:
        _try_again(message, error=error, now=now)
    else:
        Message.objects.filter(pk=message.pk).update(sent_at=now, claimed_until=None, sealed="")


def _may_be_written_to(message: Message) -> bool:
    return message.to is None or message.to.is_active


def _drop(message: Message, *, because: str, now: datetime) -> None:
    Message.objects.filter(pk=message.pk).update(dropped_at=now, dropped_because=because, claimed_until=None, sealed="")


def _try_again(message: Message, *, error: Exception, now: datetime) -> None:
    """Wait longer after each refusal; a refusal for good, or a day of trying, parks the message with its reason."""
    log.warning("Message %s (%s) was not accepted: %s", message.pk, message.kind, type(error).__name__)
    if _refused_for_good(error) or (now - message.due_at > GIVE_UP_AFTER and message.attempts):
        _drop(message, because=f"not accepted ({type(error).__name__})", now=now)
        return
    pause = min(timedelta(seconds=30 * 2**message.attempts), LONGEST_PAUSE)
    Message.objects.filter(pk=message.pk).update(attempts=message.attempts + 1, claimed_until=now + pause)


def _refused_for_good(error: Exception) -> bool:
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, SMTPSenderRefused) and error.smtp_code >= 500
