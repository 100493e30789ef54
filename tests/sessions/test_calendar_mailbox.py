"""Answers read from a mailbox, over IMAP from a server of its own: each is put away once it has been handled."""

import logging
import socket
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from als_project.inbox.mailbox import Address
from als_project.users.models import User
from sessions import tasks
from sessions.enums import Reply
from sessions.models import Session
from sessions.services import calendar_replies, replying
from sets.models import LearningSet
from tests.imap import MailboxServer
from tests.sessions.acts import schedule
from tests.sessions.test_calendar_replies import LATER, NOW, SECRET, STARTS, answer, replies


@pytest.fixture(scope="module")
def running() -> Iterator[MailboxServer]:
    with MailboxServer() as server:
        yield server


@pytest.fixture
def server(running: MailboxServer, settings: LazySettings) -> MailboxServer:
    running.empty()
    settings.IMAP_URL = running.url
    return running


@pytest.fixture
def session(learning_set: LearningSet, gita: User) -> Session:
    return schedule(learning_set, gita, now=NOW, starts_at=STARTS)


def test_each_answer_is_taken_once_and_marked_as_read(
    server: MailboxServer, session: Session, asha: User, ben: User
) -> None:
    server.put(answer(session, asha, "ACCEPTED").as_bytes())
    server.put(answer(session, ben, "DECLINED").as_bytes())
    assert calendar_replies.read_mailbox(now=LATER) == 2
    assert replies(session) == {"Asha": Reply.COMING, "Ben": Reply.APOLOGIES}
    assert (server.count(), server.count(what="UNSEEN")) == (2, 0)
    assert calendar_replies.read_mailbox(now=LATER) == 0


def test_handled_answers_are_moved_where_a_folder_is_named(
    server: MailboxServer, session: Session, asha: User, settings: LazySettings
) -> None:
    settings.IMAP_URL = f"{server.url}?done=Handled"
    server.put(answer(session, asha).as_bytes())
    assert calendar_replies.read_mailbox(now=LATER) == 1
    assert (server.count(), server.count("Handled")) == (0, 1)


def test_what_is_ignored_is_put_away_too(server: MailboxServer, session: Session, asha: User) -> None:
    server.put(b"From: spam@example.org\r\nSubject: Buy\r\n\r\nNow\r\n")
    server.put(answer(session, asha, "ACCEPTED", sender="spam@example.org").as_bytes())
    assert calendar_replies.read_mailbox(now=LATER) == 2
    assert (replies(session), server.count(what="UNSEEN")) == ({}, 0)


def test_an_answer_that_could_not_be_handled_stays_unread_and_is_taken_next_time(
    server: MailboxServer, session: Session, asha: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def database_gone(**kwargs: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    server.put(answer(session, asha).as_bytes())
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(replying, "reply", database_gone)
        with pytest.raises(OperationalError):
            calendar_replies.read_mailbox(now=LATER)
    assert server.count(what="UNSEEN") == 1
    assert calendar_replies.read_mailbox(now=LATER) == 1
    assert replies(session) == {"Asha": Reply.COMING}


def test_a_mail_of_a_million_lines_is_not_even_fetched(
    server: MailboxServer, session: Session, asha: User, caplog: pytest.LogCaptureFixture
) -> None:
    server.put(answer(session, asha, more=["X-A:b"] * 1_000_000).as_bytes())
    server.put(answer(session, asha).as_bytes())
    with caplog.at_level(logging.INFO):
        assert calendar_replies.read_mailbox(now=LATER) == 2
    assert (replies(session), "it is too long" in caplog.text) == ({"Asha": Reply.COMING}, True)


def test_a_mailbox_that_is_away_is_logged_without_its_password_and_tried_again(
    db: None, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.IMAP_URL = f"imap://me:{SECRET}@127.0.0.1:{free.getsockname()[1]}/INBOX"
    assert calendar_replies.read_mailbox(now=LATER) == 0
    assert [record.getMessage() for record in caplog.records] == ["The mailbox can't be read (ConnectionRefusedError)."]


def test_a_wrong_password_is_logged_without_it(
    server: MailboxServer, db: None, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.IMAP_URL = server.url.replace("pass%25word", SECRET)
    assert calendar_replies.read_mailbox(now=LATER) == 0
    assert [record.getMessage() for record in caplog.records] == ["The mailbox can't be read (MailboxLoginError)."]


def test_the_task_does_nothing_where_no_mailbox_is_named(db: None, settings: LazySettings) -> None:
    settings.IMAP_URL = ""
    tasks.read_mailbox()


def test_the_task_reads_the_mailbox(server: MailboxServer, session: Session, asha: User) -> None:
    server.put(answer(session, asha).as_bytes())
    tasks.read_mailbox()
    assert server.count(what="UNSEEN") == 0


def test_a_mailboxs_address_is_read_part_by_part() -> None:
    address = Address.of("imaps://me%40example.org:a%3Ab%2Fc@mail.example.org/Answers%2FNew?done=Done")
    assert address == Address(
        secure=True,
        host="mail.example.org",
        port=993,
        name="me@example.org",
        password="a:b/c",
        folder="Answers/New",
        done="Done",
    )


@pytest.mark.parametrize("url", ["mail.example.org", "https://mail.example.org/", "imaps://"])
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        Address.of(url)
