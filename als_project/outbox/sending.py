"""From claim to receipt: a worker takes a batch of what is due, sends it, and notes each message's end at once."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction

from als_project.outbox import addresses, ends, mail_server, quick_commits
from als_project.outbox.answers import Closed, InDoubt, Overtaken, ServerAway, TurnedAway
from als_project.outbox.carrier import Carrier
from als_project.outbox.kinds import MessageKind, kind_called
from als_project.outbox.leaving import Leaves, verdict_on
from als_project.outbox.models import MailServer, Message
from als_project.outbox.writing import write

log = logging.getLogger(__name__)

BATCH = 50
# A batch begun is given back after so many seconds, wherever it has got to: a slow mail server would otherwise keep the
# task until it is killed, with a message in its hands.
LONGEST_BATCH = 60
# This many messages in a row that the server would not talk about, and it is left alone for a while.
STRIKES = 2


def send_due(*, now: datetime, carrier: Carrier | None = None, clock: Callable[[], datetime] | None = None) -> int:
    """Send one batch of what is due. Returns how many were claimed: call again until it is none.

    `clock` says what time it is as each of them leaves: evening may come in the middle of a batch.
    """
    clock = clock or (lambda: now)
    with quick_commits.all_along():
        server = mail_server.look()
        if server.shut_until and server.shut_until > now:
            return 0
        claimed = claim(now=now)
        if not claimed:
            return 0
        lease = Lease(claimed, now=now)
        if carrier:
            return _send(claimed, lease, carrier=carrier, server=server, clock=clock)
        with Carrier() as fresh:
            return _send(claimed, lease, carrier=fresh, server=server, clock=clock)


@transaction.atomic
def claim(*, now: datetime) -> list[Message]:
    """Take a batch into this worker's hands. SKIP LOCKED, or SQLite's write lock, gives each row to one worker."""
    rows: list[Message] = []
    for urgent in (True, False):
        free = Message.objects.claimable(now).filter(urgent=urgent)
        locked = free.select_for_update(skip_locked=True, of=("self",)).select_related("to")
        rows += locked[: BATCH - len(rows)] if len(rows) < BATCH else []
    if rows:
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(claimed_until=now + hold())
    return rows


def _send(
    claimed: list[Message], lease: "Lease", *, carrier: Carrier, server: MailServer, clock: Callable[[], datetime]
) -> int:
    """Each in turn, until the server will have no more, or has taken too long."""
    strikes = 0
    for position, message in enumerate(claimed):
        if not lease.holds(position):
            log.warning("A batch took longer than its claim: whoever claims the rest sends it.")
            break
        if lease.has_lasted > LONGEST_BATCH:
            ends.release(claimed[position:])
            break
        now = clock()
        try:
            accepted = deliver(message, carrier=carrier, now=now)
        except Closed as error:
            return _stop(claimed[position:], server, because=str(error), now=now)
        except ServerAway as error:
            ends.try_again(message, because=f"mail server: {error}", now=now)
            strikes += 1
        except InDoubt as error:
            ends.in_doubt(message, because=str(error), now=now)
            strikes += 1
        else:
            strikes = 0
            if accepted and server.failures:
                mail_server.answered(server)
        if strikes >= STRIKES:
            return _stop(claimed[position + 1 :], server, because="it hangs up", now=now)
    return len(claimed)


def _stop(rest: list[Message], server: MailServer, *, because: str, now: datetime) -> int:
    ends.release(rest)
    mail_server.shut(server, because=because, now=now)
    return 0


def deliver(message: Message, *, carrier: Carrier, now: datetime) -> bool:
    """Send a claimed message, or see that it is not to leave, and write down which. True when it was accepted.

    Raises ServerAway or InDoubt. A fault in one kind, or in one address, concerns that message alone.
    """
    kind = kind_called(message.kind)
    if kind is None:  # perhaps posted by a newer version of the product, which will know it
        ends.try_again(message, because="nobody here knows this kind", now=now)
        return False
    carrier.announce()
    try:
        carrier.receipts.settle_for(message)
        asked_at = time.monotonic()
        verdict = verdict_on(message, kind, now=now)
        if isinstance(verdict, Leaves):
            _hand_over(message, kind, verdict.context, carrier=carrier, now=now, asked_at=asked_at)
    except Overtaken:
        ends.release([message])  # whoever claims it sees what has become of it
        return False
    except TurnedAway as answer:
        ends.turned_away(message, answer, now=now)
        return False
    except (ServerAway, InDoubt, DatabaseError):
        raise
    except Exception as error:
        log.exception("Message %s (%s) could not be written.", message.pk, message.kind)
        carrier.take_back()
        ends.try_again(message, because=f"could not be written ({type(error).__name__})", now=now)
        return False
    if isinstance(verdict, Leaves):
        carrier.receipts.write(message, now=now, holds=kind.holds(verdict.context))
        if verdict.to_refused:
            addresses.unmark(message)
        return True
    carrier.take_back()
    ends.not_leaving(message, verdict, now=now)
    return False


def _hand_over(
    message: Message, kind: MessageKind, context: dict[str, Any], *, carrier: Carrier, now: datetime, asked_at: float
) -> None:
    address = message.leads_to

    def still_leaves() -> bool:
        return isinstance(verdict_on(message, kind, now=now), Leaves) and message.leads_to == address

    carrier.hand_over(address, lambda: write(message, context), still=still_leaves, asked_at=asked_at)


def hold() -> timedelta:
    return timedelta(seconds=settings.CLAIM_SECONDS)


class Lease:
    """This worker's hold on its batch, renewed on the way. Counted by a clock that nobody sets."""

    def __init__(self, claimed: list[Message], *, now: datetime) -> None:
        self._claimed = claimed
        self._until = now + hold()
        self._began = self._renewed = time.monotonic()

    @property
    def has_lasted(self) -> float:
        """Seconds since the batch was begun."""
        return time.monotonic() - self._began

    def holds(self, position: int) -> bool:
        """Whether the messages from here on are still this worker's, for long enough to send the first of them."""
        elapsed = timedelta(seconds=time.monotonic() - self._renewed)
        if elapsed > hold():
            return False
        return elapsed < hold() / 6 or self._renew(self._claimed[position:], elapsed)

    def _renew(self, rest: list[Message], elapsed: timedelta) -> bool:
        mine = Message.objects.filter(pk__in=[message.pk for message in rest], claimed_until=self._until)
        self._until += elapsed
        self._renewed += elapsed.total_seconds()
        return mine.update(claimed_until=self._until) == len(rest)
