"""What is about tomorrow morning is told by night; the rest waits until the morning. And no date is lost on the way."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives

from als_project.clock import to_local
from als_project.outbox import services as outbox
from als_project.outbox.models import Hours, How, Preference
from als_project.users.models import User
from sessions.models import Session, TurnRequest
from sessions.services import runs, scheduling
from sessions.services.prompting import queue_prompts
from sets.models import LearningSet
from tests.factories import make_session
from tests.sessions import run_acts
from tests.sessions.acts import move, schedule
from tests.sessions.run_acts import at

EVENING = at("2026-11-18 21:00")  # a Wednesday
TOMORROW, EARLY, NEXT_WEEK = at("2026-11-19 09:30"), at("2026-11-19 07:30"), at("2026-11-26 14:00")
Mailbox = list[EmailMultiAlternatives]
Telling = Callable[[LearningSet, User], object]


@pytest.fixture(autouse=True)
def night(settings: Any) -> None:
    settings.QUIET_HOURS = "20:00-08:00"


@pytest.fixture
def london(learning_set: LearningSet, ben: User) -> LearningSet:
    """All by one clock."""
    User.objects.filter(pk=ben.pk).update(time_zone="Europe/London")
    return learning_set


def send(now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        while outbox.send_due(now=now):
            pass


def session_at(learning_set: LearningSet, starts_at: datetime) -> Session:
    return make_session(learning_set, starts_at=starts_at, time_zone="Europe/London")


def scheduled_for(starts_at: datetime) -> Telling:
    return lambda learning_set, gita: schedule(learning_set, gita, now=EVENING, starts_at=starts_at)


def moved(was: datetime, starts_at: datetime) -> Telling:
    return lambda learning_set, gita: move(session_at(learning_set, was), gita, now=EVENING, starts_at=starts_at)


def cancelled(starts_at: datetime) -> Telling:
    return lambda learning_set, gita: scheduling.cancel_session(
        session=session_at(learning_set, starts_at), by=gita, now=EVENING
    )


def joined(starts_at: datetime) -> Telling:
    def tell(learning_set: LearningSet, gita: User) -> None:
        session, kind = session_at(learning_set, starts_at), "sessions.joined"
        people = User.objects.filter(memberships__in=learning_set.memberships.present())
        outbox.post_to_each(people, kind=kind, cause=session.occasion, about=session.pk, due_at=EVENING)

    return tell


def several(starts_at: datetime, *, then: Callable[[Session, User], object] | None = None) -> Telling:
    def tell(learning_set: LearningSet, gita: User) -> None:
        dates = [f"{to_local(day, run_acts.LONDON):%Y-%m-%d %H:%M}" for day in (starts_at, NEXT_WEEK)]
        run = run_acts.plan(learning_set, gita, *dates, now=EVENING - timedelta(days=7) if then else EVENING)
        if then:
            send(EVENING - timedelta(hours=3))
            then(run.sessions.order_by("starts_at")[0], gita)

    return tell


def put_off_all(session: Session, gita: User) -> None:
    run_acts.move(session, gita, now=EVENING, starts_at=session.starts_at + timedelta(days=14))


def cancel_all(session: Session, gita: User) -> None:
    runs.cancel_from_here(session=session, by=gita, now=EVENING)


@pytest.mark.parametrize(
    ("telling", "by_night"),
    [
        (scheduled_for(TOMORROW), True),
        (scheduled_for(EARLY), True),
        (scheduled_for(NEXT_WEEK), False),
        (moved(NEXT_WEEK, EARLY), True),
        (moved(EARLY, NEXT_WEEK), True),
        (moved(NEXT_WEEK, NEXT_WEEK + timedelta(days=1)), False),
        (moved(at("2026-11-19 13:00"), at("2026-11-19 15:00")), False),
        (cancelled(at("2026-11-19 08:30")), True),
        (cancelled(NEXT_WEEK), False),
        (joined(TOMORROW), True),
        (joined(NEXT_WEEK), False),
        (several(TOMORROW), True),
        (several(NEXT_WEEK - timedelta(days=1)), False),
        (several(TOMORROW, then=put_off_all), True),
        (several(TOMORROW, then=cancel_all), True),
        (several(NEXT_WEEK - timedelta(days=1), then=cancel_all), False),
    ],
)
def test_what_can_not_wait_until_the_morning_leaves_by_night(
    london: LearningSet, gita: User, mailoutbox: Mailbox, telling: Telling, by_night: bool
) -> None:
    telling(london, gita)
    mailoutbox.clear()
    send(EVENING)
    assert len(mailoutbox) == (3 if by_night else 0)
    send(at("2026-11-19 08:00"))
    assert sorted(mail.to[0] for mail in mailoutbox) == ["asha@example.org", "ben@example.org", "gita@example.org"]


def test_a_date_that_was_given_up_hurries_nobody_once_it_is_past(
    london: LearningSet, gita: User, mailoutbox: Mailbox
) -> None:
    """The mail server was away all day."""
    moved(TOMORROW, NEXT_WEEK)(london, gita)
    send(EVENING + timedelta(days=1))
    assert mailoutbox == []


def test_a_turn_of_tomorrow_is_asked_for_by_night(
    london: LearningSet, gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    session = session_at(london, TOMORROW)
    request = TurnRequest.objects.create(session=session, holder=gita, asked_by=gita, taker=asha, asked_at=EVENING)
    outbox.post_to_each([asha], kind="sessions.turn_asked", cause="x", about=request.pk, due_at=EVENING)
    send(EVENING)
    assert [mail.to for mail in mailoutbox] == [["asha@example.org"]]


@pytest.mark.parametrize("late", [timedelta(minutes=30), timedelta(days=3)])
def test_a_cancellation_is_of_no_use_once_the_session_would_be_over(
    london: LearningSet, gita: User, mailoutbox: Mailbox, late: timedelta
) -> None:
    cancelled(NEXT_WEEK)(london, gita)
    send(NEXT_WEEK + late)
    assert len(mailoutbox) == (3 if late < timedelta(hours=2) else 0)


# --- Weekly, and too many a week ---------------------------------------------------------------

STARTS = datetime(2026, 11, 19, 13, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


def remind(learning_set: LearningSet, *, days: float) -> datetime:
    """The prompts of so many days before the session leave."""
    now = STARTS - timedelta(days=days)
    with time_machine.travel(now, tick=False):
        queue_prompts(now=now)
    send(now)
    return now


@pytest.mark.parametrize("weekly_message", [How.AT_ONCE, How.NEVER])
@pytest.mark.parametrize(("kind", "days"), [("topic_nudge", 2), ("reminder", 1)])
def test_too_many_a_week_never_cost_a_date(
    london: LearningSet, asha: User, mailoutbox: Mailbox, kind: str, days: int, weekly_message: How
) -> None:
    Hours.objects.create(user=asha, quiet_from=0, quiet_until=0, most_a_week=0)
    Preference.objects.create(user=asha, kind="outbox.digest", how=weekly_message)
    session_at(london, STARTS)
    now = remind(london, days=days)
    assert asha.messages.get(kind=f"sessions.{kind}").sent_at == now
    assert ["asha@example.org"] in [mail.to for mail in mailoutbox]


def test_too_many_a_week_wait_for_a_weekly_message_in_time(
    london: LearningSet, asha: User, mailoutbox: Mailbox
) -> None:
    Hours.objects.create(user=asha, quiet_from=0, quiet_until=0, most_a_week=0)
    session_at(london, STARTS)
    remind(london, days=7)
    message = asha.messages.get(kind="sessions.topic_prompt")
    assert (message.digest and message.digest.due_at) == MONDAY
    send(MONDAY)
    message.refresh_from_db()
    assert message.sent_at == MONDAY


def test_what_somebody_wants_weekly_and_would_come_too_late_says_so_in_its_row(
    london: LearningSet, asha: User, mailoutbox: Mailbox
) -> None:
    Preference.objects.create(user=asha, kind="sessions.reminder", how=How.WEEKLY)
    session_at(london, STARTS)
    remind(london, days=1)
    message = asha.messages.get(kind="sessions.reminder")
    assert (message.digest, message.sent_at) == (None, None)
    assert message.dropped_because == "too late by the next weekly message"


def test_a_part_whose_session_was_held_meanwhile_is_not_noted_as_sent(
    london: LearningSet, asha: User, mailoutbox: Mailbox
) -> None:
    """The mail server was away for days; one part of the weekly message still has its reason."""
    Preference.objects.create(user=asha, kind="sessions.topic_prompt", how=How.WEEKLY)
    first, second = session_at(london, STARTS), session_at(london, STARTS + timedelta(days=3))
    remind(london, days=6)
    with time_machine.travel(STARTS - timedelta(days=4), tick=False):
        queue_prompts(now=STARTS - timedelta(days=4))
    send(STARTS - timedelta(days=4))
    late = STARTS + timedelta(days=1)
    mailoutbox.clear()
    send(late)
    parts = {part.about: part for part in asha.messages.filter(kind="sessions.topic_prompt")}
    assert parts[second.pk].sent_at == late
    assert (parts[first.pk].sent_at, parts[first.pk].dropped_because) == (None, "its reason was gone")
