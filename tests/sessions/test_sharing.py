"""Processes without bids: everyone who is there has a slot of the same length."""

from datetime import timedelta

import pytest
import time_machine

from als_project.users.models import User
from sessions.enums import Reply
from sessions.models import Session
from sessions.services import replying, running, sharing
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.factories import join, make_session, make_user
from tests.sessions.pages import url, words
from tests.sessions.room_acts import START, close, go_to, only_here, opened, scheduled


@pytest.fixture
def session(learning_set: LearningSet, asha: User, ben: User, gita: User) -> Session:
    """In “Share the time”, 90 minutes to go; Asha and Ben are there."""
    learning_set.process = "equal-time"
    learning_set.save(update_fields=["process"])
    session = opened(scheduled(learning_set, coming=(asha, ben)), gita)
    go_to(session, "share-time", gita)
    return session


def share(session: Session, by: User, *presenters: User, breaks: int = 0, **fields: object) -> list[tuple[str, int]]:
    slots = sharing.share_time(session=session, by=by, presenters=presenters, breaks=breaks, **{"now": START, **fields})
    return [(slot.presenter.name, slot.minutes) for slot in slots]


def test_what_remains_beside_opening_and_closing_is_shared_equally(
    session: Session, asha: User, ben: User, gita: User
) -> None:
    # 90 less 5 for this stage and 5 for the review.
    assert share(session, gita, ben, asha) == [("Ben", 40), ("Asha", 40)]


def test_breaks_are_taken_off_before(session: Session, asha: User, ben: User, gita: User) -> None:
    assert share(session, gita, asha, ben, breaks=15) == [("Asha", 32), ("Ben", 32)]


def test_each_slot_has_the_stages_of_the_process_in_its_minutes(session: Session, asha: User, gita: User) -> None:
    share(session, gita, asha, breaks=40)
    stages = session.stages.filter(slot__isnull=False)
    assert [(stage.key, stage.planned_minutes) for stage in stages] == [
        ("present", 8),
        ("clarify", 6),
        ("open-questions", 20),
        ("commit", 6),
    ]
    assert [slot.bid for slot in session.slots.all()] == [None]


def test_sharing_again_replaces_until_the_first_turn_begins(
    session: Session, asha: User, ben: User, gita: User
) -> None:
    share(session, gita, asha, ben)
    assert share(session, gita, ben) == [("Ben", 80)]
    go_to(session, "present", gita)
    with pytest.raises(running.CantChoose, match="first turn has begun"):
        share(session, gita, asha)


def test_two_hands_are_noticed(session: Session, asha: User, ben: User, gita: User) -> None:
    share(session, gita, asha)
    with pytest.raises(running.ChosenMeanwhile):
        share(session, gita, ben, seen=[])


def test_too_many_turns_for_the_time_are_refused_with_the_sum(
    session: Session, asha: User, ben: User, gita: User
) -> None:
    with pytest.raises(sharing.TooShort, match=r"8 minutes remain .* too few for 2 turns"):
        share(session, gita, asha, ben, now=START + timedelta(minutes=77))


def test_who_is_away_or_no_member_has_no_turn(
    session: Session, asha: User, ben: User, gita: User, cara: User, stranger: User
) -> None:
    only_here(session, gita, asha)
    for person in (ben, gita, cara, stranger):
        with pytest.raises(running.CantChoose, match="not here"):
            share(session, gita, asha, person)


def test_a_set_that_chooses_topics_shares_no_time(learning_set: LearningSet, asha: User, gita: User) -> None:
    session = opened(scheduled(learning_set, asha), gita)
    with pytest.raises(running.CantChoose, match="chooses among topics"):
        share(session, gita, asha)


def test_those_heard_count_in_the_balance_and_the_others_are_carried(
    session: Session, asha: User, ben: User, gita: User
) -> None:
    share(session, gita, asha, ben)
    go_to(session, "commit", gita)
    close(session, gita, now=START + timedelta(minutes=40))
    assert list(session.slots.values_list("presenter__name", "state")) == [("Asha", "heard"), ("Ben", "carried")]


# --- The page --------------------------------------------------------------------------------------
def test_the_page_proposes_everyone_who_is_there(
    session: Session, learning_set: LearningSet, asha: User, gita: User, signed_in: SignedIn
) -> None:
    dev = make_user("Dev")
    join(learning_set, dev)
    replying.reply(session=make_session(learning_set), by=dev, reply=Reply.APOLOGIES, now=START)
    only_here(session, gita, asha, gita, dev)
    page = signed_in(gita).get(url("room", session)).context
    rows = page["share_form"].rows
    assert [row.label for row in rows] == [person.name for person in page["room"].turns.proposed]
    assert sorted(row.label for row in rows) == ["Asha", "Dev"]
    assert [row.initial for row in rows] == [1, 2]


def test_the_order_and_the_breaks_are_kept(
    session: Session, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    sent = {f"place_{asha.pk}": 2, f"place_{ben.pk}": 1, "breaks": 10, "seen": ""}
    with time_machine.travel(START):
        response = signed_in(gita).post(url("share_time", session), sent, follow=True)
    assert list(session.slots.values_list("presenter__name", "minutes")) == [("Ben", 35), ("Asha", 35)]
    assert "In this order Ben, 35 minutes Asha, 35 minutes" in words(response)


@pytest.mark.parametrize(
    ("places", "says"),
    [((1, 1), " has this place already."), (("", ""), "Give at least one person a place.")],
)
def test_an_order_that_is_none_comes_back(
    places: tuple[object, object], says: str, session: Session, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    sent = {f"place_{asha.pk}": places[0], f"place_{ben.pk}": places[1], "breaks": 0, "seen": ""}
    response = signed_in(gita).post(url("share_time", session), sent)
    assert (response.status_code, says in words(response)) == (422, True)
    assert session.slots.count() == 0
