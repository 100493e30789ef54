"""Signing up: a name, an address, a code by mail."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django.asserts import assertRedirects, assertTemplateUsed
from pytest_django.fixtures import Settings

from als_project.outbox.models import Message
from als_project.users.adapter import INVITED
from als_project.users.models import User
from tests.factories import make_user
from tests.users.conftest import code_to, last_to, words_of

NIA = {"name": "Nia", "email": "nia@example.org", "time_zone": "Africa/Nairobi"}


def sign_up(visitor: Client, **changes: str) -> None:
    visitor.post("/accounts/signup/", {**NIA, **changes})


def invite(visitor: Client, address: str) -> None:
    session = visitor.session
    session[INVITED] = address
    session.save()


def test_a_code_by_mail_makes_the_account_and_signs_in(visitor: Client) -> None:
    sign_up(visitor)
    response = visitor.post("/accounts/confirm-email/", {"code": code_to("nia@example.org")})
    assertRedirects(response, "/")
    nia = User.objects.get()
    assert (nia.name, nia.email, nia.time_zone, nia.has_usable_password()) == (
        "Nia",
        "nia@example.org",
        "Africa/Nairobi",
        False,
    )
    assert EmailAddress.objects.get(user=nia).verified is True
    assertTemplateUsed(visitor.get("/"), "home/home.html")


def test_a_wrong_code_signs_nobody_in(visitor: Client) -> None:
    sign_up(visitor)
    response = visitor.post("/accounts/confirm-email/", {"code": "BCDF-GHJK"})
    assert "This is not the code we mailed." in response.content.decode()
    assertTemplateUsed(visitor.get("/"), "home/welcome.html")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "GMT+3", "../../etc/passwd"])
def test_a_zone_that_is_none_becomes_the_usual_one(visitor: Client, settings: Settings, zone: str) -> None:
    settings.USUAL_TIME_ZONE = "Europe/Zurich"
    sign_up(visitor, time_zone=zone)
    assert User.objects.get().time_zone == "Europe/Zurich"


def test_a_name_is_needed_and_the_address_typed_stays(visitor: Client) -> None:
    response = visitor.post("/accounts/signup/", {**NIA, "name": "  "})
    assert User.objects.count() == 0
    assert response.context["form"].errors.keys() == {"name"}
    assert 'value="nia@example.org"' in response.content.decode()


def test_an_address_that_has_an_account_is_not_given_away_and_its_owner_is_told(visitor: Client) -> None:
    make_user("Nia")
    response = visitor.post("/accounts/signup/", NIA)
    assertRedirects(response, "/accounts/confirm-email/")
    assert User.objects.count() == 1
    assert words_of(last_to("nia@example.org"))["subject"] == "You have an account already"


def test_uninvited_people_can_not_sign_up_where_joining_is_by_invitation(visitor: Client, settings: Settings) -> None:
    settings.WHO_MAY_SIGN_UP = "invited"
    assertTemplateUsed(visitor.get("/accounts/signup/"), "account/signup_closed.html")
    sign_up(visitor)
    assert (User.objects.count(), Message.objects.count()) == (0, 0)


def test_invited_people_can_sign_up_and_find_their_address_filled_in(visitor: Client, settings: Settings) -> None:
    settings.WHO_MAY_SIGN_UP = "invited"
    invite(visitor, "nia@example.org")
    assert 'value="nia@example.org"' in visitor.get("/accounts/signup/").content.decode()
    sign_up(visitor)
    visitor.post("/accounts/confirm-email/", {"code": code_to("nia@example.org")})
    assert User.objects.get().email == "nia@example.org"


def test_an_invitation_does_not_stand_in_for_the_code(visitor: Client, settings: Settings) -> None:
    settings.WHO_MAY_SIGN_UP = "invited"
    invite(visitor, "nia@example.org")
    sign_up(visitor)
    assertTemplateUsed(visitor.get("/"), "home/welcome.html")


def test_the_welcome_page_offers_an_account_only_where_anyone_may_have_one(visitor: Client, settings: Settings) -> None:
    assert "/accounts/signup/" in visitor.get("/").content.decode()
    settings.WHO_MAY_SIGN_UP = "invited"
    assert "/accounts/signup/" not in visitor.get("/").content.decode()
