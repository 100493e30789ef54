"""A run of sessions: planned, moved, cancelled; each person told once."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.enums import BidState, Reply, SessionState
from sessions.models import Run, Session, TurnRequest
from sessions.recurrence import RunRefused
from sessions.services import replying, runs, scheduling, turns
from sets.models import LearningSet
from tests.factories import make_bid, make_closed_session
from tests.sessions.acts import move as move_one
from tests.sessions.acts import offer, schedule, told
from tests.sessions.room_acts import at_once
from tests.sessions.run_acts import at, dates_of, local, move, plan

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
AUTUMN = ("2026-10-13 10:00", "2026-11-10 10:00", "2026-12-08 10:00")


@pytest.fixture
def run(learning_set: LearningSet, gita: User) -> Run:
    return plan(learning_set, gita, *AUTUMN, now=NOW)


def sessions_of(run: Run) -> list[Session]:
    return list(run.sessions.order_by("starts_at"))


# --- Planning ------------------------------------------------------------------------------------


def test_a_run_is_its_sessions_and_each_person_is_told_once(run: Run, gita: User) -> None:
    assert dates_of(run) == list(AUTUMN)
    assert {(s.minutes, s.place, s.facilitator, s.scheduled_by) for s in sessions_of(run)} == {
        (120, "Room 4", gita, gita)
    }
    assert told("sessions.run_scheduled") == ["Asha", "Ben", "Gita"]
    assert Message.objects.count() == 3


@pytest.mark.parametrize(
    ("zone", "before", "after", "utc"),
    [
        ("Europe/London", "2026-10-20 10:00", "2026-10-27 10:00", (9, 10)),
        ("America/New_York", "2026-10-27 10:00", "2026-11-03 10:00", (14, 15)),
        ("Africa/Casablanca", "2027-02-02 10:00", "2027-02-16 10:00", (9, 10)),
    ],
)
def test_ten_stays_ten_across_a_change_of_the_clocks_while_nairobi_moves(
    learning_set: LearningSet, gita: User, zone: str, before: str, after: str, utc: tuple[int, int]
) -> None:
    run = plan(learning_set, gita, before, after, now=NOW, zone=zone)
    assert [local(s)[-5:] for s in sessions_of(run)] == ["10:00", "10:00"]
    assert tuple(s.starts_at.hour for s in sessions_of(run)) == utc
    assert [local(s, "Africa/Nairobi")[-5:] for s in sessions_of(run)] == [f"{hour + 3}:00" for hour in utc]


def test_half_an_hour_of_lord_howe_is_kept_too(learning_set: LearningSet, gita: User) -> None:
    run = plan(learning_set, gita, "2026-10-01 10:00", "2026-10-08 10:00", now=NOW, zone="Australia/Lord_Howe")
    first, second = sessions_of(run)
    assert second.starts_at - first.starts_at == timedelta(days=7) - timedelta(minutes=30)


def test_one_form_sent_twice_plans_one_run(learning_set: LearningSet, gita: User) -> None:
    key = uuid.uuid4()
    assert plan(learning_set, gita, *AUTUMN, now=NOW, form_key=key) == plan(
        learning_set, gita, *AUTUMN, now=NOW, form_key=key
    )
    assert (Run.objects.count(), Session.objects.count()) == (1, 3)


def test_nothing_of_a_run_is_planned_when_one_of_its_dates_is_taken(learning_set: LearningSet, gita: User) -> None:
    schedule(learning_set, gita, now=NOW, starts_at=at("2026-11-10 11:00"))
    with pytest.raises(scheduling.Overlaps):
        plan(learning_set, gita, *AUTUMN, now=NOW)
    assert (Run.objects.count(), Session.objects.count(), told("sessions.run_scheduled")) == (0, 1, [])


def test_dates_of_a_run_are_to_come_near_enough_and_apart(learning_set: LearningSet, gita: User) -> None:
    with pytest.raises(scheduling.InThePast):
        plan(learning_set, gita, "2026-08-31 10:00", "2026-10-13 10:00", now=NOW)
    with pytest.raises(scheduling.TooFarAhead):
        plan(learning_set, gita, "2026-10-13 10:00", "2028-10-13 10:00", now=NOW)
    with pytest.raises(scheduling.DateRefused, match="would overlap"):
        plan(learning_set, gita, "2026-10-13 10:00", "2026-10-13 11:00", now=NOW)
    with pytest.raises(RunRefused):
        plan(learning_set, gita, "2026-10-13 10:00", now=NOW)


def test_topics_left_unheard_wait_for_the_first_of_the_run(learning_set: LearningSet, gita: User, asha: User) -> None:
    make_bid(make_closed_session(learning_set), asha, state=BidState.CARRIED)
    run = plan(learning_set, gita, *AUTUMN, now=NOW)
    assert [session.bids.count() for session in sessions_of(run)] == [1, 0, 0]


@pytest.mark.django_db(transaction=True)
def test_a_run_and_a_session_at_once_leave_no_overlap(learning_set: LearningSet, gita: User, ben: User) -> None:
    answers = at_once(
        lambda: plan(learning_set, gita, *AUTUMN, now=NOW),
        lambda: schedule(learning_set, ben, now=NOW, starts_at=at("2026-11-10 11:00")),
    )
    assert sorted(type(answer).__name__ for answer in answers) in (["Overlaps", "Run"], ["Overlaps", "Session"])
    assert Session.objects.count() in (1, 3)


# --- One without the rest ------------------------------------------------------------------------


def test_one_is_moved_or_cancelled_without_the_rest(run: Run, gita: User) -> None:
    first, second, third = sessions_of(run)
    move_one(second, gita, now=NOW, starts_at=at("2026-11-11 15:00"))
    scheduling.cancel_session(session=third, by=gita, now=NOW)
    assert dates_of(run) == ["2026-10-13 10:00", "2026-11-11 15:00"]
    assert [session.run for session in sessions_of(run)] == [run, run, run]
    assert (told("sessions.moved"), told("sessions.cancelled")) == (["Asha", "Ben", "Gita"],) * 2
    first.refresh_from_db()
    assert first.revision == 0


# --- This one and all later ----------------------------------------------------------------------


def test_this_and_all_later_move_by_as_many_days_to_the_same_time_on_the_clock(run: Run, gita: User) -> None:
    _first, second, _third = sessions_of(run)
    move(second, gita, now=NOW, starts_at=at("2026-11-11 15:30"))
    assert dates_of(run) == ["2026-10-13 10:00", "2026-11-11 15:30", "2026-12-09 15:30"]
    assert told("sessions.run_moved") == ["Asha", "Ben", "Gita"]
    assert [session.revision for session in sessions_of(run)] == [0, 1, 1]
    assert told("sessions.moved") == []


def test_a_run_moved_from_summer_into_winter_keeps_its_time(learning_set: LearningSet, gita: User) -> None:
    run = plan(learning_set, gita, "2026-10-06 10:00", "2026-10-20 10:00", "2026-11-03 10:00", now=NOW)
    move(sessions_of(run)[0], gita, now=NOW, starts_at=at("2026-10-13 10:00"))
    assert dates_of(run) == ["2026-10-13 10:00", "2026-10-27 10:00", "2026-11-10 10:00"]


@pytest.mark.parametrize(
    ("to", "dates"),
    [
        ("2026-10-13 10:00", ["2026-10-13 10:00", "2026-10-20 10:00", "2026-10-27 10:00"]),
        ("2026-09-29 10:00", ["2026-09-29 10:00", "2026-10-06 10:00", "2026-10-13 10:00"]),
        ("2026-10-06 11:00", ["2026-10-06 11:00", "2026-10-13 11:00", "2026-10-20 11:00"]),
    ],
)
def test_a_weekly_run_may_move_onto_its_own_dates(
    learning_set: LearningSet, gita: User, to: str, dates: list[str]
) -> None:
    run = plan(learning_set, gita, "2026-10-06 10:00", "2026-10-13 10:00", "2026-10-20 10:00", now=NOW)
    move(sessions_of(run)[0], gita, now=NOW, starts_at=at(to))
    assert dates_of(run) == dates


def test_moving_asks_for_replies_again_and_keeps_bids(run: Run, gita: User, asha: User) -> None:
    _first, second, third = sessions_of(run)
    for session in sessions_of(run):
        replying.reply(session=session, by=asha, reply=Reply.COMING, now=NOW)
    offer(third, asha, now=NOW)
    move(second, gita, now=NOW, starts_at=at("2026-11-11 10:00"))
    assert [session.attendances.get().reply for session in sessions_of(run)] == [Reply.COMING, "", ""]
    assert third.bids.get().state == BidState.OFFERED


def test_a_new_place_for_all_later_ones_lets_replies_stand(run: Run, gita: User, asha: User) -> None:
    replying.reply(session=sessions_of(run)[2], by=asha, reply=Reply.COMING, now=NOW)
    move(sessions_of(run)[1], gita, now=NOW, place="Room 5")
    assert [session.place for session in sessions_of(run)] == ["Room 4", "Room 5", "Room 5"]
    assert sessions_of(run)[2].attendances.get().reply == Reply.COMING
    assert dates_of(run) == list(AUTUMN)


def test_who_facilitates_changes_for_this_one_alone(run: Run, gita: User, asha: User) -> None:
    move(sessions_of(run)[1], gita, now=NOW, facilitator=asha)
    assert [session.facilitator for session in sessions_of(run)] == [gita, asha, gita]


def test_nobody_is_asked_any_more_about_the_one_that_was_given_away(
    run: Run, gita: User, asha: User, ben: User
) -> None:
    _first, second, third = sessions_of(run)
    for one in (second, third):
        turns.ask(session=one, by=gita, taker=ben, now=NOW)
    move(second, gita, now=NOW, facilitator=asha)
    assert [request.session for request in TurnRequest.objects.open()] == [third]


def test_a_run_does_not_move_onto_another_session_or_into_the_past(
    run: Run, learning_set: LearningSet, gita: User
) -> None:
    schedule(learning_set, gita, now=NOW, starts_at=at("2026-12-09 10:00"))
    with pytest.raises(scheduling.Overlaps):
        move(sessions_of(run)[1], gita, now=NOW, starts_at=at("2026-11-11 10:00"))
    with pytest.raises(scheduling.InThePast):
        move(sessions_of(run)[0], gita, now=NOW, starts_at=at("2026-08-11 10:00"))
    assert dates_of(run) == list(AUTUMN)
    assert told("sessions.run_moved") == []


def test_a_later_one_in_the_night_the_clocks_change_is_named(learning_set: LearningSet, gita: User) -> None:
    run = plan(learning_set, gita, "2027-03-21 10:00", "2027-03-28 10:00", now=NOW)
    with pytest.raises(runs.ClockChangesThen, match="On Sunday 28 March 2027 the clocks in London"):
        move(sessions_of(run)[0], gita, now=NOW, starts_at=at("2027-03-21 01:30"))
    assert dates_of(run) == ["2027-03-21 10:00", "2027-03-28 10:00"]


def test_this_and_all_later_are_cancelled_with_one_message_a_person(run: Run, gita: User) -> None:
    cancelled = runs.cancel_from_here(session=sessions_of(run)[1], by=gita, now=NOW)
    assert [local(session) for session in cancelled] == list(AUTUMN[1:])
    assert dates_of(run) == [AUTUMN[0]]
    assert {session.cancelled_at for session in cancelled} == {NOW}
    assert (told("sessions.run_cancelled"), told("sessions.cancelled")) == (["Asha", "Ben", "Gita"], [])


def test_topics_of_a_cancelled_rest_go_on_to_the_next_session(
    run: Run, learning_set: LearningSet, gita: User, asha: User
) -> None:
    following = schedule(learning_set, gita, now=NOW, starts_at=at("2027-01-12 10:00"))
    bid = offer(sessions_of(run)[1], asha, now=NOW)
    runs.cancel_from_here(session=sessions_of(run)[0], by=gita, now=NOW)
    assert [(b.topic, b.carried_from) for b in following.bids.all()] == [(bid.topic, bid)]


def test_what_has_begun_or_stands_alone_has_no_later_ones(run: Run, learning_set: LearningSet, gita: User) -> None:
    alone = schedule(learning_set, gita, now=NOW, starts_at=at("2027-01-12 10:00"))
    first = sessions_of(run)[0]
    Session.objects.filter(pk=first.pk).update(state=SessionState.RUNNING, opened_at=NOW)
    for act in (
        lambda session: move(session, gita, now=NOW, place="Elsewhere"),
        lambda session: runs.cancel_from_here(session=session, by=gita, now=NOW),
    ):
        with pytest.raises(runs.NotInARun):
            act(alone)
        with pytest.raises(scheduling.NoLongerScheduled):
            act(first)


@pytest.mark.django_db(transaction=True)
def test_moving_and_cancelling_all_later_ones_at_once(run: Run, gita: User, ben: User) -> None:
    """Whoever is first wins; nobody is told of a date that does not stand."""
    second = sessions_of(run)[1]
    moved, cancelled = at_once(
        lambda: move(second, gita, now=NOW, starts_at=at("2026-11-11 10:00")),
        lambda: runs.cancel_from_here(session=second, by=ben, now=NOW),
    )
    assert isinstance(cancelled, list)
    assert isinstance(moved, list | scheduling.NoLongerScheduled)
    assert dates_of(run) == [AUTUMN[0]]
    assert told("sessions.run_cancelled") == ["Asha", "Ben", "Gita"]


@pytest.mark.django_db(transaction=True)
def test_moving_and_cancelling_one_session_at_once(learning_set: LearningSet, gita: User, ben: User) -> None:
    session = schedule(learning_set, gita, now=NOW)
    moved, cancelled = at_once(
        lambda: move_one(session, gita, now=NOW, starts_at=session.starts_at + timedelta(days=1)),
        lambda: scheduling.cancel_session(session=session, by=ben, now=NOW),
    )
    session.refresh_from_db()
    assert isinstance(cancelled, Session)
    assert isinstance(moved, Session | scheduling.NoLongerScheduled)
    assert (session.is_cancelled, told("sessions.cancelled")) == (True, ["Asha", "Ben", "Gita"])
