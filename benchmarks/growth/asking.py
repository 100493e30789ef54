"""What a page or a job costs in this database, and which of its queries read a whole table."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from als_project.celery import app
from als_project.outbox.models import Message
from benchmarks.database import tidy
from benchmarks.growth.filling import fill, settle
from benchmarks.growth.plans import Statement, whole_tables
from benchmarks.pages.looks import browser_of
from benchmarks.people import people
from benchmarks.processes import nanoseconds
from benchmarks.world import Circle, Page, circle, gone_by, pages, poll, schedule

# So long the same thing is done again for one figure.
SECONDS = 0.12
Work = Callable[[], Any]


class Database:
    """The same pages, and the same that is due for jobs, whatever else is in it."""

    def __init__(self, total: int) -> None:
        fill(total)
        seen, now = pages(30), timezone.now().replace(second=0, microsecond=0)
        settle(now)
        _something_due(now)
        tidy()
        self.work: dict[str, Work] = {f"{page.name}, {page.who}": _asking(page) for page in seen}
        self.work |= {name: _job(plan["task"]) for name, plan in settings.CELERY_BEAT_SCHEDULE.items()}
        for work in self.work.values():
            work()

    def names(self) -> list[str]:
        return list(self.work)

    def cost(self, name: str) -> float:
        """Milliseconds of processor, of this process and the database's, for doing it once."""
        work, times = self.work[name], 0
        began, before = time.monotonic(), self._spent()
        while time.monotonic() - began < SECONDS:
            work()
            times += 1
        return (self._spent() - before) / times / 1e6

    def whole_tables(self, name: str) -> list[str]:
        statements: list[Statement] = []
        with noting(statements):
            self.work[name]()
        return whole_tables(statements)

    def _spent(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return time.process_time_ns() + nanoseconds(int(cursor.fetchone()[0]))


def _asking(page: Page) -> Work:
    browser = browser_of(page)

    def ask() -> None:
        assert browser.get(page.path).status_code == 200, page.name

    return ask


def _job(task: str) -> Work:
    """The task itself, taken back afterwards: the next time the same is due."""

    def run() -> None:
        with transaction.atomic():
            app.tasks[task]()
            transaction.set_rollback(True)

    return run


@contextmanager
def noting(statements: list[Statement]) -> Iterator[None]:
    """Every statement and its values, as they go to the database."""

    def note(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield


def _something_due(now: datetime) -> None:
    """Three sets: one to be asked for topics, one to be reminded of its session, one to be nudged to its poll."""
    for days in (6.5, 0.8):
        meets = _a_set(f"due{days}", now)
        schedule(meets, starts_at=now + timedelta(days=days), now=now - timedelta(days=20))
    finds = _a_set("due-poll", now)
    poll(finds, 5, days=12, now=now - timedelta(days=10))
    Message.objects.waiting().update(dropped_at=now, dropped_because="made for the benchmark")


def _a_set(name: str, now: datetime) -> Circle:
    facilitator, *members = people(9, name)
    made = circle(name, members, facilitator, since=now - timedelta(days=365))
    gone_by(made, 3, until=now - timedelta(weeks=4))
    return made
