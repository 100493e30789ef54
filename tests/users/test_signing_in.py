"""Signing in: by a code in the mail; by a password, for those who set one."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django.asserts import assertRedirects, assertTemplateUsed
from pytest_django.fixtures import Settings

from als_project.outbox.models import Message
from als_project.users.models import User
from tests.users.conftest import code_to, last_to, words_of

PASSWORD = "correct horse battery"


def is_in(visitor: Client) -> bool:
    return "_auth_user_id" in visitor.session


def verified(user: User) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.mark.parametrize(
    ("page", "field"), [("/accounts/login/", "login"), ("/accounts/login/code/", "email")], ids=["sign in", "code"]
)
def test_one_code_signs_in_and_verifies_the_address(visitor: Client, asha: User, page: str, field: str) -> None:
    response = visitor.post(page, {field: asha.email})
    assertRedirects(response, "/accounts/login/code/confirm/")
    response = visitor.post("/accounts/login/code/confirm/", {"code": code_to(asha.email)})
    assertRedirects(response, "/")
    assert is_in(visitor)
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(asha.email, True, True)]
    assert Message.objects.filter(kind="users.code").count() == 1


def test_the_account_made_by_createsuperuser_signs_in_by_code(visitor: Client, superuser: User) -> None:
    visitor.post("/accounts/login/", {"login": superuser.email})
    visitor.post("/accounts/login/code/confirm/", {"code": code_to(superuser.email)})
    assert visitor.get("/admin/").status_code == 200


def test_a_superusers_password_asks_once_for_a_code_and_then_no_more(visitor: Client) -> None:
    root = User.objects.create_superuser("root@example.org", PASSWORD, name="Root")
    response = visitor.post("/accounts/login/", {"login": root.email, "password": PASSWORD})
    assertRedirects(response, "/accounts/confirm-email/")
    visitor.post("/accounts/confirm-email/", {"code": code_to(root.email)})
    assert is_in(visitor)
    again = Client()
    assertRedirects(again.post("/accounts/login/", {"login": root.email, "password": PASSWORD}), "/")


def test_a_wrong_password_is_refused_in_words_and_the_address_stays(visitor: Client, asha: User) -> None:
    response = visitor.post("/accounts/login/", {"login": asha.email, "password": "wrong"})
    page = response.content.decode()
    assert "This address and password don&#x27;t belong together." in page
    assert f'value="{asha.email}"' in page
    assert not is_in(visitor)


def test_a_code_works_for_a_quarter_of_an_hour(visitor: Client, asha: User, settings: Settings) -> None:
    assert settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT == 15 * 60
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1
    visitor.post("/accounts/login/", {"login": asha.email})
    visitor.post("/accounts/login/code/confirm/", {"code": code_to(asha.email)})
    assert not is_in(visitor)


def test_another_code_can_be_asked_for_and_only_the_newest_works(visitor: Client, asha: User) -> None:
    visitor.post("/accounts/login/", {"login": asha.email})
    first = code_to(asha.email)
    visitor.post("/accounts/login/code/confirm/", {"action": "resend"})
    visitor.post("/accounts/login/code/confirm/", {"code": first})
    assert not is_in(visitor)
    visitor.post("/accounts/login/code/confirm/", {"code": code_to(asha.email)})
    assert is_in(visitor)


@pytest.mark.parametrize(("who_may", "offered"), [("anyone", True), ("invited", False)])
def test_an_unknown_address_is_told_so_by_mail_only(
    visitor: Client, settings: Settings, who_may: str, offered: bool
) -> None:
    settings.WHO_MAY_SIGN_UP = who_may
    response = visitor.post("/accounts/login/", {"login": "nobody@example.org"})
    assertRedirects(response, "/accounts/login/code/confirm/")
    words = words_of(last_to("nobody@example.org"))
    assert words["subject"] == "No account under this address"
    assert ("/accounts/signup/" in words["body"]) is offered


def test_a_closed_account_gets_no_code(visitor: Client, asha: User) -> None:
    asha.is_active = False
    asha.save()
    visitor.post("/accounts/login/", {"login": asha.email})
    assert Message.objects.filter(kind="users.code").count() == 0


def test_asking_too_often_for_a_code_is_refused_in_words(asha: User) -> None:
    for _attempt in range(3):
        Client().post("/accounts/login/", {"login": asha.email})
    page = Client().post("/accounts/login/", {"login": asha.email}).content.decode()
    assert "That was tried too often." in page
    assert Message.objects.count() == 3


def test_too_many_attempts_from_one_place_meet_our_page(visitor: Client) -> None:
    for _attempt in range(30):
        visitor.post("/accounts/login/", {"login": ""})
    response = visitor.post("/accounts/login/", {"login": ""})
    assert response.status_code == 429
    assertTemplateUsed(response, "429.html")


def test_after_signing_in_one_is_back_on_the_page_one_asked_for(visitor: Client, asha: User) -> None:
    sign_in = visitor.get("/account/?from=mail")
    assertRedirects(sign_in, "/accounts/login/?next=/account/%3Ffrom%3Dmail")
    visitor.post(sign_in["Location"], {"login": asha.email, "next": "/account/?from=mail"})
    confirm = {"code": code_to(asha.email), "next": "/account/?from=mail"}
    assertRedirects(visitor.post("/accounts/login/code/confirm/", confirm), "/account/?from=mail")


def test_a_form_sent_after_the_sign_in_has_ended_leads_back_to_its_page(visitor: Client) -> None:
    page = "http://testserver/account/?from=mail"
    response = visitor.post("/account/", {"name": "Asha"}, headers={"Referer": page})
    assertRedirects(response, "/accounts/login/?next=/account/%3Ffrom%3Dmail")


def test_no_other_site_can_say_where_signing_in_leads(visitor: Client) -> None:
    response = visitor.post("/account/", headers={"Referer": "https://elsewhere.example/trap/"})
    assertRedirects(response, "/accounts/login/?next=/")


def test_a_fragment_asked_for_after_the_sign_in_has_ended_makes_the_whole_page_go(visitor: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/sessions/7/room/"}
    response = visitor.get("/account/", headers=headers)
    assert (response.status_code, response["HX-Redirect"]) == (204, "/accounts/login/?next=/sessions/7/room/")


def test_a_password_can_be_set_and_changed_with_a_code_when_forgotten(visitor: Client, asha: User) -> None:
    verified(asha)
    visitor.force_login(asha)
    visitor.post("/accounts/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    asha.refresh_from_db()
    assert asha.check_password(PASSWORD)
    forgetful = Client()
    forgetful.post("/accounts/password/reset/", {"email": asha.email})
    forgetful.post("/accounts/password/reset/confirm/", {"code": code_to(asha.email)})
    new = {"password1": "battery staple horse", "password2": "battery staple horse"}
    forgetful.post("/accounts/password/reset/complete/", new)
    asha.refresh_from_db()
    assert asha.check_password("battery staple horse")


def test_the_address_changes_only_with_the_code_sent_to_the_new_one(visitor: Client, asha: User) -> None:
    verified(asha)
    visitor.force_login(asha)
    visitor.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    asha.refresh_from_db()
    assert asha.email == "asha@example.org"
    visitor.post("/accounts/confirm-email/", {"code": code_to("new@example.org")})
    asha.refresh_from_db()
    assert asha.email == "new@example.org"
    assert words_of(last_to("asha@example.org"))["subject"] == "Your address has been changed"
