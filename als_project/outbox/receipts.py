"""Receipts that PostgreSQL writes while the conversation with the mail server goes on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg2
from django.db import connection
from psycopg2.extras import wait_select

from als_project.outbox import ends, quick_commits
from als_project.outbox.kinds import WEEKLY_MESSAGE
from als_project.outbox.models import Message


class Receipts:
    """Each is on its way to the database as soon as its message is accepted, on a connection that nobody waits for.

    One at a time: a message is handed over whole only once the receipt of the one before it is written.
    """

    def __init__(self) -> None:
        self._line: Any = None
        self._under_way: tuple[Message, datetime] | None = None

    def write(self, message: Message, *, now: datetime, holds: Sequence[int] = ()) -> None:
        """The server has accepted it, and with it the messages that it holds."""
        self.settle()
        # SQLite has one writer, and a transaction is seen by nobody else.
        if connection.vendor == "sqlite" or connection.in_atomic_block or message.kind == WEEKLY_MESSAGE:
            ends.sent(message, now=now, holds=holds)
            return
        self._under_way = message, now
        try:
            self._line = self._line or _open()
            # Statements sent as one are one transaction.
            receipt = f"{quick_commits.SET_ONCE}; {ends.RECEIPT}" if quick_commits.are_pooled() else ends.RECEIPT
            self._line.execute(receipt, [now, message.pk])
        except psycopg2.Error:
            self._insist()

    def settle_for(self, message: Message) -> None:
        """The same for the person of `message`: what they have been sent this week is about to be counted."""
        if self._under_way and message.to_id and self._under_way[0].to_id == message.to_id:
            self.settle()

    def settle(self) -> None:
        """No receipt is under way any more."""
        if self._under_way:
            try:
                wait_select(self._line.connection)
            except psycopg2.Error:
                self._insist()
            self._under_way = None

    def close(self) -> None:
        self.settle()
        self._hang_up()

    def _insist(self) -> None:
        """The usual way, which waits for a database that restarts."""
        self._hang_up()
        if self._under_way:
            message, now = self._under_way
            self._under_way = None
            ends.sent(message, now=now)

    def _hang_up(self) -> None:
        if self._line:
            self._line.connection.close()
            self._line = None


def _open() -> Any:
    """A cursor of a connection of its own."""
    line = psycopg2.connect(**connection.get_connection_params(), async_=True)
    wait_select(line)
    cursor = line.cursor()
    if not quick_commits.are_pooled():
        cursor.execute(quick_commits.SET)
        wait_select(line)
    return cursor
