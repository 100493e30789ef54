from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.enums import BidState, Reply, SessionState
from sessions.models import Bid, Preparation, Session, TurnRequest
from sessions.services import bidding, replying, scheduling, turns
from sets.models import LearningSet
from tests.factories import join, make_bid, make_closed_session, make_session, make_set, make_user
from tests.sessions.acts import move, offer, schedule, told
from tests.sessions.run_acts import plan

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


def test_everyone_present_in_the_set_is_told_once_also_who_did_it(learning_set: LearningSet, gita: User) -> None:
    session = schedule(learning_set, gita, now=NOW)
    assert told("sessions.scheduled") == ["Asha", "Ben", "Gita"]
    assert (session.state, session.revision, session.scheduled_by) == (SessionState.SCHEDULED, 0, gita)


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(seconds=1), timedelta(days=400)])
def test_a_session_lies_in_the_future(learning_set: LearningSet, gita: User, ago: timedelta) -> None:
    with pytest.raises(scheduling.InThePast):
        schedule(learning_set, gita, now=NOW, starts_at=NOW - ago)


def test_a_session_more_than_two_years_ahead_is_taken_for_a_slip(learning_set: LearningSet, gita: User) -> None:
    with pytest.raises(scheduling.TooFarAhead):
        schedule(learning_set, gita, now=NOW, days=733)
    assert schedule(learning_set, gita, now=NOW, days=732).pk


@pytest.mark.parametrize("shift", [-119, -60, 0, 60, 119])
def test_two_sessions_of_a_set_never_overlap(learning_set: LearningSet, gita: User, shift: int) -> None:
    first = schedule(learning_set, gita, now=NOW)
    with pytest.raises(scheduling.Overlaps, match="Tuesday 15 September 2026, 10:00"):
        schedule(learning_set, gita, now=NOW, starts_at=first.starts_at + timedelta(minutes=shift))
    assert Session.objects.count() == 1


@pytest.mark.parametrize("shift", [-120, 120])
def test_one_session_may_begin_as_another_ends(learning_set: LearningSet, gita: User, shift: int) -> None:
    first = schedule(learning_set, gita, now=NOW)
    assert schedule(learning_set, gita, now=NOW, starts_at=first.starts_at + timedelta(minutes=shift)).pk


def test_a_session_that_closed_early_leaves_the_rest_of_its_time_free(learning_set: LearningSet, gita: User) -> None:
    closed = make_closed_session(learning_set, days=0)
    for minutes in (30, 0):  # Opened early, it may even have closed before it was to begin.
        soon = closed.starts_at + timedelta(minutes=minutes)
        session = schedule(learning_set, gita, now=closed.starts_at - timedelta(minutes=20), starts_at=soon)
        scheduling.cancel_session(session=session, by=gita, now=closed.starts_at - timedelta(minutes=20))


def test_other_sets_and_cancelled_sessions_leave_the_time_free(learning_set: LearningSet, gita: User) -> None:
    other = make_set("Other")
    join(other, gita, facilitates=True)
    cancelled = schedule(learning_set, gita, now=NOW)
    scheduling.cancel_session(session=cancelled, by=gita, now=NOW)
    assert schedule(other, gita, now=NOW).starts_at == schedule(learning_set, gita, now=NOW).starts_at


def test_a_moved_session_may_overlap_its_own_old_time(learning_set: LearningSet, gita: User) -> None:
    session = schedule(learning_set, gita, now=NOW)
    later = session.starts_at + timedelta(minutes=30)
    assert move(session, gita, now=NOW, starts_at=later).starts_at == later


def test_a_moved_session_does_not_overlap_another(learning_set: LearningSet, gita: User) -> None:
    first, second = schedule(learning_set, gita, now=NOW), schedule(learning_set, gita, now=NOW, days=21)
    with pytest.raises(scheduling.Overlaps):
        move(second, gita, now=NOW, starts_at=first.starts_at)
    with pytest.raises(scheduling.InThePast):
        move(second, gita, now=NOW, starts_at=NOW)


def test_moving_asks_for_replies_again_and_keeps_bids_and_preparation(
    learning_set: LearningSet, gita: User, asha: User, ben: User
) -> None:
    session = schedule(learning_set, gita, now=NOW)
    replying.reply(session=session, by=asha, reply=Reply.COMING, now=NOW)
    offer(session, asha, now=NOW)
    bidding.want_nothing(session=session, by=ben, now=NOW)
    bidding.save_preparation(session=session, by=asha, text="Mine", now=NOW)

    moved = move(session, gita, now=NOW, starts_at=session.starts_at + timedelta(days=1))

    assert moved.revision == 1
    assert sorted(moved.attendances.values_list("user__name", "reply", "wants_nothing")) == [
        ("Asha", "", False),
        ("Ben", "", True),
    ]
    assert moved.bids.get().state == BidState.OFFERED
    assert moved.preparations.get().text == "Mine"
    assert told("sessions.moved") == ["Asha", "Ben", "Gita"]


def test_a_new_place_tells_everyone_and_lets_replies_stand(learning_set: LearningSet, gita: User, asha: User) -> None:
    session = schedule(learning_set, gita, now=NOW)
    replying.reply(session=session, by=asha, reply=Reply.COMING, now=NOW)
    moved = move(session, gita, now=NOW, place="Room 5")
    assert (moved.revision, moved.attendances.get().reply) == (1, Reply.COMING)
    assert told("sessions.moved") == ["Asha", "Ben", "Gita"]


def test_a_move_that_changes_nothing_tells_nobody(learning_set: LearningSet, gita: User) -> None:
    assert move(schedule(learning_set, gita, now=NOW), gita, now=NOW).revision == 0
    assert told("sessions.moved") == []


def test_a_move_leaves_who_facilitates_unless_told(learning_set: LearningSet, gita: User, asha: User) -> None:
    session = schedule(learning_set, gita, now=NOW)
    assert move(session, gita, now=NOW, place="Room 5").facilitator == gita
    assert move(session, gita, now=NOW, facilitator=asha).facilitator == asha


def test_who_has_left_since_the_form_was_made_facilitates_nothing(
    learning_set: LearningSet, gita: User, cara: User
) -> None:
    assert schedule(learning_set, gita, now=NOW, facilitator=cara).facilitator is None
    session = schedule(learning_set, gita, now=NOW, days=40)
    assert move(session, gita, now=NOW, facilitator=cara).facilitator == gita
    run = plan(learning_set, gita, "2026-12-08 14:00", "2027-01-12 14:00", now=NOW, facilitators=[gita, cara])
    assert list(run.sessions.order_by("starts_at").values_list("facilitator", flat=True)) == [gita.pk, None]


def test_who_is_given_a_session_by_a_move_is_not_asked_about_it_any_more(
    learning_set: LearningSet, gita: User, asha: User, ben: User
) -> None:
    session, other = schedule(learning_set, gita, now=NOW), schedule(learning_set, gita, now=NOW, days=28)
    for one in (session, other):
        turns.ask(session=one, by=gita, taker=ben, now=NOW)
    move(session, gita, now=NOW, place="Room 9")
    assert TurnRequest.objects.open().count() == 2
    move(session, gita, now=NOW, facilitator=asha)
    assert TurnRequest.objects.open().get().session == other
    assert turns.ask(session=session, by=asha, taker=ben, now=NOW).is_open


@pytest.mark.parametrize("state", [SessionState.RUNNING, SessionState.CLOSED, SessionState.CANCELLED])
def test_only_a_scheduled_session_is_moved_or_cancelled(
    learning_set: LearningSet, gita: User, state: SessionState
) -> None:
    session = make_session(
        learning_set,
        state=state,
        opened_at=NOW,
        closed_at=NOW if state == SessionState.CLOSED else None,
        cancelled_at=NOW if state == SessionState.CANCELLED else None,
    )
    with pytest.raises(scheduling.NoLongerScheduled):
        move(session, gita, now=NOW, place="Elsewhere")
    with pytest.raises(scheduling.NoLongerScheduled):
        scheduling.cancel_session(session=session, by=gita, now=NOW)
    assert Message.objects.count() == 0


def test_cancelling_tells_everyone_once(learning_set: LearningSet, gita: User) -> None:
    session = scheduling.cancel_session(session=schedule(learning_set, gita, now=NOW), by=gita, now=NOW)
    assert (session.state, session.cancelled_at) == (SessionState.CANCELLED, NOW)
    assert told("sessions.cancelled") == ["Asha", "Ben", "Gita"]


def test_topics_of_a_cancelled_session_go_on_to_the_next(learning_set: LearningSet, gita: User, asha: User) -> None:
    first, second = schedule(learning_set, gita, now=NOW), schedule(learning_set, gita, now=NOW, days=21)
    bid = offer(first, asha, now=NOW)
    bidding.save_preparation(session=first, by=asha, text="Mine", now=NOW)
    scheduling.cancel_session(session=first, by=gita, now=NOW)
    carried = second.bids.get()
    assert (carried.topic, carried.member, carried.state) == (bid.topic, asha, BidState.OFFERED)
    assert carried.carried_from == bid
    assert second.preparations.get().text == "Mine"


def test_topics_left_unheard_wait_for_the_next_session_scheduled(
    learning_set: LearningSet, gita: User, asha: User, ben: User
) -> None:
    closed = make_closed_session(learning_set)
    not_reached = make_bid(closed, asha, state=BidState.CARRIED)
    make_bid(closed, ben, state=BidState.HEARD)
    Preparation.objects.create(session=closed, author=asha, text="Mine")

    session = schedule(learning_set, gita, now=NOW)

    assert [(bid.member, bid.carried_from) for bid in session.bids.all()] == [(asha, not_reached)]
    assert session.preparations.get().text == "Mine"
    assert schedule(learning_set, gita, now=NOW, days=21).bids.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_get_one_session() -> None:
    """Each in a connection of their own: the second waits for the set's row, then meets the overlap."""
    learning_set = make_set()
    gita = make_user("Gita")
    join(learning_set, gita, facilitates=True)
    together = Barrier(2)

    def attempt(shift: int) -> str:
        together.wait()
        try:
            schedule(learning_set, gita, now=NOW, starts_at=NOW + timedelta(days=7, minutes=shift))
        except scheduling.Overlaps:
            return "overlaps"
        finally:
            connection.close()
        return "scheduled"

    with ThreadPoolExecutor(2) as people:
        outcomes = sorted(people.map(attempt, [0, 10]))
    assert outcomes == ["overlaps", "scheduled"]
    assert Session.objects.count() == 1
    assert Bid.objects.count() == 0
