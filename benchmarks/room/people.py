"""Those who listen: people of the product who have signed in."""

from django.db import connection

from benchmarks.people import cookie_of, people


def signed_in(count: int) -> list[tuple[int, str]]:
    """Their ids and cookies."""
    return [(person.pk, cookie_of(person)) for person in people(count, "listener")]


def connections_of_others() -> int:
    """Connections to this database besides the one that asks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])
