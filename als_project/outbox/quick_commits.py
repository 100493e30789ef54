"""Don't wait for the disk at each receipt.

A database server that crashes may forget the last half-second of them, and repeat those messages; a worker that
crashes repeats at most the one in its hands.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def begin() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO off")


@contextmanager
def all_along() -> Iterator[None]:
    begin()
    try:
        yield
    finally:
        if connection.vendor == "postgresql" and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("RESET synchronous_commit")
