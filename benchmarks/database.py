"""Django on a database of the benchmark's own, dropped afterwards. One that exists already is never touched."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg2  # type: ignore[import-untyped]


@contextmanager
def own_database() -> Iterator[None]:
    """The database that DATABASE_URL names, made now and migrated."""
    name = urlsplit(os.environ["DATABASE_URL"]).path.strip("/")
    _outside(f'CREATE DATABASE "{name}"')
    try:
        _migrate()
        yield
    finally:
        _outside(f'DROP DATABASE "{name}" WITH (FORCE)')


def tidy() -> None:
    """What the database knows of its tables is up to date, as it is where autovacuum has had its time."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _outside(statement: str) -> None:
    connection = psycopg2.connect(urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl())
    connection.autocommit = True
    try:
        connection.cursor().execute(statement)
    finally:
        connection.close()


def _migrate() -> None:
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "als_project.settings")
    django.setup()
    call_command("migrate", verbosity=0)
