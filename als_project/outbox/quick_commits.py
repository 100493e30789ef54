"""Don't wait for the disk at each receipt.

A database server that crashes may forget the last half-second of them, and repeat those messages; a worker that
crashes repeats at most the one in its hands.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

SET = "SET synchronous_commit TO off"


@contextmanager
def all_along() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(SET)
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("RESET synchronous_commit")
