import pytest

from als_project.users.models import User
from sessions.enums import BidState, SlotState
from sessions.models import Session
from sessions.services import bidding, running
from sets.models import LearningSet
from tests.factories import make_bid, make_session
from tests.sessions.room_acts import START, choose, go_to, only_here, say


def keys(session: Session) -> list[str]:
    return list(session.stages.values_list("key", flat=True))


def planned(session: Session) -> list[tuple[str, str, int]]:
    rows = session.stages.filter(slot__isnull=False).values_list("slot__presenter__name", "key", "planned_minutes")
    return list(rows)


def test_the_chosen_have_slots_and_stages_in_their_order_and_minutes(
    choosing: Session, gita: User, asha: User, ben: User
) -> None:
    slots = choose(choosing, gita, (ben, 30), (asha, 60))
    assert [(s.position, s.presenter, s.minutes, s.state) for s in slots] == [
        (1, ben, 30, SlotState.PLANNED),
        (2, asha, 60, SlotState.PLANNED),
    ]
    assert planned(choosing) == [
        ("Ben", "bring-to-life", 5),
        ("Ben", "suggestions", 15),
        ("Ben", "response", 5),
        ("Ben", "commit", 5),
        ("Asha", "bring-to-life", 10),
        ("Asha", "suggestions", 30),
        ("Asha", "response", 10),
        ("Asha", "commit", 10),
    ]
    assert keys(choosing)[-1] == "review"


def test_an_optional_stage_is_there_only_when_the_set_wants_it(choosing: Session, gita: User, asha: User) -> None:
    choose(choosing, gita, (asha, 35), optional={"clarify"})
    assert [key for _name, key, _minutes in planned(choosing)][:3] == ["bring-to-life", "clarify", "suggestions"]


def test_bids_not_chosen_stay_offered(choosing: Session, gita: User, asha: User) -> None:
    choose(choosing, gita, (asha, 30))
    states = dict(choosing.bids.values_list("member__name", "state"))
    assert states == {"Asha": BidState.CHOSEN, "Ben": BidState.OFFERED}


def test_choosing_again_replaces_the_choice(choosing: Session, gita: User, asha: User, ben: User) -> None:
    choose(choosing, gita, (asha, 30), (ben, 30))
    choose(choosing, gita, (ben, 20))
    assert [(s.position, s.presenter, s.minutes) for s in choosing.slots.all()] == [(1, ben, 20)]
    assert {name for name, _key, _minutes in planned(choosing)} == {"Ben"}
    assert dict(choosing.bids.values_list("member__name", "state")) == {"Asha": "offered", "Ben": "chosen"}


def test_the_choice_stands_once_the_first_topic_has_begun(choosing: Session, gita: User, asha: User, ben: User) -> None:
    choose(choosing, gita, (asha, 30))
    go_to(choosing, "bring-to-life", gita)
    with pytest.raises(running.CantChoose, match="first topic has begun"):
        choose(choosing, gita, (ben, 30))


def test_going_back_opens_the_choice_again_unless_something_was_said(
    choosing: Session, gita: User, asha: User, ben: User
) -> None:
    choose(choosing, gita, (asha, 30))
    stage = go_to(choosing, "bring-to-life", gita)
    running.previous_stage(session=choosing, by=gita, leaving=stage.pk, now=START)
    choose(choosing, gita, (ben, 30))
    say(go_to(choosing, "suggestions", gita), asha, kind="suggestion")
    for _stage in range(2):
        running.previous_stage(session=choosing, by=gita, leaving=None, now=START)
    with pytest.raises(running.CantChoose):
        choose(choosing, gita, (asha, 30))
    assert choosing.slots.get().presenter == ben


def test_who_saw_another_choice_does_not_replace_it(choosing: Session, gita: User, asha: User, ben: User) -> None:
    (slot,) = choose(choosing, gita, (asha, 30), seen=[])
    with pytest.raises(running.ChosenMeanwhile):
        choose(choosing, gita, (ben, 30), seen=[])
    choose(choosing, gita, (ben, 30), seen=[slot.pk])
    assert choosing.slots.get().presenter == ben


def test_a_withdrawn_topic_is_not_taken(choosing: Session, gita: User, asha: User) -> None:
    bid = choosing.bids.get(member=asha)
    bidding.withdraw_bid(bid=bid, by=asha, now=START)
    with pytest.raises(running.CantChoose, match="can't be taken"):
        running.choose(session=choosing, by=gita, choices=[(bid, 30)], now=START)


def test_the_topic_of_who_is_away_is_not_taken(choosing: Session, gita: User, asha: User, ben: User) -> None:
    only_here(choosing, gita, gita, ben)
    with pytest.raises(running.CantChoose, match="can't be taken"):
        choose(choosing, gita, (asha, 30))


def test_one_topic_has_one_slot(choosing: Session, gita: User, asha: User) -> None:
    with pytest.raises(running.CantChoose):
        choose(choosing, gita, (asha, 30), (asha, 20))


def test_a_bid_to_another_session_is_not_taken(choosing: Session, gita: User, learning_set: LearningSet) -> None:
    bid = make_bid(make_session(learning_set), gita)
    with pytest.raises(running.CantChoose):
        running.choose(session=choosing, by=gita, choices=[(bid, 30)], now=START)
