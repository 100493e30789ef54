"""A run of sessions in calendars: one mail, and in it an entry for each, which then has a life of its own."""

from datetime import timedelta

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives

from als_project.outbox import services as outbox
from als_project.users.models import User
from sessions import calendar
from sessions.models import Run
from sessions.services import runs, scheduling
from sets.models import LearningSet
from tests.sessions.acts import move as move_one
from tests.sessions.calendar_acts import calendar_text, calendar_texts, method_of, starts_of, the_event, to
from tests.sessions.run_acts import at, move, plan

NOW = at("2026-09-14 09:00")
# The clocks of London are changed between the first and the second, those of the last once more.
DATES = ("2026-10-13 10:00", "2026-11-10 10:00", "2027-04-13 10:00")
Mailbox = list[EmailMultiAlternatives]


def send() -> None:
    with time_machine.travel(NOW, tick=False):
        while outbox.send_due(now=NOW):
            pass


@pytest.fixture
def run(learning_set: LearningSet, gita: User) -> Run:
    run = plan(learning_set, gita, *DATES, now=NOW)
    send()
    return run


def test_one_mail_holds_an_entry_for_each_date(run: Run, asha: User, mailoutbox: Mailbox) -> None:
    (mail,) = to(asha, mailoutbox)
    texts = calendar_texts(mail)
    assert [starts_of(text) for text in texts] == [{at(date)} for date in DATES]
    assert [str(the_event(text)["uid"]) for text in texts] == [calendar.uid_of(one) for one in run.sessions.all()]
    parts = [(part.get_content_type(), part.get_filename()) for part in mail.message().walk()]
    assert parts == [
        ("multipart/mixed", None),
        ("multipart/alternative", None),
        ("text/plain", None),
        ("text/html", None),
        ("text/calendar", "1.ics"),
        ("text/calendar", "2.ics"),
        ("text/calendar", "3.ics"),
    ]


def test_ten_in_london_stays_ten_in_london_across_the_changes(run: Run, asha: User, mailoutbox: Mailbox) -> None:
    texts = calendar_texts(to(asha, mailoutbox)[0])
    assert [the_event(text)["dtstart"].to_ical()[-6:] for text in texts] == [b"100000"] * 3


def test_one_of_a_run_is_moved_three_times_and_cancelled_and_the_others_stay(
    run: Run, gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    mailoutbox.clear()
    one = run.sessions.all()[1]
    for days in (1, 2, 3):
        one = move_one(one, gita, now=NOW, starts_at=at(DATES[1]) + timedelta(days=days))
        send()
    scheduling.cancel_session(session=one, by=gita, now=NOW)
    send()
    mails = to(asha, mailoutbox)
    events = [the_event(calendar_text(mail)) for mail in mails]
    assert [method_of(mail) for mail in mails] == ["REQUEST"] * 3 + ["CANCEL"]
    assert {str(event["uid"]) for event in events} == {calendar.uid_of(one)}
    assert [event["sequence"] for event in events] == [1, 2, 3, 4]


def test_this_and_all_later_ones_move_and_are_cancelled_in_one_mail_each(
    run: Run, gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    mailoutbox.clear()
    _first, second, third = run.sessions.all()
    move(second, gita, now=NOW, starts_at=at("2026-11-11 10:00"))
    send()
    second.refresh_from_db()
    runs.cancel_from_here(session=second, by=gita, now=NOW)
    send()
    moved, cancelled = (
        {str(the_event(text)["uid"]): (the_event(text)["sequence"], starts_of(text)) for text in calendar_texts(mail)}
        for mail in to(asha, mailoutbox)
    )
    dates = {at("2026-11-11 10:00")}, {at("2027-04-14 10:00")}
    assert moved[calendar.uid_of(second)] == (1, dates[0])
    assert moved[calendar.uid_of(third)] == (1, dates[1])
    assert cancelled == {calendar.uid_of(second): (2, dates[0]), calendar.uid_of(third): (2, dates[1])}


def test_a_long_run_costs_as_many_queries_as_a_short_one(
    learning_set: LearningSet, gita: User, django_assert_max_num_queries
) -> None:
    dates = [f"2027-{month:02}-{day:02} 10:00" for month in range(1, 13) for day in (1, 15)]
    plan(learning_set, gita, *dates, now=NOW)
    with django_assert_max_num_queries(3 * 12 + 12):  # three people
        send()
