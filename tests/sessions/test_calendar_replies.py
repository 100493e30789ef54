"""Which answers of calendars count, and which change nothing and are logged by a reason alone."""

import logging
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import pytest
from django.conf import LazySettings

from als_project.users.models import User
from sessions import calendar
from sessions.enums import Reply
from sessions.models import Attendance, Session
from sessions.services import calendar_replies, replying, scheduling
from sets.models import LearningSet, Membership
from tests.factories import end
from tests.sessions.acts import move, offer, schedule
from tests.sessions.calendar_acts import the_event
from tests.sessions.room_acts import at_once

STARTS = datetime(2026, 10, 13, 13, 0, tzinfo=UTC)
NOW = STARTS - timedelta(days=30)
LATER = NOW + timedelta(hours=1)
SECRET = "what-nobody-may-read"


@pytest.fixture
def session(learning_set: LearningSet, gita: User) -> Session:
    return schedule(learning_set, gita, now=NOW, starts_at=STARTS)


def answer(session: Session, by: User, partstat: str = "ACCEPTED", **changes: Any) -> EmailMessage:
    """The mail that a calendar sends: our invitation's entry, given back with the person's word in it."""
    said = {"sender": by.email, "at": LATER, "method": "REPLY", "headers": {}, **changes}
    event = the_event(calendar.request(session, by, now=NOW).text)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Somebody//Else//EN",
        f"METHOD:{said['method']}",
        "BEGIN:VEVENT",
        f"UID:{said.get('uid', event['uid'])}",
        f"SEQUENCE:{said.get('sequence', event['sequence'])}",
        f"DTSTAMP:{said['at']:%Y%m%dT%H%M%SZ}",
        f"ORGANIZER;CN=Somebody:{said.get('organiser', event['organizer'])}",
        f"ATTENDEE;PARTSTAT={partstat}:{said.get('attendee', event['attendee'])}",
        f"COMMENT:{SECRET}",
        *said.get("more", []),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Date"] = said["sender"], "sets@example.org", format_datetime(said["at"])
    mail["Subject"] = f"Accepted: {SECRET}"
    for name, value in said["headers"].items():
        mail[name] = value
    mail.set_content(SECRET)
    mail.add_alternative("\r\n".join(lines), subtype="calendar", params={"method": "REPLY"})
    return mail


def arrives(mail: EmailMessage | None, *, now: datetime = LATER) -> None:
    parsed = message_from_bytes(mail.as_bytes()) if mail is not None else None
    calendar_replies.handle(parsed, now=now)


def replies(session: Session) -> dict[str, str]:
    return dict(Attendance.objects.filter(session=session).exclude(reply="").values_list("user__name", "reply"))


def reasons(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "sessions.services.calendar_replies"]


@pytest.mark.parametrize(
    ("partstat", "said"),
    [("ACCEPTED", Reply.COMING), ("TENTATIVE", Reply.IF_I_CAN), ("DECLINED", Reply.APOLOGIES)],
)
def test_what_a_calendar_says_is_the_persons_reply(session: Session, asha: User, partstat: str, said: Reply) -> None:
    arrives(answer(session, asha, partstat))
    assert replies(session) == {"Asha": said}


def test_apologies_from_a_calendar_take_the_topic_out_like_any(session: Session, asha: User) -> None:
    offer(session, asha, now=NOW)
    arrives(answer(session, asha, "DECLINED"))
    assert session.bids.offered().count() == 0


def test_a_base64_answer_under_an_attachments_type_is_read_too(session: Session, asha: User) -> None:
    mail = answer(session, asha)
    text = mail.get_body(("calendar",)) or next(p for p in mail.walk() if p.get_content_type() == "text/calendar")
    other = EmailMessage(policy=policy.SMTP)
    other["From"], other["Date"] = asha.email, mail["Date"]
    other.set_content("See attachment")
    other.add_attachment(text.get_payload(decode=True), maintype="application", subtype="ics", filename="a.ics")
    arrives(other)
    assert replies(session) == {"Asha": Reply.COMING}


def test_a_later_answer_replaces_an_earlier_one_in_whatever_order_they_are_read(session: Session, asha: User) -> None:
    first = answer(session, asha, "ACCEPTED", at=LATER)
    second = answer(session, asha, "DECLINED", at=LATER + timedelta(seconds=20))
    now = LATER + timedelta(hours=1)
    for mail in (second, first):
        arrives(mail, now=now)
    assert replies(session) == {"Asha": Reply.APOLOGIES}


def test_an_answer_read_again_after_a_crash_does_not_undo_what_was_said_since(session: Session, asha: User) -> None:
    mail = answer(session, asha, "ACCEPTED")
    arrives(mail)
    replying.reply(session=session, by=asha, reply=Reply.APOLOGIES, now=LATER + timedelta(minutes=1))
    arrives(mail, now=LATER + timedelta(minutes=2))
    assert replies(session) == {"Asha": Reply.APOLOGIES}


def test_a_clock_that_is_ahead_does_not_silence_the_person(session: Session, asha: User) -> None:
    arrives(answer(session, asha, "ACCEPTED", at=LATER + timedelta(days=300)))
    replying.reply(session=session, by=asha, reply=Reply.APOLOGIES, now=LATER + timedelta(minutes=1))
    assert Attendance.objects.get(user=asha).replied_at == LATER + timedelta(minutes=1)


IGNORED = {
    "another's session": ({"uid": "session-999999@testserver"}, "it is not from somebody who was invited"),
    "another site's entry": ({"uid": "session-1@elsewhere.example"}, "it is about nothing of ours"),
    "any other entry": ({"uid": "0b3f-22"}, "it is about nothing of ours"),
    "a number too long": ({"uid": f"session-{'9' * 40}@testserver"}, "it is about nothing of ours"),
    "an earlier date": ({"sequence": -1}, "it answers an earlier date"),
    "a date to come": ({"sequence": 7}, "it answers an earlier date"),
    "another sender": ({"sender": "ben@example.org"}, "it is not from somebody who was invited"),
    "another attendee": ({"attendee": "mailto:ben@example.org"}, "it is not from somebody who was invited"),
    "a stranger": (
        {"sender": "sam.stranger@example.org", "attendee": "mailto:sam.stranger@example.org"},
        "it is not from somebody who was invited",
    ),
    "two senders": ({"sender": "asha@example.org, ben@example.org"}, "it speaks for several people"),
    "two attendees": ({"more": ["ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben@example.org"]}, "it speaks for several people"),
    "an invitation": ({"method": "REQUEST"}, "it is no answer"),
    "two entries": ({"more": ["END:VEVENT", "BEGIN:VEVENT", "UID:x"]}, "it is no answer"),
    "a forged sender": (
        {"headers": {"Authentication-Results": "mx.example.org; spf=pass; dmarc=fail (p=REJECT)"}},
        "its sender's domain disowns it",
    ),
    "no number": ({"sequence": "many"}, "it can't be read"),
    "a million lines": ({"more": ["X-A:b"] * 1_000_000}, "it is too long"),
    "one long line": ({"more": ["X-A:" + "b" * 300_000]}, "it is too long"),
    "a broken block": ({"more": ["END:VALARM"]}, "it can't be read"),
}


@pytest.mark.parametrize("name", IGNORED)
def test_what_does_not_count_is_ignored_and_logged_without_its_content(
    session: Session, asha: User, ben: User, stranger: User, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    changes, reason = IGNORED[name]
    with caplog.at_level(logging.INFO):
        arrives(answer(session, asha, **changes))
    assert (replies(session), reasons(caplog)) == ({}, [f"A calendar's answer was ignored: {reason}."])
    assert [word for word in (SECRET, "example.org") if word in caplog.text] == []


@pytest.mark.parametrize("partstat", ["NEEDS-ACTION", "DELEGATED", "X-NONE", ""])
def test_neither_yes_nor_no_nor_perhaps_changes_nothing(session: Session, asha: User, partstat: str) -> None:
    replying.reply(session=session, by=asha, reply=Reply.COMING, now=NOW)
    arrives(answer(session, asha, partstat))
    assert replies(session) == {"Asha": Reply.COMING}


def test_a_move_asks_again_and_the_answer_to_the_old_date_does_not_count(
    session: Session, asha: User, gita: User
) -> None:
    old = answer(session, asha)
    moved = move(session, gita, now=NOW, starts_at=STARTS + timedelta(days=1))
    arrives(old)
    assert replies(session) == {}
    arrives(answer(moved, asha))
    assert replies(session) == {"Asha": Reply.COMING}


def test_an_answer_to_what_was_cancelled_comes_too_late(
    session: Session, asha: User, gita: User, caplog: pytest.LogCaptureFixture
) -> None:
    cancelled = scheduling.cancel_session(session=session, by=gita, now=NOW)
    with caplog.at_level(logging.INFO):
        arrives(answer(cancelled, asha))
    assert (replies(session), reasons(caplog)) == ({}, ["A calendar's answer was ignored: it comes too late."])


def test_who_has_left_answers_nothing(session: Session, asha: User, memberships: dict[str, Membership]) -> None:
    end(memberships["Asha"])
    arrives(answer(session, asha))
    assert replies(session) == {}


@pytest.mark.parametrize(
    "mail",
    [
        None,
        message_from_bytes(b""),
        message_from_bytes(b"From: asha@example.org\r\n\r\nHello"),
        message_from_bytes(b"From: a@b.c\r\nContent-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\n"),
        message_from_bytes(b"Content-Type: text/calendar; charset=none-such\r\n\r\n\xff\xfe\x00BEGIN:\x00"),
        message_from_bytes(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/calendar\r\n"),
    ],
)
def test_any_other_mail_is_ignored(db: None, mail: EmailMessage | None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        calendar_replies.handle(mail, now=NOW)
    assert [line.startswith("A calendar's answer was ignored: ") for line in reasons(caplog)] == [True]


class TestWithAnAddressForEachInvitation:
    @pytest.fixture(autouse=True)
    def own_addresses(self, settings: LazySettings) -> None:
        settings.CALENDAR_ADDRESS = "answers+{token}@example.org"

    def test_who_was_invited_can_answer(self, session: Session, asha: User) -> None:
        arrives(answer(session, asha))
        assert replies(session) == {"Asha": Reply.COMING}

    def test_who_only_knows_the_address_of_another_can_not_answer_for_them(
        self, session: Session, asha: User, ben: User, caplog: pytest.LogCaptureFixture
    ) -> None:
        known = f"mailto:{calendar.organiser_address(session, ben)}"
        with caplog.at_level(logging.INFO):
            arrives(answer(session, asha, organiser=known))
        expected = ["A calendar's answer was ignored: it answers nothing we sent them."]
        assert (replies(session), reasons(caplog)) == ({}, expected)


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_read_the_same_answers_at_once_leave_the_later_one(session: Session, asha: User) -> None:
    read = [
        calendar_replies.read(message_from_bytes(answer(session, asha, said, at=at).as_bytes()))
        for said, at in (("DECLINED", LATER + timedelta(seconds=20)), ("ACCEPTED", LATER))
    ]
    now = LATER + timedelta(hours=1)
    taken = at_once(*[lambda one=one: calendar_replies.take(one, now=now) for one in read * 4])
    assert replies(session) == {"Asha": Reply.APOLOGIES}
    assert {str(each) for each in taken if isinstance(each, Exception)} == {"they have said something since"}
