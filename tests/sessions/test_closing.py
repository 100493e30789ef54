from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import transaction

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import BidState, SessionState, SlotState, Urgency
from sessions.models import Bid, Session, Stage
from sessions.services import bidding
from sessions.services.holding import NotRunning
from tests.factories import end, join, make_bid, make_session, make_user
from tests.locks import until_somebody_waits
from tests.sessions.room_acts import START, at_once, choose, close, go_to

MINUTE = timedelta(minutes=1)


@pytest.fixture
def half_way(choosing: Session, gita: User, asha: User, ben: User) -> Session:
    """Asha and Ben chosen, Dev offered too; Asha's topic is being worked on."""
    dev = make_user("Dev")
    join(choosing.learning_set, dev)
    make_bid(choosing, dev)
    choose(choosing, gita, (asha, 30), (ben, 30))
    go_to(choosing, "suggestions", gita)
    return choosing


def test_closing_ends_the_stage_and_passes_over_the_rest(half_way: Session, gita: User) -> None:
    session = close(half_way, gita, now=START + 50 * MINUTE)
    assert (session.state, session.closed_at) == (SessionState.CLOSED, START + 50 * MINUTE)
    ended = session.stages.filter(ended_at__isnull=False).values_list("key", flat=True)
    assert list(ended) == ["share-topics", "choose", "bring-to-life", "suggestions"]
    assert session.stages.get(slot__position=1, key="suggestions").ended_at == START + 50 * MINUTE
    assert session.stages.filter(ended_at=None, skipped_at=None).count() == 0


def test_a_topic_not_reached_is_carried_and_one_that_ran_is_heard(half_way: Session, gita: User) -> None:
    close(half_way, gita, now=START)
    assert list(half_way.slots.values_list("state", flat=True)) == [SlotState.HEARD, SlotState.CARRIED]
    assert dict(half_way.bids.values_list("member__name", "state")) == {
        "Asha": BidState.HEARD,
        "Ben": BidState.CARRIED,
        "Dev": BidState.NOT_TAKEN,
    }


def test_what_was_not_heard_is_a_bid_for_the_next_session(half_way: Session, gita: User) -> None:
    coming = make_session(half_way.learning_set, starts_at=START + timedelta(days=28))
    make_session(half_way.learning_set, starts_at=START + timedelta(days=56))
    close(half_way, gita, now=START)
    carried = Bid.objects.filter(session=coming).order_by("member__name")
    topics = {bid.member_id: bid.topic_id for bid in half_way.bids.all()}
    assert [(b.member.name, b.topic_id, b.state) for b in carried] == [
        (b.member.name, topics[b.member_id], BidState.OFFERED) for b in carried
    ]
    assert [b.member.name for b in carried] == ["Ben", "Dev"]
    assert Bid.objects.exclude(session__in=[half_way, coming]).count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_topic_offered_to_the_next_session_at_that_moment_goes_before_one_carried_there(
    half_way: Session, gita: User, ben: User
) -> None:
    coming = make_session(half_way.learning_set, starts_at=START + timedelta(days=28))
    words = {"headline": "A new one", "question": "", "urgency": Urgency.SOON, "minutes_wanted": 30}
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            offered = bidding.offer_topic(session=coming, by=ben, now=START, **words)
            closed = thread.submit(at_once, lambda: close(half_way, gita).state)
            until_somebody_waits()
        assert closed.result(timeout=20) == [SessionState.CLOSED]
    assert Bid.objects.filter(session=coming, member=ben).get() == offered


def test_closing_without_a_next_session_leaves_the_bids_waiting(half_way: Session, gita: User) -> None:
    close(half_way, gita, now=START)
    waiting = Bid.objects.waiting().values_list("member__name", flat=True)
    assert sorted(waiting) == ["Ben", "Dev"]


def test_who_left_carries_nothing_over(half_way: Session, gita: User, ben: User) -> None:
    coming = make_session(half_way.learning_set, starts_at=START + timedelta(days=28))
    end(half_way.learning_set.memberships.get(user=ben))
    close(half_way, gita, now=START)
    assert [bid.member.name for bid in coming.bids.all()] == ["Dev"]


def test_closing_twice_says_that_it_is_over(half_way: Session, gita: User) -> None:
    close(half_way, gita, now=START)
    with pytest.raises(NotRunning) as refusal:
        close(half_way, gita, now=START + MINUTE)
    assert isinstance(refusal.value, Refused)
    half_way.refresh_from_db()
    assert half_way.closed_at == START


def test_actual_minutes_are_kept_beside_the_planned(half_way: Session, gita: User) -> None:
    Stage.objects.filter(session=half_way, ended_at=None, started_at__isnull=False).update(started_at=START)
    close(half_way, gita, now=START + 27 * MINUTE)
    stage = half_way.stages.get(slot__position=1, key="suggestions")
    assert (stage.planned_minutes, stage.actual_minutes(START)) == (15, 27.0)
