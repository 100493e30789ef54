"""Those who listen: people of the product who have signed in."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from als_project.users.models import User


def signed_in(count: int) -> list[tuple[int, str]]:
    """Their ids and cookies."""
    people = [User.objects.create_user(f"person{n}@example.org", name=f"Person {n}") for n in range(count)]
    return [(person.pk, f"{settings.SESSION_COOKIE_NAME}={_session_of(person)}") for person in people]


def _session_of(person: User) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def connections_of_others() -> int:
    """Connections to this database besides the one that asks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])
