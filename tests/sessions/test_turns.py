"""Turns lay themselves out, and follow who is there."""

from datetime import datetime, timedelta

import pytest
import time_machine

from als_project.users.models import User
from sessions.models import Session, Stage
from sessions.planning import plan_of
from sessions.services import replanning, running, sharing
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.factories import make_session
from tests.sessions.pages import url, words
from tests.sessions.room_acts import START, choose, current, go_to, only_here, opened, scheduled


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


# --- Laid out by themselves --------------------------------------------------------------------------
def turns(session: Session) -> list[tuple[str, int, str]]:
    """Who has a turn, how many minutes their stages have by now, and whether it is planned, running, free …"""
    return [
        (slot.presenter.name, sum(stage.minutes for stage in slot.stages.all()), slot.state)
        for slot in session.slots.select_related("presenter").prefetch_related("stages")
    ]


def goes_on(session: Session, by: User, *, now: datetime = START) -> Stage:
    running.next_stage(session=session, by=by, leaving=None, now=now)
    return current(session)


def test_moving_on_lays_out_the_same_minutes_for_everyone_who_is_here(session: Session, dora: User, gita: User) -> None:
    only_here(session, gita, gita, *User.objects.filter(name__in=["Asha", "Dora"]))
    stage = goes_on(session, gita, now=START + timedelta(minutes=7))
    # 83 less 5 for the review, for two; nothing is left of the stage that ends.
    assert sorted(turns(session)) == [("Asha", 39, stage_of("Asha", stage)), ("Dora", 39, stage_of("Dora", stage))]
    assert stage.key == "present"


def stage_of(name: str, stage: Stage) -> str:
    return "running" if stage.slot and stage.slot.presenter.name == name else "planned"


def test_what_everyone_sees_beforehand_is_what_is_laid_out(
    session: Session, dora: User, gita: User, asha: User, signed_in: SignedIn
) -> None:
    only_here(session, gita, gita, asha, *User.objects.filter(name__in=["Ben", "Dora"]))
    with time_machine.travel(START):
        proposed = signed_in(asha).get(url("room", session)).context["room"].turns
    goes_on(session, gita)
    assert [slot.presenter for slot in session.slots.all()] == proposed.proposed
    assert {slot.minutes for slot in session.slots.all()} == {proposed.minutes} == {28}


def test_an_order_laid_out_by_hand_stands(session: Session, asha: User, ben: User, gita: User) -> None:
    share(session, gita, ben, asha, breaks=15)
    goes_on(session, gita)
    assert [slot[:2] for slot in turns(session)] == [("Ben", 32), ("Asha", 32)]


def test_passing_over_the_stage_lays_them_out_too(learning_set: LearningSet, asha: User, gita: User) -> None:
    LearningSet.objects.filter(pk=learning_set.pk).update(process="equal-time")
    learning_set.refresh_from_db()
    earlier = START - timedelta(days=28)
    make_session(learning_set, starts_at=earlier, state="closed", opened_at=earlier, closed_at=earlier)
    session = opened(scheduled(learning_set, coming=(asha,)), gita)
    share_stage = session.stages.get(key="share-time")
    replanning.skip(session=session, by=gita, stage=share_stage.pk, reason="As last time", now=START)
    assert (current(session).key, goes_on(session, gita).key) == ("report-back", "present")


def test_with_little_time_each_has_the_shortest_turn(session: Session, gita: User) -> None:
    goes_on(session, gita, now=START + timedelta(minutes=85))
    assert [minutes for _name, minutes, _state in turns(session)] == [5, 5]


def test_with_nobody_there_the_session_goes_on_without_turns(session: Session, gita: User) -> None:
    only_here(session, gita, gita)
    assert (goes_on(session, gita).key, turns(session)) == ("review", [])


def test_a_set_that_chooses_topics_has_nothing_laid_out(learning_set: LearningSet, asha: User, gita: User) -> None:
    session = opened(scheduled(learning_set, asha), gita)
    go_to(session, "review", gita)
    assert turns(session) == []


# --- Who is here changes -----------------------------------------------------------------------------
@pytest.fixture
def first_turn(session: Session, asha: User, ben: User, gita: User) -> Session:
    """Asha's turn of 40 minutes has just begun; Ben's is to come."""
    share(session, gita, asha, ben)
    go_to(session, "present", gita)
    return session


def rest(session: Session, by: User, also: User | None = None, *, seen: str = "", now: datetime = START) -> None:
    plan = seen or plan_of(list(session.stages.all()), list(session.slots.all()))
    sharing.share_rest(session=session, by=by, seen=plan, also=also, now=now)


def test_a_latecomer_shares_what_remains_equally_and_comes_last(first_turn: Session, dora: User, gita: User) -> None:
    running.arrive(session=first_turn, by=dora, now=START)
    rest(first_turn, gita, dora, now=START + timedelta(minutes=1))
    assert turns(first_turn) == [("Asha", 40, "running"), ("Ben", 22, "planned"), ("Dora", 22, "planned")]
    assert [stage.key for stage in first_turn.stages.filter(slot__presenter=dora)] == [
        "present",
        "clarify",
        "open-questions",
        "commit",
    ]
    with pytest.raises(running.CantChoose, match="Dora has a turn already"):
        rest(first_turn, gita, dora)


def test_who_has_gone_leaves_their_time_to_the_others(
    first_turn: Session, asha: User, ben: User, dora: User, gita: User
) -> None:
    running.arrive(session=first_turn, by=dora, now=START)
    rest(first_turn, gita, dora)
    only_here(first_turn, gita, gita, asha, dora)
    rest(first_turn, gita)
    assert [turn for turn in turns(first_turn) if turn[0] != "Ben"] == [
        ("Asha", 40, "running"),
        ("Dora", 45, "planned"),
    ]
    assert first_turn.slots.get(presenter=ben).state == "free"


def test_who_comes_back_has_their_turn_again(first_turn: Session, asha: User, ben: User, gita: User) -> None:
    only_here(first_turn, gita, gita, asha)
    rest(first_turn, gita)
    running.arrive(session=first_turn, by=ben, now=START)
    rest(first_turn, gita, ben, now=START + timedelta(minutes=5))
    assert turns(first_turn) == [("Asha", 40, "running"), ("Ben", 45, "planned")]
    assert first_turn.stages.filter(slot__presenter=ben, skipped_at=None).count() == 4


def test_who_comes_back_after_their_place_has_gone_by_comes_last(
    first_turn: Session, asha: User, ben: User, dora: User, gita: User
) -> None:
    running.arrive(session=first_turn, by=dora, now=START)
    rest(first_turn, gita, dora)
    only_here(first_turn, gita, gita, asha, dora)
    rest(first_turn, gita)
    go_on_to_turn_of(dora, first_turn, gita)
    running.arrive(session=first_turn, by=ben, now=START)
    rest(first_turn, gita, ben)
    go_on_to_turn_of(ben, first_turn, gita)
    assert [name for name, _minutes, _state in turns(first_turn)] == ["Asha", "Dora", "Ben"]


def go_on_to_turn_of(person: User, session: Session, by: User) -> None:
    while current(session).slot.presenter != person:
        goes_on(session, by)


def test_what_is_shared_anew_by_two_is_shared_once(first_turn: Session, dora: User, gita: User) -> None:
    running.arrive(session=first_turn, by=dora, now=START)
    seen = plan_of(list(first_turn.stages.all()), list(first_turn.slots.all()))
    rest(first_turn, gita, dora, seen=seen)
    with pytest.raises(replanning.ReplannedMeanwhile):
        rest(first_turn, gita, dora, seen=seen)


def test_once_the_review_has_begun_nobody_is_given_a_turn(
    first_turn: Session, dora: User, gita: User, signed_in: SignedIn
) -> None:
    running.arrive(session=first_turn, by=dora, now=START)
    assert "Share what remains with Dora too" in words(signed_in(gita).get(url("room", first_turn)))
    go_to(first_turn, "review", gita)
    assert "Share what remains with Dora too" not in words(signed_in(gita).get(url("room", first_turn)))
    with pytest.raises(running.CantChoose, match="The turns are over"):
        rest(first_turn, gita, dora)


def test_only_members_who_are_here_are_given_a_turn(
    first_turn: Session, dora: User, gita: User, cara: User, stranger: User, asha: User, ben: User
) -> None:
    only_here(first_turn, gita, gita, asha, ben)
    for person in (dora, gita, cara, stranger):
        with pytest.raises(running.CantChoose):
            rest(first_turn, gita, person)


def test_a_set_that_chooses_topics_shares_no_rest(choosing: Session, gita: User) -> None:
    choose(choosing, gita, (User.objects.get(name="Asha"), 30))
    with pytest.raises(running.CantChoose):
        rest(choosing, gita)


def test_who_runs_it_is_told_and_has_the_button(
    first_turn: Session, ben: User, dora: User, asha: User, gita: User, signed_in: SignedIn
) -> None:
    only_here(first_turn, gita, gita, asha, dora)
    page = words(signed_in(gita).get(url("room", first_turn)))
    assert "Dora is here and has no turn. Share what remains with Dora too" in page
    assert "Not here, and with a turn to come: Ben Share their time among the others" in page
    assert "has no turn" not in words(signed_in(asha).get(url("room", first_turn)))
    plan = plan_of(list(first_turn.stages.all()), list(first_turn.slots.all()))
    signed_in(gita).post(url("share_rest", first_turn), {"seen": plan, "also": dora.pk})
    assert [(name, state) for name, _minutes, state in turns(first_turn)] == [
        ("Asha", "running"),
        ("Ben", "free"),
        ("Dora", "planned"),
    ]
    page = words(signed_in(gita).get(url("room", first_turn)))
    assert ("has no turn" in page, "Not here, and" in page) == (False, False)
