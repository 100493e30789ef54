"""What one hand does while another waits for it: on PostgreSQL."""

from time import monotonic

from django.db import connection


def until_somebody_waits() -> None:
    """Some other connection waits for a lock that is held."""
    until = monotonic() + 10
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with connection.cursor() as cursor:
        while monotonic() < until:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction goes on seeing what it saw first
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
    raise TimeoutError
