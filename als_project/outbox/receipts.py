"""Receipts, written while the conversation with the mail server goes on."""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime

from django.db import OperationalError, connection

from als_project.outbox import ends, quick_commits
from als_project.outbox.models import Message


class Receipts:
    """One at a time is under way, on a database connection of its own: a message is handed over whole only once the
    receipt of the one before it is written."""

    def __init__(self) -> None:
        self._pen: ThreadPoolExecutor | None = None
        self._under_way: Future[None] | None = None

    def write(self, message: Message, *, now: datetime) -> None:
        """The server has accepted it. At once for SQLite, which has one writer, and within a transaction."""
        self.settle()
        if connection.vendor == "sqlite" or connection.in_atomic_block:
            ends.sent(message, now=now)
            return
        self._pen = self._pen or ThreadPoolExecutor(1, thread_name_prefix="receipts")
        self._under_way = self._pen.submit(_write, message, now)

    def settle(self) -> None:
        """Nothing is under way. Raises what kept the last receipt from being written."""
        last, self._under_way = self._under_way, None
        if last:
            last.result()

    def close(self) -> None:
        try:
            self.settle()
        finally:
            if self._pen:
                self._pen.submit(_leave)
                self._pen.shutdown()
                self._pen = None


def _write(message: Message, now: datetime) -> None:
    if connection.connection is None:
        with suppress(OperationalError):
            quick_commits.begin()
    ends.sent(message, now=now)


def _leave() -> None:
    connection.close()  # this thread's own
