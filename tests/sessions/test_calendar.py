"""What a calendar is told by mail: from the first invitation to the cancellation, read by two independent parsers."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives

from als_project.clock import to_instant
from als_project.outbox import services as outbox
from als_project.users.models import User
from sessions import calendar
from sessions.enums import Reply
from sessions.services import bidding, replying, scheduling
from sets.models import LearningSet
from sets.services.founding import change_set
from tests.factories import make_session
from tests.sessions.acts import move, offer, schedule
from tests.sessions.calendar_acts import by_vobject, calendar_text, ends_of, method_of, starts_of, the_event, to

STARTS = datetime(2026, 10, 13, 13, 0, tzinfo=UTC)
NOW = STARTS - timedelta(days=30)
Mailbox = list[EmailMultiAlternatives]


def send(now: datetime = NOW) -> None:
    with time_machine.travel(now, tick=False):
        while outbox.send_due(now=now):
            pass


def invitation(learning_set: LearningSet, by: User, reader: User, mailbox: Mailbox, **fields: object) -> str:
    schedule(learning_set, by, now=NOW, **{"starts_at": STARTS, **fields})
    send()
    (mail,) = to(reader, mailbox)
    return calendar_text(mail)


def test_one_entry_from_the_invitation_over_three_moves_to_the_cancellation(
    learning_set: LearningSet, gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    session = schedule(learning_set, gita, now=NOW, starts_at=STARTS)
    send()
    changes = [{"starts_at": STARTS + timedelta(days=1)}, {"place": "Room 9"}, {"link": "https://meet.example.org/y"}]
    for change in changes:
        session = move(session, gita, now=NOW, **change)
        send()
    scheduling.cancel_session(session=session, by=gita, now=NOW)
    send()
    mails = to(asha, mailoutbox)
    events = [the_event(calendar_text(mail)) for mail in mails]
    assert [method_of(mail) for mail in mails] == ["REQUEST"] * 4 + ["CANCEL"]
    assert [by_vobject(calendar_text(mail)).uid.value for mail in mails] == [f"session-{session.pk}@testserver"] * 5
    assert [event["sequence"] for event in events] == [0, 1, 2, 3, 4]
    assert [str(event["status"]) for event in events] == ["CONFIRMED"] * 4 + ["CANCELLED"]
    assert [starts_of(calendar_text(mail)) for mail in mails] == [{STARTS}] + [{STARTS + timedelta(days=1)}] * 4
    assert [event.get("location") for event in events] == [
        "Room 4",
        "Room 4",
        "Room 9",
        "Room 9, https://meet.example.org/y",
        None,
    ]


def test_cancelling_one_of_several_leaves_the_others_entries_alone(
    learning_set: LearningSet, gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    run = [schedule(learning_set, gita, now=NOW, starts_at=STARTS + timedelta(days=28 * n)) for n in range(3)]
    scheduling.cancel_session(session=run[1], by=gita, now=NOW)
    send()
    told = {str(the_event(calendar_text(mail))["uid"]): method_of(mail) for mail in to(asha, mailoutbox)}
    assert told == {
        calendar.uid_of(run[0]): "REQUEST",
        calendar.uid_of(run[1]): "CANCEL",
        calendar.uid_of(run[2]): "REQUEST",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": STARTS + timedelta(hours=1)},
        {"minutes": 60},
        {"time_zone": "Africa/Nairobi"},
        {"place": "Room 9"},
        {"link": "https://meet.example.org/y"},
    ],
)
def test_each_change_that_people_are_told_of_raises_the_entrys_number(
    learning_set: LearningSet, gita: User, change: dict[str, object]
) -> None:
    session = schedule(learning_set, gita, now=NOW, starts_at=STARTS)
    assert move(session, gita, now=NOW, **change).revision == 1


def test_saving_a_session_as_it_is_tells_no_calendar_anything(learning_set: LearningSet, gita: User) -> None:
    session = schedule(learning_set, gita, now=NOW, starts_at=STARTS)
    assert move(session, gita, now=NOW).revision == 0


def test_the_reader_is_asked_for_an_answer_and_the_site_is_the_organiser(
    learning_set: LearningSet, gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    event = the_event(invitation(learning_set, gita, asha, mailoutbox))
    attendee, organiser = event["attendee"], event["organizer"]
    assert (str(attendee), attendee.params["RSVP"], attendee.params["PARTSTAT"]) == (
        "mailto:asha@example.org",
        "TRUE",
        "NEEDS-ACTION",
    )
    assert (str(organiser), organiser.params["CN"]) == ("mailto:sets@localhost", "Learning set")


def test_each_reader_is_named_to_themselves_alone(
    learning_set: LearningSet, gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    text = invitation(learning_set, gita, asha, mailoutbox)
    assert [word for word in ("Gita", "gita@", "ben@", "Asha") if word in text] == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (Reply.COMING, "ACCEPTED"),
        (Reply.IF_I_CAN, "TENTATIVE"),
        (Reply.APOLOGIES, "DECLINED"),
        (None, "NEEDS-ACTION"),
    ],
)
def test_a_new_place_does_not_ask_again_who_has_answered(
    learning_set: LearningSet, gita: User, asha: User, mailoutbox: Mailbox, said: Reply | None, shown: str
) -> None:
    session = schedule(learning_set, gita, now=NOW, starts_at=STARTS)
    if said:
        replying.reply(session=session, by=asha, reply=said, now=NOW)
    move(session, gita, now=NOW, place="Room 9")
    send()
    (mail,) = to(asha, mailoutbox)
    assert the_event(calendar_text(mail))["attendee"].params["PARTSTAT"] == shown


def test_an_entry_says_learning_set_session_and_nothing_of_what_the_set_works_on(
    learning_set: LearningSet, gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    session = schedule(learning_set, gita, now=NOW, starts_at=STARTS)
    bidding.save_preparation(session=session, by=asha, text="My lines", now=NOW)
    offer(session, asha, now=NOW, headline="Delegating", question="How can I let go?")
    send()
    text = calendar_text(to(asha, mailoutbox)[0])
    event = the_event(text)
    assert (str(event["summary"]), str(event["description"]), str(event["class"])) == (
        "Learning set session",
        f"http://testserver/sessions/{session.pk}/",
        "PRIVATE",
    )
    said = ("Delegating", "let go", "My lines", "Thursday set")
    assert [word for word in said if word in text] == []


def test_the_sets_name_is_in_it_only_where_the_set_has_agreed(
    learning_set: LearningSet, gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    agreed = change_set(learning_set=learning_set, by=gita, now=NOW, name_in_calendars=True)
    event = the_event(invitation(agreed, gita, asha, mailoutbox))
    assert (str(event["summary"]), event["organizer"].params["CN"]) == (
        "Learning set session: Thursday set",
        "Thursday set",
    )


def test_what_people_type_as_a_place_stays_in_its_line(
    learning_set: LearningSet, gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    place = "Room\r\nDTSTART:20200101T000000Z\u2028BEGIN:VALARM; a, b\\c\x0bü"
    text = invitation(learning_set, gita, asha, mailoutbox, place=place)
    assert by_vobject(text).location.value == "Room DTSTART:20200101T000000Z BEGIN:VALARM; a, b\\c ü"
    assert (starts_of(text), the_event(text).subcomponents) == ({STARTS}, [])


def test_lines_are_as_long_as_calendars_take_them(
    learning_set: LearningSet, gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    text = invitation(learning_set, gita, asha, mailoutbox, place="ü" * 190)
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert str(the_event(text)["location"]) == "ü" * 190


ROUND_CHANGES = [
    ("Europe/London", "2026-10-25 00:30", None),
    ("Europe/London", "2026-10-25 01:30", 0),
    ("Europe/London", "2026-10-25 01:30", 1),
    ("Europe/London", "2026-10-26 10:00", None),
    ("Europe/London", "2027-03-28 02:30", None),
    ("America/New_York", "2026-11-01 01:15", 0),
    ("America/New_York", "2026-11-01 01:15", 1),
    ("America/New_York", "2027-03-14 03:00", None),
    ("Australia/Lord_Howe", "2026-10-04 02:30", None),
    ("Australia/Lord_Howe", "2027-04-04 01:45", 0),
    ("Australia/Lord_Howe", "2027-04-04 01:45", 1),
    ("Africa/Casablanca", "2027-02-06 10:00", None),
    ("Africa/Casablanca", "2027-02-07 02:30", 1),
    ("Africa/Casablanca", "2027-02-20 10:00", None),
    ("Africa/Casablanca", "2027-03-14 10:00", None),
    ("UTC", "2026-10-25 01:30", None),
]


@pytest.mark.parametrize(("zone", "local", "fold"), ROUND_CHANGES)
def test_around_a_change_of_the_clock_every_reader_finds_the_same_instant(
    learning_set: LearningSet, asha: User, zone: str, local: str, fold: int | None
) -> None:
    starts = to_instant(datetime.fromisoformat(local), zone, fold=fold)
    session = make_session(learning_set, starts_at=starts, time_zone=zone, minutes=150)
    text = calendar.request(session, asha, now=NOW).text
    assert (starts_of(text), ends_of(text)) == ({starts}, {session.ends_at})


def test_an_entry_names_its_zone_so_that_ten_in_london_stays_ten_in_london(
    learning_set: LearningSet, gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    text = invitation(learning_set, gita, asha, mailoutbox)
    assert "DTSTART;TZID=Europe/London:20261013T140000\r\nDTEND;TZID=Europe/London:20261013T160000\r\n" in text
    assert text.count("BEGIN:VTIMEZONE") == 1


def test_a_mail_holds_its_words_twice_and_the_entry_once_last(
    learning_set: LearningSet, gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    schedule(learning_set, gita, now=NOW, starts_at=STARTS)
    send()
    parts = [part.get_content_type() for part in to(asha, mailoutbox)[0].message().walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html", "text/calendar"]
