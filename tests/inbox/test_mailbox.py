"""From the mailbox to the draft, over IMAP from a server of its own: what is filed is deleted there."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError

from als_project.inbox import services
from als_project.inbox.models import MailedReply
from als_project.outbox.models import Message
from sessions import tasks
from sessions.models import Attendance, Session
from sessions.services import calendar_replies
from tests.imap import MailboxServer
from tests.inbox.conftest import WORDS, written_back
from tests.sessions.test_calendar_replies import answer


@pytest.fixture(scope="module")
def running() -> Iterator[MailboxServer]:
    with MailboxServer() as server:
        yield server


@pytest.fixture
def server(running: MailboxServer, settings: LazySettings) -> MailboxServer:
    running.empty()
    settings.IMAP_URL = f"{running.url}?done=Handled"
    return running


def left(server: MailboxServer) -> tuple[int, int]:
    return server.count(), server.count("Handled")


def test_a_reply_becomes_a_draft_and_is_deleted(server: MailboxServer, prompt: Message) -> None:
    server.put(written_back(prompt).as_bytes())
    tasks.read_mailbox()
    assert ([reply.text for reply in MailedReply.objects.all()], left(server)) == ([WORDS], (0, 0))


def test_one_that_is_ignored_is_deleted_too_because_of_what_it_may_hold(
    server: MailboxServer, prompt: Message, now: datetime
) -> None:
    server.put(written_back(prompt, From="somebody@example.org").as_bytes())
    server.put(written_back(prompt, To="replies+1-0123456789abcdef01234567@sets.example").as_bytes())
    assert calendar_replies.read_mailbox(now=now) == 2
    assert (MailedReply.objects.count(), left(server)) == (0, (0, 0))


@pytest.mark.parametrize("sender", ["", "somebody@example.org"])
def test_one_that_is_too_long_is_deleted_unread_and_who_our_message_went_to_is_told(
    server: MailboxServer, prompt: Message, now: datetime, monkeypatch: pytest.MonkeyPatch, sender: str
) -> None:
    monkeypatch.setattr(services, "MOST_BYTES_OF_MAIL", 20_000)
    head = {"From": sender} if sender else {}
    server.put(written_back(prompt, "Far too much\n" * 2_000, **head).as_bytes())
    assert calendar_replies.read_mailbox(now=now) == 1
    assert (MailedReply.objects.count(), left(server)) == (0, (0, 0))
    assert Message.objects.filter(kind="inbox.reply_not_kept", to=prompt.to).count() == 1


def test_what_else_arrives_there_is_only_put_away(server: MailboxServer, db: None, now: datetime) -> None:
    server.put(b"From: spam@example.org\r\nTo: sets@sets.example\r\nSubject: Buy\r\n\r\nNow\r\n")
    assert calendar_replies.read_mailbox(now=now) == 1
    assert (MailedReply.objects.count(), left(server)) == (0, (0, 1))


def test_calendars_and_people_answer_to_one_mailbox(
    server: MailboxServer, prompt: Message, session: Session, now: datetime
) -> None:
    server.put(answer(session, prompt.to, "ACCEPTED").as_bytes())
    server.put(written_back(prompt).as_bytes())
    assert calendar_replies.read_mailbox(now=now) == 2
    assert (MailedReply.objects.count(), Attendance.objects.count(), left(server)) == (1, 1, (0, 1))


def test_a_reply_that_could_not_be_filed_stays_and_is_filed_next_time(
    server: MailboxServer, prompt: Message, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def database_gone(**kwargs: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    server.put(written_back(prompt).as_bytes())
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(services.outbox, "post", database_gone)
        with pytest.raises(OperationalError):
            calendar_replies.read_mailbox(now=now)
    assert (server.count(what="UNSEEN"), MailedReply.objects.count()) == (1, 0)
    assert calendar_replies.read_mailbox(now=now) == 1
    assert (MailedReply.objects.count(), left(server)) == (1, (0, 0))


def test_a_mail_nobody_can_read_holds_up_no_other(server: MailboxServer, prompt: Message, now: datetime) -> None:
    broken = written_back(prompt).as_bytes().replace(b'charset="utf-8"', b'charset="\xff\x00"')
    server.put(broken)
    server.put(written_back(prompt, "Whole", Message_ID="<2@home.example>").as_bytes())
    assert calendar_replies.read_mailbox(now=now) == 2
    assert "Whole" in [reply.text for reply in MailedReply.objects.all()]


def test_without_a_reply_address_nothing_is_filed(
    server: MailboxServer, prompt: Message, now: datetime, settings: LazySettings
) -> None:
    mail = written_back(prompt).as_bytes()
    settings.REPLY_ADDRESS = ""
    server.put(mail)
    assert calendar_replies.read_mailbox(now=now) == 1
    assert (MailedReply.objects.count(), left(server)) == (0, (0, 1))
