"""Every URL × every kind of visitor × GET and POST, against a table. A URL without a row fails.

The table is `who_may.txt`: a URL's name, the method, then one word for each role in `world.ROLES`:
a status, or `in` for the way to the sign-in page and `go` for any other redirect.
"""

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.urls import reverse

from tests.access.urlconf import every_url
from tests.access.world import ROLES, make_world

TABLE = Path(__file__).with_name("who_may.txt")


def rows() -> dict[tuple[str, str], list[str]]:
    lines = (line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#"))
    return {(name, method): words for name, method, *words in lines}


def names() -> list[str]:
    """The admin's own pages stand under one name, `admin`: the same rule holds for all of them."""
    return sorted({name for name in every_url() if not name.startswith("admin:")})


def in_a_word(response: HttpResponseBase) -> str:
    if response.status_code != 302:
        return str(response.status_code)
    target = response.headers["Location"]
    return "in" if target.startswith((reverse("account_login"), reverse("account_reauthenticate"))) else "go"


def test_the_table_has_a_row_for_every_url_and_none_besides() -> None:
    assert sorted(rows()) == sorted((name, method) for name in names() for method in ("GET", "POST"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", names())
def test_who_may(name: str, settings: Any) -> None:
    # Nobody's earlier attempts count against a visitor here: the limits on trying are kept in the cache.
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    world = make_world()
    path = world.path(name, every_url()[name])
    seen = {}
    for method in ("GET", "POST"):
        seen[method] = []
        for role in ROLES:
            with transaction.atomic():
                client = world.client(role)
                client.raise_request_exception = False
                response = client.get(path) if method == "GET" else client.post(path, {"number": 1})
                seen[method].append(in_a_word(response))
                transaction.set_rollback(True)
    assert seen == {method: rows()[name, method] for method in ("GET", "POST")}


OPEN_IN_THE_ADMIN = {"admin:login", "admin:logout", "admin:jsi18n"}
# Rows that only services write can't be added by hand; a look-up wants to know what for.
REFUSED = ("_add", ":autocomplete")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", sorted(n for n, params in every_url().items() if n.startswith("admin:") and not params)
)
def test_only_the_superuser_enters_the_admin(name: str) -> None:
    world = make_world()
    seen = {role: world.client(role).get(reverse(name)).status_code for role in ROLES}
    superuser = seen.pop("superuser")
    if name in OPEN_IN_THE_ADMIN:
        assert superuser in (200, 302, 405)
    else:
        assert superuser in ((200, 403) if name.endswith(REFUSED) else (200,))
        assert set(seen.values()) == {302}
