"""Don't wait for the disk at each receipt.

A database server that crashes may forget the last half-second of them, and repeat those messages; a worker that
crashes repeats at most the one in its hands. Behind a pooler nothing is set beyond a transaction: the connection may
be somebody else's the next moment, who does wait.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

SET = "SET synchronous_commit TO off"
SET_ONCE = "SET LOCAL synchronous_commit TO off"  # until the end of the transaction


def are_pooled() -> bool:
    """Each transaction may get another connection (`POOLED`)."""
    return bool(connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"))


@contextmanager
def all_along() -> Iterator[None]:
    if connection.vendor != "postgresql" or are_pooled():
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
