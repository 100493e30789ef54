from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from als_project.outbox import kinds, services
from als_project.outbox.models import How, Message, Preference
from als_project.outbox.unsubscribing import signer
from als_project.users.models import User
from tests.outbox.conftest import Hello
from tests.sink import Sink

NOW = timezone.now()


@pytest.fixture
def link(asha: User, smtp: Sink, hello: type[Hello]) -> str:
    """As it stands in the header of a message to Asha, without the site's address."""
    hello.needed = False
    services.post(kind="test.hello", key="first", to=asha, due_at=NOW)
    services.send_due(now=NOW)
    return str(smtp.accepted[0]["List-Unsubscribe"]).strip("<>").removeprefix("http://testserver")


def is_off(user: User) -> bool:
    return list(Preference.objects.values_list("user", "kind", "how")) == [(user.pk, "test.hello", How.NEVER)]


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_link_changes_nothing(link: str, method: str) -> None:
    response = getattr(Client(), method)(link)
    assert (response.status_code, Preference.objects.count()) == (200, 0)
    assert "no-store" in response["Cache-Control"]


def test_the_page_has_one_button(link: str) -> None:
    page = Client().get(link).content.decode()
    assert page.split("<main", 1)[1].count("<button") == 1


def test_a_mail_program_turns_it_off_with_one_post_and_no_cookie(link: str, asha: User, smtp: Sink) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert (response.status_code, is_off(asha)) == (200, True)
    services.post(kind="test.hello", key="second", to=asha, due_at=NOW)
    services.send_due(now=NOW)
    assert len(smtp.accepted) == 1


def test_twice_is_as_good_as_once(link: str, asha: User) -> None:
    for _ in range(2):
        assert Client().post(link).status_code == 200
    assert is_off(asha)


def test_it_works_while_somebody_else_is_signed_in_and_for_its_own_person(
    link: str, asha: User, ben: User, signed_in: Any
) -> None:
    signed_in(ben).post(link)
    assert is_off(asha)


def test_a_link_that_was_changed_leads_nowhere(link: str, ben: User, asha: User) -> None:
    other = link.replace(f"/{asha.pk}.", f"/{ben.pk}.", 1)
    assert other != link
    for wrong in (other, link[:-5] + "/", "/messages/off/x/"):
        assert Client().post(wrong).status_code == 404
    assert Preference.objects.count() == 0


def test_a_link_of_somebody_who_is_gone_leads_nowhere(link: str, asha: User) -> None:
    User.objects.filter(pk=asha.pk).update(is_active=False)
    assert Client().get(link).status_code == 404


def test_what_became_needed_can_not_be_turned_off(link: str, hello: type[Hello]) -> None:
    hello.needed = True
    assert "can’t be turned off" in Client().post(link).content.decode()
    assert Preference.objects.count() == 0


def test_every_optional_kind_has_the_headers_and_no_other(asha: User) -> None:
    from als_project.outbox.unsubscribing import address_of

    for name in kinds.all_kinds():
        kind = kinds.kind_called(name)
        assert kind is not None
        token = address_of(Message(kind=name, to=asha, key=name)).removesuffix("/").rpartition("/")[2]
        assert signer.unsign(token) == f"{asha.pk}.{name}"
        page = Client().get(f"/messages/off/{token}/")
        assert ("<form" in page.content.decode().split("<main")[1]) == (not kind.needed)


def test_what_waits_already_does_not_leave(link: str, asha: User, smtp: Sink) -> None:
    services.post(kind="test.hello", key="waiting", to=asha, due_at=NOW + timedelta(hours=1))
    Client().post(link)
    services.send_due(now=NOW + timedelta(hours=1))
    assert len(smtp.accepted) == 1
