"""Filling a database: a set is made once, by the product's own services, and then copied by the database itself.

Copies differ in their ids and in what must be unique. What people said is encrypted as ever; the copies of one set
share its few hundred ciphertexts, because encrypting ten million would take longer than everything else.
"""

from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from als_project.celery import app
from als_project.outbox.models import Message
from benchmarks.database import tidy
from benchmarks.people import cookie_of, people
from benchmarks.world import Circle, actions, circle, gone_by, play, poll, schedule
from sessions.enums import PollState
from sessions.models import Poll

APPS = {"account", "actions", "als_sessions", "outbox", "sets", "users"}
# More than a set has rows in any one table: copies don't touch.
STRIDE = 2000
SENDING = "als_project.outbox.tasks.sweep"
ACTIONS_A_SET = 50
# With the people of sets that have only just been founded, a database of a million actions has a million people.
FOUNDED_A_SET = 4.55


def fill(total: int) -> None:
    """The database holds so many actions, in sets that have met for a year and have nothing due, and those founded."""
    sets = max(1, total // ACTIONS_A_SET)
    now = timezone.now().replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        # Only for this connection: copies of rows that refer to each other do so, too.
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '64MB'")
    for make, copies in ((_founded, round(FOUNDED_A_SET * sets)), (_met, sets)):
        above = _highest_id()
        _count_from(above)
        make(now)
        settle(now)
        multiply(above, copies)
    with connection.cursor() as cursor:
        cursor.execute("RESET session_replication_role; RESET synchronous_commit; RESET work_mem")
    tidy()


def _founded(now: datetime) -> Circle:
    facilitator, *members = people(9, f"founded{now.timestamp():.0f}-")
    return circle("A new set", members, facilitator, since=now - timedelta(days=30))


def _met(now: datetime) -> None:
    """A set of eight that has met twelve times and meets again in two months; a poll of dates is over."""
    facilitator, *members = people(9, f"met{now.timestamp():.0f}-")
    met = circle("A set", members, facilitator, since=now - timedelta(days=365))
    gone_by(met, 11, until=now - timedelta(weeks=4))
    play(met, schedule(met, starts_at=now - timedelta(weeks=4), now=now - timedelta(weeks=6)), words=2, until=None)
    for member in members:
        actions(met, member, (ACTIONS_A_SET - 2) // len(members), owed=1)
    schedule(met, starts_at=now + timedelta(days=60), now=now)
    poll(met, 5, days=90, now=now)
    Poll.objects.filter(learning_set=met.learning_set).update(state=PollState.CLOSED, ended_at=now)
    for person in (facilitator, *members):
        cookie_of(person)


def settle(now: datetime) -> None:
    """What there is for the clock to do is done, and thirty messages have left, as if some time ago."""
    app.loader.import_default_modules()
    for plan in settings.CELERY_BEAT_SCHEDULE.values():
        if plan["task"] != SENDING:
            app.tasks[plan["task"]]()
    waiting = Message.objects.waiting()
    Message.objects.exclude(pk__in=waiting.values("pk")[:30]).filter(sent_at=None).delete()
    waiting.update(sent_at=now - timedelta(days=10), sealed="")


def multiply(above: int, copies: int) -> None:
    """Every row with an id above this one stands `copies` times."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in APPS and any(map(is_id, model._meta.local_concrete_fields)):
            _multiply(model, above, copies)
    _count_from(_highest_id())


def _multiply(model: type[models.Model], above: int, copies: int) -> None:
    fields = model._meta.local_concrete_fields
    columns, values = (", ".join(each) for each in zip(*((f'"{f.column}"', _copied(f)) for f in fields), strict=True))
    statement = (
        f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {values} "
        f"FROM {model._meta.db_table}, generate_series(1, %(copies)s - 1) AS n WHERE {_in_pattern(model)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"copies": copies, "above": above, "stride": STRIDE})


def _copied(field: "models.Field[Any, Any]") -> str:
    """The column's value in the n-th copy, in SQL."""
    column = f'"{field.column}"'
    if is_id(field):
        return f"{column} + n * %(stride)s"
    if isinstance(field, models.UUIDField):
        return f"md5({column}::text || n)::uuid"
    if isinstance(field, models.EmailField):
        return f"n || '.' || {column}"
    return f"md5({column} || n)" if field.unique else column


def is_id(field: "models.Field[Any, Any]") -> bool:
    """An id of a row that is copied as well."""
    if field.remote_field:
        return field.remote_field.model._meta.app_label in APPS
    return isinstance(field, models.AutoField)


def _in_pattern(model: type[models.Model]) -> str:
    """Which rows of this table are to be copied: those with an id above, or that belong to such a row."""
    column = next(field.column for field in model._meta.local_concrete_fields if is_id(field))
    return f'"{column}" > %(above)s'


def _numbered() -> list[str]:
    return [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in APPS and isinstance(model._meta.pk, models.AutoField)
    ]


def _highest_id() -> int:
    """In any of the tables."""
    highest = " UNION ALL ".join(f"SELECT max(id) AS id FROM {table}" for table in _numbered())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM ({highest}) AS every_table")
        return int(cursor.fetchone()[0])


def _count_from(last: int) -> None:
    """The next row of any table has an id above this."""
    with connection.cursor() as cursor:
        for table in _numbered():
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)", [last + 1])
