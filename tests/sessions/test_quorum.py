"""Below the agreed minimum: who looks after the set hears in time, once, and decides by one action."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test.utils import CaptureQueriesContext

from als_project.outbox import services as outbox
from als_project.users.models import User
from sessions.enums import Reply, SessionState
from sessions.models import Session
from sessions.services import quorum, replying, scheduling
from sessions.services.prompting import queue_prompts
from sets.models import LearningSet, Membership
from tests.cast import SignedIn
from tests.factories import end, join, make_running_session, make_session, make_set, make_user
from tests.sessions.acts import move, told
from tests.sessions.pages import words

STARTS = datetime(2026, 10, 13, 13, 0, tzinfo=UTC)
LONG_BEFORE = STARTS - timedelta(days=30)
TWO_DAYS = STARTS - timedelta(days=2)
Mailbox = list[EmailMultiAlternatives]


@pytest.fixture
def session(learning_set: LearningSet, asha: User) -> Session:
    """The set agreed on three; Asha alone is coming so far."""
    LearningSet.objects.filter(pk=learning_set.pk).update(minimum_to_run=3)
    learning_set.refresh_from_db()
    session = make_session(learning_set, starts_at=STARTS)
    replying.reply(session=session, by=asha, reply=Reply.COMING, now=LONG_BEFORE)
    return session


def tick(now: datetime) -> int:
    return quorum.queue_below_minimum(now=now)


def send(now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        while outbox.send_due(now=now):
            pass


def test_two_days_before_those_who_look_after_the_set_hear_once(session: Session) -> None:
    assert tick(TWO_DAYS - timedelta(seconds=1)) == 0
    assert [tick(TWO_DAYS + timedelta(hours=hours)) for hours in (0, 1, 30)] == [1, 0, 0]
    assert told("sessions.below_minimum") == ["Gita"]


def test_that_is_before_the_reminders_go(session: Session) -> None:
    queue_prompts(now=TWO_DAYS)
    tick(TWO_DAYS)
    assert (told("sessions.below_minimum"), told("sessions.reminder")) == (["Gita"], [])


@pytest.mark.parametrize("days", [3, 5, 12])
def test_it_is_before_the_sets_own_reminders_however_early_they_go(
    session: Session, learning_set: LearningSet, days: int
) -> None:
    LearningSet.objects.update(topic_prompt_days=14, topic_nudge_days=13, reminder_days=days)
    day_before = STARTS - timedelta(days=days + 1)
    assert tick(day_before - timedelta(seconds=1)) == 0
    queue_prompts(now=day_before)
    assert tick(day_before) == 1
    assert told("sessions.reminder") == []


def test_without_reminders_it_is_two_days_ahead(session: Session, learning_set: LearningSet) -> None:
    LearningSet.objects.update(reminder_days=None)
    assert [tick(TWO_DAYS - timedelta(seconds=1)), tick(TWO_DAYS)] == [0, 1]


@pytest.mark.parametrize(("ben_says", "heard"), [(Reply.COMING, 0), (Reply.IF_I_CAN, 1), (Reply.APOLOGIES, 1)])
def test_only_who_is_coming_counts(session: Session, gita: User, ben: User, ben_says: Reply, heard: int) -> None:
    replying.reply(session=session, by=gita, reply=Reply.COMING, now=LONG_BEFORE)
    replying.reply(session=session, by=ben, reply=ben_says, now=LONG_BEFORE)
    assert tick(TWO_DAYS) == heard


def test_who_left_does_not_count(session: Session, gita: User, ben: User, memberships: dict[str, Membership]) -> None:
    for person in (gita, ben):
        replying.reply(session=session, by=person, reply=Reply.COMING, now=LONG_BEFORE)
    end(memberships["Ben"])
    assert tick(TWO_DAYS) == 1


def test_a_set_without_a_minimum_and_a_session_that_is_over_or_on_are_left_alone(session: Session) -> None:
    other = make_set("No number")
    make_session(other, starts_at=STARTS)
    Session.objects.filter(pk=session.pk).update(state=SessionState.CANCELLED, cancelled_at=LONG_BEFORE)
    assert tick(TWO_DAYS) == 0


def test_after_a_move_it_is_a_new_date_and_told_anew(session: Session, gita: User) -> None:
    tick(TWO_DAYS)
    quorum.run_anyway(session=session, by=gita, now=TWO_DAYS)
    moved = move(session, gita, now=TWO_DAYS, starts_at=STARTS + timedelta(days=7))
    assert (moved.runs_anyway_at, tick(TWO_DAYS), tick(TWO_DAYS + timedelta(days=7))) == (None, 0, 1)


def test_a_new_place_is_no_new_date(session: Session, gita: User) -> None:
    tick(TWO_DAYS)
    move(session, gita, now=TWO_DAYS, place="Room 5")
    assert tick(TWO_DAYS) == 0


def test_where_it_was_decided_to_run_nobody_is_told(session: Session, gita: User) -> None:
    quorum.run_anyway(session=session, by=gita, now=LONG_BEFORE)
    assert tick(TWO_DAYS) == 0


def test_a_tick_looks_the_same_number_of_times_for_one_session_and_for_ten(session: Session, gita: User) -> None:
    def looks() -> int:
        Session.objects.update(told_few_for=None)
        with CaptureQueriesContext(connection) as queries:
            tick(TWO_DAYS)
        return sum(query["sql"].startswith("SELECT") for query in queries)

    one = looks()
    for number in range(9):
        other = make_set(f"Set {number}", minimum_to_run=2)
        join(other, gita, facilitates=True)
        make_session(other, starts_at=STARTS)
    assert looks() == one


# --- The message ---------------------------------------------------------------------------------


def test_the_message_says_how_many_and_who_is_silent_in_numbers(session: Session, mailoutbox: Mailbox) -> None:
    tick(TWO_DAYS)
    send(TWO_DAYS)
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (
        ["gita@example.org"],
        "Fewer than agreed are coming on Tuesday 13 October 2026: please decide",
    )
    lines = str(mail.body).splitlines()
    assert lines[:2] == ["1 person is coming; your learning set agreed on at least 3.", "Not heard from yet: 2."]
    assert f"http://testserver/sessions/{session.pk}/numbers/" in lines
    assert "Asha" not in str(mail.body)


@pytest.mark.parametrize("why", ["enough", "decided", "moved", "no longer looks after it"])
def test_it_does_not_leave_when_its_reason_is_gone(
    session: Session, gita: User, ben: User, memberships: dict[str, Membership], mailoutbox: Mailbox, why: str
) -> None:
    tick(TWO_DAYS)
    if why == "enough":
        for person in (gita, ben):
            replying.reply(session=session, by=person, reply=Reply.COMING, now=TWO_DAYS)
    elif why == "decided":
        quorum.run_anyway(session=session, by=gita, now=TWO_DAYS)
    elif why == "moved":
        move(session, gita, now=TWO_DAYS, starts_at=STARTS + timedelta(days=7))
    else:
        Membership.objects.filter(pk=memberships["Gita"].pk).update(is_facilitator=False, is_member=True)
    send(TWO_DAYS)
    assert [mail for mail in mailoutbox if "Fewer than agreed" in mail.subject] == []


# --- One action, one message ---------------------------------------------------------------------


def test_to_let_it_take_place_is_one_button_and_everyone_gets_the_usual_reminder(
    session: Session, gita: User, signed_in: SignedIn
) -> None:
    with time_machine.travel(TWO_DAYS, tick=False):
        page = words(signed_in(gita).get(f"/sessions/{session.pk}/numbers/"))
        assert "Coming 1 If they can 0 Apologies 0 Not heard from yet 2 Agreed minimum 3" in page
        signed_in(gita).post(f"/sessions/{session.pk}/run-anyway/")
    session.refresh_from_db()
    assert session.runs_anyway_at == TWO_DAYS
    queue_prompts(now=STARTS - timedelta(days=1))
    assert told("sessions.reminder") == ["Asha", "Ben", "Gita"]


def test_to_cancel_it_is_one_button_and_one_message(session: Session, gita: User, signed_in: SignedIn) -> None:
    with time_machine.travel(TWO_DAYS, tick=False):
        signed_in(gita).post(f"/sessions/{session.pk}/cancel/", {"reach": "this"})
    queue_prompts(now=STARTS - timedelta(days=1))
    assert (told("sessions.cancelled"), told("sessions.reminder")) == (["Asha", "Ben", "Gita"], [])


def test_what_has_begun_needs_no_decision(learning_set: LearningSet, gita: User, signed_in: SignedIn) -> None:
    running = make_running_session(learning_set)
    with pytest.raises(scheduling.NoLongerScheduled):
        quorum.run_anyway(session=running, by=gita, now=TWO_DAYS)
    for answer in (
        signed_in(gita).get(f"/sessions/{running.pk}/numbers/"),
        signed_in(gita).post(f"/sessions/{running.pk}/run-anyway/"),
    ):
        assert answer.headers["Location"] == f"/sessions/{running.pk}/"


def test_home_and_the_session_page_point_it_out_to_who_looks_after_the_set(
    session: Session, gita: User, asha: User, signed_in: SignedIn
) -> None:
    with time_machine.travel(TWO_DAYS, tick=False):
        seen: Any = {
            person.name: [
                "the set agreed on at least 3" in words(signed_in(person).get(path))
                for path in ("/", f"/sessions/{session.pk}/")
            ]
            for person in (gita, asha)
        }
    assert seen == {"Gita": [True, True], "Asha": [False, False]}


def test_the_whole_set_is_counted_by_what_they_said(session: Session, ben: User, gita: User) -> None:
    join(session.learning_set, make_user("Dev"))
    replying.reply(session=session, by=ben, reply=Reply.IF_I_CAN, now=LONG_BEFORE)
    replying.reply(session=session, by=gita, reply=Reply.APOLOGIES, now=LONG_BEFORE)
    assert quorum.numbers_of(session) == {"coming": 1, "perhaps": 1, "apologies": 1, "silent": 1}
