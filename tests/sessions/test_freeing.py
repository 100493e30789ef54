"""A chosen presenter is absent: the place is free, the topic stays theirs, and the next bidder is offered it."""

from datetime import timedelta

import pytest

from als_project.users.models import User
from sessions.models import Bid, Session, Slot
from sessions.room import room_of
from sessions.services import freeing, running
from sets.models import LearningSet, Membership
from tests.factories import make_session
from tests.sessions.room_acts import START, choose, close, current, go_to, opened, scheduled

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(learning_set: LearningSet, gita: User, asha: User, ben: User, dora: User) -> Session:
    """Asha's topic is worked on, Ben's is chosen and he has gone; Dora's was not chosen."""
    session = opened(scheduled(learning_set, asha, ben, dora), gita)
    go_to(session, "choose", gita)
    choose(session, gita, (asha, 30), (ben, 25))
    go_to(session, "commit", gita)
    session.attendances.filter(user=ben).update(presence="absent")
    return session


def place(session: Session) -> Slot:
    return session.slots.get(position=2)


def bid_of(session: Session, member: User) -> Bid:
    return session.bids.get(member=member)


def free(session: Session, by: User, slot: Slot | None = None) -> Slot:
    return freeing.free_slot(session=session, by=by, slot=(slot or place(session)).pk, now=START)


def offer(session: Session, by: User, to: User) -> Slot:
    return freeing.offer_slot(session=session, by=by, slot=place(session).pk, bid=bid_of(session, to), now=START)


def answer(session: Session, by: User, member: User, *, accepts: bool) -> Slot:
    bid = bid_of(session, member)
    return freeing.answer_offer(session=session, by=by, slot=place(session).pk, bid=bid.pk, accepts=accepts, now=START)


def test_a_free_place_takes_no_time(session: Session, gita: User, ben: User) -> None:
    free(session, gita)
    assert (place(session).state, bid_of(session, ben).state) == ("free", "offered")
    running.next_stage(session=session, by=gita, leaving=None, now=START)
    assert current(session).key == "review"


def test_who_is_here_keeps_their_place(session: Session, gita: User, ben: User) -> None:
    running.arrive(session=session, by=ben, now=START)
    with pytest.raises(freeing.NotFree):
        free(session, gita)
    assert place(session).state == "planned"


def test_a_topic_that_has_begun_is_not_freed(session: Session, gita: User, asha: User) -> None:
    session.attendances.filter(user=asha).update(presence="absent")
    with pytest.raises(freeing.NotFree):
        free(session, gita, session.slots.get(position=1))


def test_a_free_place_that_the_session_has_gone_past_is_nobodys(session: Session, gita: User, dora: User) -> None:
    free(session, gita)
    offer(session, gita, dora)
    go_to(session, "review", gita)
    membership = Membership.objects.get(user=gita, learning_set=session.learning_set)
    assert room_of(session, membership, START).conduct.free == []
    with pytest.raises(freeing.NotFree):
        answer(session, dora, dora, accepts=True)
    running.previous_stage(session=session, by=gita, leaving=None, now=START)
    answer(session, dora, dora, accepts=True)
    assert place(session).presenter == dora


def test_the_bidder_who_accepts_has_the_place_with_its_minutes(
    session: Session, gita: User, ben: User, dora: User
) -> None:
    free(session, gita)
    offer(session, gita, dora)
    answer(session, dora, dora, accepts=True)
    slot = place(session)
    assert (slot.presenter, slot.bid, slot.state, slot.offered_to) == (dora, bid_of(session, dora), "planned", None)
    assert (bid_of(session, dora).state, bid_of(session, ben).state) == ("chosen", "offered")
    running.next_stage(session=session, by=gita, leaving=None, now=START)
    assert (current(session).slot, sum(stage.minutes for stage in slot.stages.all())) == (slot, 25)


def test_the_bidder_who_would_rather_not_leaves_it_free(session: Session, gita: User, dora: User) -> None:
    free(session, gita)
    offer(session, gita, dora)
    answer(session, dora, dora, accepts=False)
    assert (place(session).state, place(session).offered_to, bid_of(session, dora).state) == ("free", None, "offered")


def test_only_what_is_offered_can_be_answered(session: Session, gita: User, dora: User) -> None:
    free(session, gita)
    with pytest.raises(freeing.NotOffered):
        answer(session, dora, dora, accepts=True)
    assert place(session).state == "free"


def test_a_place_that_was_taken_is_not_taken_again(session: Session, gita: User, dora: User) -> None:
    free(session, gita)
    offer(session, gita, dora)
    answer(session, dora, dora, accepts=True)
    with pytest.raises(freeing.NotFree):
        answer(session, dora, dora, accepts=False)
    with pytest.raises(freeing.NotFree):
        offer(session, gita, dora)


@pytest.mark.parametrize("who", ["ben", "asha"])
def test_a_place_is_not_offered_to_who_is_away_or_has_one(
    who: str, session: Session, gita: User, request: pytest.FixtureRequest
) -> None:
    free(session, gita)
    with pytest.raises(freeing.NotOffered):
        offer(session, gita, request.getfixturevalue(who))


def test_who_comes_after_all_can_be_offered_their_own_place(session: Session, gita: User, ben: User) -> None:
    free(session, gita)
    running.arrive(session=session, by=ben, now=START)
    offer(session, gita, ben)
    answer(session, gita, ben, accepts=True)
    assert (place(session).presenter, bid_of(session, ben).state) == (ben, "chosen")


def test_the_absent_presenters_topic_stays_theirs_and_is_offered_to_no_session_for_them(
    session: Session, gita: User, ben: User, dora: User
) -> None:
    coming = make_session(session.learning_set, starts_at=START.replace(month=10))
    free(session, gita)
    close(session, gita, now=START)
    assert session.slots.filter(position=2).values_list("state", "bid", "freed_from__name").get() == (
        "free",
        None,
        "Ben",
    )
    assert (bid_of(session, ben).state, [bid.member for bid in coming.bids.all()]) == ("withdrawn", [dora])
    assert session.pk not in {bid.session_id for bid in Bid.objects.visible_to(dora).filter(member=ben)}


def test_the_topic_of_who_came_after_all_is_carried_over(session: Session, gita: User, ben: User) -> None:
    coming = make_session(session.learning_set, starts_at=START.replace(month=10))
    free(session, gita)
    running.arrive(session=session, by=ben, now=START)
    close(session, gita, now=START)
    assert coming.bids.get(member=ben).carried_from == bid_of(session, ben)


def test_the_next_bidders_stand_in_the_order_in_which_they_were_last_heard(
    session: Session, memberships: dict[str, Membership], gita: User, dora: User
) -> None:
    free(session, gita)
    room = room_of(session, memberships["Gita"], START)
    assert [offer.bid.member for offer in room.conduct.next_bidders] == [dora]
    assert [(place.minutes, place.is_free) for place in room.conduct.slots_to_come] == [(25, True)]


def test_the_times_of_what_remains_are_recalculated(
    session: Session, memberships: dict[str, Membership], gita: User, dora: User
) -> None:
    def times() -> list[tuple[int, str]]:
        entries = room_of(session, memberships["Gita"], START).conduct.timetable
        return [
            (int((e.begins_at - START) / timedelta(minutes=1)), e.slot.presenter.name if e.slot else e.stage.name)  # type: ignore[union-attr]
            for e in entries
        ]

    before = times()
    free(session, gita)
    freed = times()
    offer(session, gita, dora)
    answer(session, dora, dora, accepts=True)
    assert (before, freed, times()) == (
        [(5, "Ben"), (30, "Review")],
        [(5, "Review")],
        [(5, "Dora"), (30, "Review")],
    )
