from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from als_project.users.models import User
from sessions.enums import BidState, Reply, SessionState, Urgency
from sessions.models import Bid, Preparation, Session, Topic
from sessions.services import bidding, replying
from sets.models import LearningSet, Membership
from tests.factories import (
    end,
    make_bid,
    make_closed_session,
    make_running_session,
    make_session,
    make_slot,
)
from tests.sessions.acts import offer

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def session(learning_set: LearningSet) -> Session:
    return make_session(learning_set)


def lines(count: int) -> str:
    return "\r\n".join(f"line {n}" for n in range(1, count + 1))


def test_ten_lines_are_kept(session: Session, asha: User) -> None:
    bidding.save_preparation(session=session, by=asha, text=lines(10) + "\n", now=NOW)
    assert Preparation.objects.get().text == lines(10)


def test_an_eleventh_line_is_refused(session: Session, asha: User) -> None:
    bidding.save_preparation(session=session, by=asha, text="before", now=NOW)
    with pytest.raises(ValidationError, match="this has 11"):
        bidding.save_preparation(session=session, by=asha, text=lines(11), now=NOW)
    assert Preparation.objects.get().text == "before"


def test_an_empty_preparation_is_taken_away(session: Session, asha: User) -> None:
    bidding.save_preparation(session=session, by=asha, text="before", now=NOW)
    assert bidding.save_preparation(session=session, by=asha, text=" \n ", now=NOW) is None
    assert Preparation.objects.count() == 0


def test_preparation_ends_with_the_session(learning_set: LearningSet, asha: User) -> None:
    bidding.save_preparation(session=make_running_session(learning_set), by=asha, text="Now", now=NOW)
    with pytest.raises(bidding.SessionIsOver):
        bidding.save_preparation(session=make_closed_session(learning_set), by=asha, text="Late", now=NOW)


def test_preparation_is_its_authors_alone(
    session: Session, asha: User, ben: User, gita: User, cara: User, superuser: User
) -> None:
    bidding.save_preparation(session=session, by=asha, text="Mine", now=NOW)
    readers = [u.name for u in (asha, ben, gita, cara, superuser) if Preparation.objects.visible_to(u).exists()]
    assert readers == ["Asha"]


def test_an_offered_topic_stands_with_its_wish(session: Session, asha: User) -> None:
    bid = offer(session, asha, now=NOW, headline="Delegating", urgency=Urgency.HIGH, minutes_wanted=45)
    assert (bid.state, bid.topic.headline, bid.urgency, bid.minutes_wanted) == (
        BidState.OFFERED,
        "Delegating",
        Urgency.HIGH,
        45,
    )


def test_offering_again_changes_the_standing_bid(session: Session, asha: User) -> None:
    first = offer(session, asha, now=NOW, headline="Delegating")
    again = offer(session, asha, now=NOW, headline="Letting go", minutes_wanted=20)
    assert again == first
    assert [(bid.topic.headline, bid.minutes_wanted) for bid in Bid.objects.all()] == [("Letting go", 20)]
    assert Topic.objects.count() == 1


def test_new_words_leave_the_topic_of_an_earlier_session_as_it_was(learning_set: LearningSet, asha: User) -> None:
    closed, coming = make_closed_session(learning_set), make_session(learning_set)
    old = make_bid(closed, asha, "Old words", state=BidState.CARRIED)
    bidding.carry_bids(session=closed, to=coming, now=NOW)
    offer(coming, asha, now=NOW, headline="New words")
    old.refresh_from_db()
    assert old.topic.headline == "Old words"
    assert coming.bids.get().topic.headline == "New words"
    assert coming.bids.get().carried_from == old


def test_a_withdrawn_topic_is_read_by_its_owner_alone(session: Session, asha: User, ben: User, gita: User) -> None:
    bid = offer(session, asha, now=NOW)
    bidding.save_preparation(session=session, by=asha, text="Mine", now=NOW)
    assert [u.name for u in (asha, ben, gita) if Bid.objects.visible_to(u).exists()] == ["Asha", "Ben", "Gita"]
    bidding.withdraw_bid(bid=bid, by=asha, now=NOW)
    assert [u.name for u in (asha, ben, gita) if Bid.objects.visible_to(u).exists()] == ["Asha"]
    assert [u.name for u in (asha, ben, gita) if Topic.objects.visible_to(u).exists()] == ["Asha"]
    assert session.preparations.get().text == "Mine"


def test_a_withdrawn_topic_can_be_offered_again(session: Session, asha: User) -> None:
    bid = offer(session, asha, now=NOW)
    bidding.withdraw_bid(bid=bid, by=asha, now=NOW)
    assert offer(session, asha, now=NOW) == bid
    assert (Bid.objects.get().state, Bid.objects.get().withdrawn_at) == (BidState.OFFERED, None)


def test_nobody_withdraws_the_topic_of_another(session: Session, asha: User, ben: User) -> None:
    bid = offer(session, asha, now=NOW)
    with pytest.raises(Bid.DoesNotExist):
        bidding.withdraw_bid(bid=bid, by=ben, now=NOW)


def test_nothing_this_time_withdraws_what_was_offered(session: Session, asha: User) -> None:
    offer(session, asha, now=NOW)
    assert bidding.want_nothing(session=session, by=asha, now=NOW).wants_nothing is True
    assert Bid.objects.get().state == BidState.WITHDRAWN


def test_offering_takes_back_nothing_this_time(session: Session, asha: User) -> None:
    bidding.want_nothing(session=session, by=asha, now=NOW)
    offer(session, asha, now=NOW)
    assert session.attendances.get().wants_nothing is False


def test_who_sent_apologies_offers_nothing(session: Session, asha: User) -> None:
    replying.reply(session=session, by=asha, reply=Reply.APOLOGIES, now=NOW)
    with pytest.raises(bidding.SentApologies):
        offer(session, asha, now=NOW)


def test_apologies_keep_the_topic_their_owners_and_unread(session: Session, asha: User, ben: User) -> None:
    """Offered again with one press when she can come after all."""
    offer(session, asha, now=NOW)
    replying.reply(session=session, by=asha, reply=Reply.APOLOGIES, now=NOW)
    assert not Bid.objects.visible_to(ben).exists()
    assert Bid.objects.of(asha, session).state == BidState.WITHDRAWN  # type: ignore[union-attr]
    replying.reply(session=session, by=asha, reply=Reply.COMING, now=NOW)
    assert offer(session, asha, now=NOW).state == BidState.OFFERED


def test_a_topic_that_comes_to_mind_in_the_room_is_offered_until_the_set_chooses(
    learning_set: LearningSet, asha: User, ben: User
) -> None:
    running = make_running_session(learning_set)
    bid = offer(running, asha, now=NOW)
    make_slot(running, ben)
    for late in (
        lambda: offer(running, asha, now=NOW),
        lambda: bidding.withdraw_bid(bid=bid, by=asha, now=NOW),
        lambda: bidding.want_nothing(session=running, by=asha, now=NOW),
    ):
        with pytest.raises(bidding.NothingMoreToOffer, match="have been chosen"):
            late()


@pytest.mark.parametrize("state", [SessionState.CLOSED, SessionState.CANCELLED])
def test_nothing_is_offered_to_a_session_that_is_over(
    learning_set: LearningSet, asha: User, state: SessionState
) -> None:
    instant = {"closed_at": NOW, "opened_at": NOW} if state == SessionState.CLOSED else {"cancelled_at": NOW}
    with pytest.raises(bidding.NothingMoreToOffer, match="over or was cancelled"):
        offer(make_session(learning_set, state=state, **instant), asha, now=NOW)


@pytest.mark.parametrize("state", [BidState.CARRIED, BidState.NOT_TAKEN])
def test_what_stayed_unheard_is_carried_over(learning_set: LearningSet, asha: User, state: BidState) -> None:
    closed, coming = make_closed_session(learning_set), make_session(learning_set)
    bid = make_bid(closed, asha, state=state, urgency=Urgency.HIGH, minutes_wanted=40)
    bidding.carry_bids(session=closed, to=coming, now=NOW)
    carried = coming.bids.get()
    assert (carried.topic, carried.urgency, carried.minutes_wanted, carried.carried_from, carried.offered_at) == (
        bid.topic,
        Urgency.HIGH,
        40,
        bid,
        NOW,
    )
    assert bidding.carry_bids(session=closed, to=coming, now=NOW) == []


@pytest.mark.parametrize("state", [BidState.HEARD, BidState.OFFERED, BidState.CHOSEN])
def test_what_was_heard_or_still_stands_is_not_carried(learning_set: LearningSet, asha: User, state: BidState) -> None:
    closed, coming = make_closed_session(learning_set), make_session(learning_set)
    make_bid(closed, asha, state=state)
    assert bidding.carry_bids(session=closed, to=coming, now=NOW) == []


def test_a_members_own_word_comes_before_a_carried_topic(
    learning_set: LearningSet, memberships: dict[str, Membership], asha: User, ben: User, gita: User
) -> None:
    """A bid, “nothing this time”, apologies, having left: none of these people gets a bid made for them."""
    closed, coming = make_closed_session(learning_set), make_session(learning_set)
    for person in (asha, ben, gita):
        make_bid(closed, person, state=BidState.CARRIED)
    own = offer(coming, asha, now=NOW)
    end(memberships["Ben"])
    bidding.want_nothing(session=coming, by=gita, now=NOW)
    assert bidding.carry_bids(session=closed, to=coming, now=NOW) == []
    assert coming.bids.get() == own


def test_a_withdrawn_carried_topic_is_not_carried_again(learning_set: LearningSet, asha: User) -> None:
    closed, coming = make_closed_session(learning_set), make_session(learning_set)
    make_bid(closed, asha, state=BidState.CARRIED)
    (carried,) = bidding.carry_bids(session=closed, to=coming, now=NOW)
    bidding.withdraw_bid(bid=carried, by=asha, now=NOW)
    later = make_session(learning_set, days=30)
    assert bidding.pick_up_waiting(to=later, now=NOW) == []


def test_of_two_waiting_topics_the_older_goes_first_and_the_other_waits(learning_set: LearningSet, asha: User) -> None:
    older = make_bid(make_closed_session(learning_set, days=-60), asha, "Older", state=BidState.CARRIED, offered_at=NOW)
    newer = make_bid(
        make_closed_session(learning_set, days=-30),
        asha,
        "Newer",
        state=BidState.CARRIED,
        offered_at=NOW + timedelta(days=1),
    )
    coming = make_session(learning_set)
    bidding.pick_up_waiting(to=coming, now=NOW)
    assert coming.bids.get().carried_from == older
    assert list(Bid.objects.waiting()) == [newer]


def test_preparation_goes_along_unless_new_lines_were_written(learning_set: LearningSet, asha: User, ben: User) -> None:
    closed, coming = make_closed_session(learning_set), make_session(learning_set)
    for person in (asha, ben):
        make_bid(closed, person, state=BidState.CARRIED)
        Preparation.objects.create(session=closed, author=person, text=f"Old lines of {person}")
    bidding.save_preparation(session=coming, by=ben, text="New lines of Ben", now=NOW)
    bidding.carry_bids(session=closed, to=coming, now=NOW)
    assert sorted(p.text for p in coming.preparations.all()) == ["New lines of Ben", "Old lines of Asha"]
