"""The balance is shown when choosing: how long since each was heard, how many minutes, what was not taken."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from als_project.users.models import User
from sessions.enums import BidState, SlotState
from sessions.models import Attendance, Bid, Session
from sets.models import LearningSet
from tests.factories import join, make_bid, make_closed_session, make_running_session, make_slot, make_stage, make_user
from tests.sessions.acts import balance_of


def heard(session: Session, person: User, minutes: int, *, position: int = 1) -> None:
    """The person's topic was worked on, in two stages of equal length."""
    slot = make_slot(session, person, position=position, state=SlotState.HEARD)
    for place in (0, 1):
        begun = session.starts_at + timedelta(minutes=place * minutes / 2)
        ended = begun + timedelta(minutes=minutes / 2)
        make_stage(session, slot=slot, position=position * 100 + place, started_at=begun, ended_at=ended)


def turns(learning_set: LearningSet) -> dict[str, tuple[bool, int, int, int]]:
    return {
        turn.member.name: (turn.has_been_heard, turn.sessions_since, turn.minutes, turn.bids_not_taken)
        for turn in balance_of(learning_set)
    }


def test_a_set_without_sessions_owes_nobody(learning_set: LearningSet, asha: User) -> None:
    assert turns(learning_set) == {"Asha": (False, 0, 0, 0), "Ben": (False, 0, 0, 0)}


def test_sessions_are_counted_since_each_was_last_heard(learning_set: LearningSet, asha: User, ben: User) -> None:
    oldest, middle, latest = (make_closed_session(learning_set, days=days) for days in (-90, -60, -30))
    heard(oldest, asha, 30)
    heard(middle, asha, 20)
    heard(latest, ben, 44)
    assert turns(learning_set) == {"Asha": (True, 1, 50, 0), "Ben": (True, 0, 44, 0)}


def test_sessions_in_which_someone_wanted_nothing_do_not_count(learning_set: LearningSet, ben: User) -> None:
    sessions = [make_closed_session(learning_set, days=days) for days in (-120, -90, -60, -30)]
    for session in sessions[1:3]:
        Attendance.objects.create(session=session, user=ben, wants_nothing=True)
    assert turns(learning_set)["Ben"] == (False, 2, 0, 0)


@pytest.mark.parametrize(
    ("said", "unheard_in"),
    [
        ({"reply": "apologies", "presence": "apologies"}, 1),
        ({"reply": "apologies", "presence": "absent"}, 1),
        ({"reply": "coming", "presence": "apologies"}, 1),
        ({"reply": "apologies", "presence": "late"}, 2),
        ({"reply": "coming", "presence": "present"}, 2),
        ({"reply": "coming", "presence": "absent"}, 2),
        ({}, 2),
    ],
    ids=[
        "sent apologies",
        "did not come",
        "noted on the day",
        "came after all",
        "offered nothing",
        "missing",
        "silent",
    ],
)
def test_a_session_to_which_someone_sent_apologies_does_not_count(
    learning_set: LearningSet, ben: User, said: dict[str, str], unheard_in: int
) -> None:
    for days in (-60, -30):
        make_closed_session(learning_set, days=days)
    Attendance.objects.create(session=Session.objects.past()[0], user=ben, **said)
    assert turns(learning_set)["Ben"] == (False, unheard_in, 0, 0)


def test_minutes_are_those_of_the_last_six_sessions(learning_set: LearningSet, asha: User, ben: User) -> None:
    sessions = [make_closed_session(learning_set, days=-30 * back) for back in range(1, 9)]
    heard(sessions[7], ben, 44)
    for session in sessions[4:7]:
        heard(session, asha, 20)
    assert turns(learning_set) == {"Asha": (True, 4, 40, 0), "Ben": (True, 7, 0, 0)}


@pytest.mark.parametrize("state", [BidState.CARRIED, BidState.NOT_TAKEN])
def test_a_topic_carried_or_not_taken_counts_as_unheard(learning_set: LearningSet, ben: User, state: str) -> None:
    before, after = (make_closed_session(learning_set, days=days) for days in (-60, -30))
    heard(before, ben, 30)
    make_bid(after, ben, state=state)
    assert turns(learning_set)["Ben"] == (True, 1, 30, 1)


def test_what_was_missed_before_being_heard_is_settled(learning_set: LearningSet, ben: User) -> None:
    before, after = (make_closed_session(learning_set, days=days) for days in (-60, -30))
    make_bid(before, ben, state=BidState.NOT_TAKEN)
    heard(after, ben, 30)
    assert turns(learning_set)["Ben"] == (True, 0, 30, 0)


def test_a_slot_that_was_not_reached_gives_no_turn(learning_set: LearningSet, ben: User) -> None:
    session = make_closed_session(learning_set)
    make_slot(session, ben, state=SlotState.CARRIED)
    Bid.objects.filter(session=session).update(state=BidState.CARRIED)
    assert turns(learning_set)["Ben"] == (False, 1, 0, 1)


def test_the_session_that_is_going_on_does_not_count_yet(learning_set: LearningSet, asha: User) -> None:
    make_slot(make_running_session(learning_set), asha, state=SlotState.RUNNING)
    assert turns(learning_set)["Asha"] == (False, 0, 0, 0)


def test_sessions_before_someone_joined_do_not_count(learning_set: LearningSet) -> None:
    make_closed_session(learning_set, days=-60)
    finn = make_user("Finn")
    later = make_closed_session(learning_set, days=-20)
    join(learning_set, finn, joined_at=later.starts_at - timedelta(days=10))
    assert turns(learning_set)["Finn"] == (False, 1, 0, 0)


def test_another_set_does_not_count(learning_set: LearningSet, stranger: User, asha: User) -> None:
    other = stranger.memberships.get().learning_set
    join(other, asha)
    heard(make_closed_session(other), asha, 30)
    assert turns(learning_set)["Asha"] == (False, 0, 0, 0)


def test_who_left_and_who_only_facilitates_have_no_turn(learning_set: LearningSet) -> None:
    assert sorted(turns(learning_set)) == ["Asha", "Ben"]


def test_the_balance_takes_the_same_queries_for_one_session_and_for_twelve(
    learning_set: LearningSet, asha: User
) -> None:
    counts = []
    for days in range(12):
        heard(make_closed_session(learning_set, days=-30 * (days + 1)), asha, 30)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            balance_of(learning_set)
        counts.append(len(queries))
    assert counts == [2] * 12
