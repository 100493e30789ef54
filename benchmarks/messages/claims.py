"""What it costs to find and claim what is due, among few rows and among a million."""

import time
from collections.abc import Callable
from statistics import median

from django.db import connection, transaction
from django.utils import timezone

from als_project.outbox import ends, quick_commits, sending
from als_project.outbox.models import Message

FILL = """
INSERT INTO outbox_message (key, kind, address, sealed, urgent, created_at, due_at, attempts, sent_at,
                            dropped_because, parked_because)
SELECT 'old:' || n, 'users.notice', 'p' || n || '@example.org', '', false, now(), now() - interval '1 day', 0,
       CASE WHEN n %% 100 = 0 THEN NULL ELSE now() END, '', ''
FROM generate_series(%s, %s) AS n
"""
TIMES = 200


def fill(first: int, last: int) -> None:
    """Of a hundred rows one waits and is due, the others have been sent."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, [first, last])
        cursor.execute("VACUUM ANALYZE outbox_message")


def finding() -> float:
    """Milliseconds to find and lock the batch that is due: the statement itself."""
    now = timezone.now()
    rows = Message.objects.claimable(now).filter(urgent=False).select_for_update(skip_locked=True, of=("self",))
    with transaction.atomic():
        words, values = rows.only("pk")[: sending.BATCH].query.sql_with_params()
    return _median(lambda: _ask(words, values))


def claiming() -> float:
    """Milliseconds for the whole claim of a batch: found, locked, marked, loaded and committed."""
    return _median(lambda: sending.claim(now=timezone.now()), afterwards=ends.release)


def _ask(words: str, values: tuple[object, ...]) -> list[Message]:
    with connection.cursor() as cursor:
        cursor.execute(words, values)
        cursor.fetchall()
    return []


def _median(ask: Callable[[], list[Message]], *, afterwards: Callable[[list[Message]], object] = len) -> float:
    """As the product does it: without waiting for the disk at the commit. What was claimed is released by its keys:
    to look for it among all rows would empty the processor's caches between one claim and the next."""
    taken = []
    with quick_commits.all_along():
        for _ in range(TIMES):
            began = time.perf_counter()
            found = ask()
            taken.append(time.perf_counter() - began)
            afterwards(found)
    return median(taken) * 1000
