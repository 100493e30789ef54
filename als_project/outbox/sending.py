"""From claim to receipt: a worker takes a batch of what is due, sends it, and notes each message's end at once."""

import logging
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction

from als_project.outbox import addresses, ends, mail_server, quick_commits
from als_project.outbox.answers import Closed, InDoubt, ServerAway, TurnedAway
from als_project.outbox.carrier import Carrier
from als_project.outbox.kinds import kind_called
from als_project.outbox.leaving import Leaves, verdict_on
from als_project.outbox.models import MailServer, Message
from als_project.outbox.writing import write

log = logging.getLogger(__name__)

BATCH = 50
# This many messages in a row that the server would not talk about, and it is left alone for a while.
STRIKES = 2


def send_due(*, now: datetime, carrier: Carrier | None = None) -> int:
    """Send one batch of what is due. Returns how many were claimed: call again until it is none."""
    with quick_commits.all_along():
        server = mail_server.look()
        if server.shut_until and server.shut_until > now:
            return 0
        claimed = claim(now=now)
        if not claimed:
            return 0
        if carrier:
            return _send(claimed, carrier=carrier, server=server, now=now)
        with Carrier() as fresh:
            return _send(claimed, carrier=fresh, server=server, now=now)


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


def _send(claimed: list[Message], *, carrier: Carrier, server: MailServer, now: datetime) -> int:
    """Each in turn, until the server will have no more."""
    lease = Lease(claimed, now=now)
    strikes = 0
    for position, message in enumerate(claimed):
        if not lease.holds(position):
            log.warning("A batch took longer than its claim: whoever claims the rest sends it.")
            break
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
        verdict = verdict_on(message, kind, now=now)
        if isinstance(verdict, Leaves):
            context = verdict.context
            carrier.hand_over(message.leads_to, lambda: write(message, context))
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


def hold() -> timedelta:
    return timedelta(seconds=settings.CLAIM_SECONDS)


class Lease:
    """This worker's hold on its batch, renewed on the way. Counted by a clock that nobody sets."""

    def __init__(self, claimed: list[Message], *, now: datetime) -> None:
        self._claimed = claimed
        self._until = now + hold()
        self._renewed = time.monotonic()

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
