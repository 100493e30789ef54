"""How mail about an account leaves: through the outbox, sealed, and only while it has a reason."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertRedirects
from pytest_django.fixtures import Settings

from als_project.outbox import services as outbox
from als_project.outbox.models import Message
from als_project.users.models import User
from tests.outbox.conftest import Sink
from tests.users.conftest import code_to, last_to, words_of


@pytest.fixture
def code(visitor: Client, asha: User) -> str:
    visitor.post("/accounts/login/", {"login": asha.email})
    return code_to(asha.email)


def raw_rows() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM outbox_message")
        return repr(cursor.fetchall())


def test_the_code_waits_encrypted(code: str) -> None:
    assert code not in raw_rows()
    assert words_of(Message.objects.get())["subject"] == "Your code to sign in"


def test_the_code_arrives_and_its_row_is_emptied(code: str, asha: User, smtp: Sink) -> None:
    outbox.send_due(now=timezone.now())
    [mail] = smtp.accepted
    assert (mail["To"], mail["Subject"]) == (asha.email, "Your code to sign in")
    body = mail.get_body(("plain",))
    assert body is not None
    assert code in body.get_content().splitlines()
    assert (Message.objects.get().sealed, Message.objects.get().sent_at is not None) == ("", True)


def test_a_code_that_no_longer_works_does_not_leave(code: str, smtp: Sink) -> None:
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    outbox.send_due(now=timezone.now())
    message = Message.objects.get()
    assert (smtp.accepted, message.dropped_because, message.sealed) == ([], "its reason was gone", "")


def test_a_notice_leaves_even_when_mail_was_away_for_hours(visitor: Client, asha: User, smtp: Sink) -> None:
    EmailAddress.objects.create(user=asha, email=asha.email, verified=True, primary=True)
    visitor.force_login(asha)
    words = {"password1": "correct horse battery", "password2": "correct horse battery"}
    visitor.post("/accounts/password/set/", words)
    Message.objects.update(created_at=timezone.now() - timedelta(hours=5))
    outbox.send_due(now=timezone.now())
    assert [mail["Subject"] for mail in smtp.accepted] == ["A password has been set"]


def test_a_mail_server_that_is_away_does_not_break_the_sign_in_page(
    visitor: Client, asha: User, settings: Settings, unused_tcp_port: int
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused_tcp_port
    response = visitor.post("/accounts/login/", {"login": asha.email})
    assertRedirects(response, "/accounts/login/code/confirm/")
    assert Message.objects.waiting().count() == 1


def test_every_message_is_its_own(asha: User) -> None:
    for _attempt in range(2):
        Client().post("/accounts/login/", {"login": asha.email})
    assert Message.objects.count() == 2


def test_names_and_addresses_are_written_as_they_are(visitor: Client) -> None:
    visitor.post("/accounts/login/", {"login": "o'neill&sons@example.org"})
    assert "o'neill&sons@example.org" in words_of(last_to("o'neill&sons@example.org"))["body"]
