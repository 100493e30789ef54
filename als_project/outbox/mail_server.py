"""Whether the mail server takes anything. When it doesn't, nobody knocks for a while, and no message is to blame."""

import logging
import random
from datetime import datetime, timedelta

from als_project.outbox import ends
from als_project.outbox.models import MailServer

log = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(days=1)


def look() -> MailServer:
    return MailServer.objects.filter(pk=1).first() or MailServer(pk=1)


def shut(server: MailServer, *, because: str, now: datetime) -> None:
    """Nobody tries before a while has passed, longer each time. What waited through a day of it is parked."""
    pause = min(FIRST_PAUSE * 2 ** min(server.failures, 10), LONGEST_PAUSE) * random.uniform(0.8, 1.2)  # noqa: S311
    server.shut_until, server.because = now + pause, because[:80]
    server.failures, server.failing_since = server.failures + 1, server.failing_since or now
    server.save()
    log.warning("The mail server takes nothing (%s); next try in %d s.", because, pause.total_seconds())
    if now - server.failing_since > GIVE_UP_AFTER:
        ends.park_overdue(because=f"mail server: {because}", since=now - GIVE_UP_AFTER, now=now)


def answered(server: MailServer) -> None:
    """It has taken a message: all is well again."""
    server.shut_until, server.failing_since, server.failures, server.because = None, None, 0, ""
    server.save()
