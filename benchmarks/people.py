"""People of the product, and how they are signed in without a browser."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from als_project.users.models import User


def people(count: int, address: str) -> list[User]:
    """So many new ones; `address` tells them from those of another call."""
    everyone = [User(email=f"{address}{n}@example.org", name=f"Person {n}") for n in range(count)]
    for person in everyone:
        person.set_unusable_password()
    return User.objects.bulk_create(everyone)


def cookie_of(person: User) -> str:
    """What their browser sends once they have signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
