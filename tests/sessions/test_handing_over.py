"""Who runs the session: asked, accepted, handed back."""

import pytest

from als_project.users.models import User
from sessions import permissions
from sessions.enums import SlotState
from sessions.models import Session
from sessions.planning import plan_of
from sessions.services import freeing, handing_over, replanning, running
from sessions.services.holding import NotRunning
from sets.models import LearningSet, Membership
from tests.factories import end, join, make_set
from tests.sessions.room_acts import START, choose, close, go_to, opened, scheduled

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(learning_set: LearningSet, gita: User, asha: User, ben: User) -> Session:
    """Asha's topic is worked on, Ben's is to come."""
    session = opened(scheduled(learning_set, asha, ben), gita)
    go_to(session, "choose", gita)
    choose(session, gita, (asha, 30), (ben, 25))
    go_to(session, "suggestions", gita)
    return session


def ask(session: Session, by: User, to: Membership, *, for_topic: bool = False) -> Session:
    return handing_over.ask_to_run(session=session, by=by, to=to, for_topic=for_topic, now=START)


def accept(session: Session, by: User) -> Session:
    return handing_over.accept_running(session=session, by=by, now=START)


def state(session: Session) -> tuple[object, object, object]:
    fresh = Session.objects.get(pk=session.pk)
    return fresh.runner, fresh.asked_to_run, fresh.run_until_after


def test_it_goes_on_as_before_until_who_is_asked_says_yes(
    session: Session, gita: User, ben: User, memberships: dict[str, Membership]
) -> None:
    asked = ask(session, gita, memberships["Ben"])
    assert state(session) == (None, ben, None)
    assert not permissions.may_run(asked, memberships["Ben"])
    accepted = accept(session, ben)
    assert state(session) == (ben, None, None)
    assert permissions.may_run(accepted, memberships["Ben"])
    assert permissions.may_run(accepted, memberships["Gita"])


def test_only_who_is_asked_can_accept(
    session: Session, gita: User, asha: User, memberships: dict[str, Membership]
) -> None:
    ask(session, gita, memberships["Ben"])
    with pytest.raises(handing_over.NotAsked):
        accept(session, asha)


def test_asking_another_asks_the_first_no_more(
    session: Session, gita: User, asha: User, ben: User, memberships: dict[str, Membership]
) -> None:
    ask(session, gita, memberships["Ben"])
    ask(session, gita, memberships["Asha"])
    with pytest.raises(handing_over.NotAsked):
        accept(session, ben)
    accept(session, asha)
    assert state(session)[0] == asha


def test_called_off_nobody_is_asked(
    session: Session, gita: User, ben: User, memberships: dict[str, Membership]
) -> None:
    ask(session, gita, memberships["Ben"], for_topic=True)
    handing_over.call_off(session=session, by=ben, now=START)
    assert state(session) == (None, None, None)


def test_after_the_topic_it_comes_back_by_itself(
    session: Session, gita: User, ben: User, memberships: dict[str, Membership]
) -> None:
    ask(session, gita, memberships["Ben"], for_topic=True)
    accept(session, ben)
    go_to(session, "commit", ben)
    assert state(session) == (ben, None, session.slots.get(position=1))
    running.next_stage(session=session, by=ben, leaving=None, now=START)
    assert state(session) == (None, None, None)


@pytest.mark.parametrize(("chosen", "position"), [(["Ben", "Asha"], 2), (["Ben"], 1)])
def test_who_runs_it_for_a_topic_hands_it_back_although_the_set_chooses_again(
    chosen: list[str],
    position: int,
    learning_set: LearningSet,
    gita: User,
    asha: User,
    ben: User,
    memberships: dict[str, Membership],
) -> None:
    session = opened(scheduled(learning_set, asha, ben), gita)
    go_to(session, "choose", gita)
    choose(session, gita, (asha, 30), (ben, 25))
    accept(ask(session, gita, memberships["Ben"], for_topic=True), ben)
    people = {"Asha": asha, "Ben": ben}
    choose(session, ben, *[(people[name], 20) for name in chosen])
    assert state(session) == (ben, None, session.slots.get(position=position))


@pytest.mark.parametrize("way", ["carried", "dropped", "freed"])
def test_when_the_topic_is_not_to_come_any_more_it_comes_back(
    way: str, session: Session, gita: User, asha: User, ben: User, memberships: dict[str, Membership]
) -> None:
    slot = session.slots.get(presenter=ben)
    accept(ask(session, gita, memberships["Asha"]), asha)
    Session.objects.filter(pk=session.pk).update(run_until_after=slot)
    if way == "freed":
        session.attendances.filter(user=ben).update(presence="absent")
        freeing.free_slot(session=session, by=asha, slot=slot.pk, now=START)
    else:
        seen = plan_of(list(session.stages.on_the_clock()), list(session.slots.all()))
        plan = replanning.Plan(slot.pk, SlotState(way), 25)
        replanning.replan(session=session, by=asha, plans=[plan], seen=seen, now=START)
    assert state(session) == (None, None, None)


def test_without_an_end_it_stays_until_it_is_handed_back(
    session: Session, gita: User, ben: User, memberships: dict[str, Membership]
) -> None:
    ask(session, gita, memberships["Ben"])
    accept(session, ben)
    go_to(session, "review", ben)
    assert state(session)[0] == ben
    handing_over.take_back(session=session, by=ben, now=START)
    assert state(session) == (None, None, None)


def test_before_the_topic_it_is_handed_over_for_the_next_one(
    learning_set: LearningSet, gita: User, asha: User, ben: User, memberships: dict[str, Membership]
) -> None:
    session = opened(scheduled(learning_set, asha, ben), gita)
    go_to(session, "choose", gita)
    slots = choose(session, gita, (asha, 30), (ben, 25))
    ask(session, gita, memberships["Ben"], for_topic=True)
    assert state(session) == (None, ben, slots[0])


def test_without_a_topic_to_come_there_is_no_end_to_wait_for(
    session: Session, gita: User, memberships: dict[str, Membership]
) -> None:
    go_to(session, "review", gita)
    with pytest.raises(handing_over.CantAsk):
        ask(session, gita, memberships["Ben"], for_topic=True)
    assert state(session) == (None, None, None)


def test_who_is_away_has_left_or_belongs_elsewhere_is_not_asked(
    session: Session, gita: User, ben: User, stranger: User, memberships: dict[str, Membership]
) -> None:
    elsewhere = join(make_set("Another"), stranger)
    session.attendances.filter(user=ben).update(presence="absent")
    for membership in (memberships["Ben"], elsewhere, end(memberships["Asha"])):
        with pytest.raises(handing_over.CantAsk):
            ask(session, gita, membership)
    assert state(session) == (None, None, None)


def test_who_runs_it_may_hand_it_on_and_nobody_else_may(
    session: Session, gita: User, asha: User, ben: User, memberships: dict[str, Membership]
) -> None:
    ask(session, gita, memberships["Ben"], for_topic=True)
    accept(session, ben)
    with pytest.raises(handing_over.CantAsk):
        ask(session, gita, memberships["Asha"])
    ask(session, ben, memberships["Asha"])
    accept(session, asha)
    assert state(session) == (asha, None, session.slots.get(position=1))


def test_nobody_asks_themselves(session: Session, gita: User, memberships: dict[str, Membership]) -> None:
    with pytest.raises(handing_over.CantAsk):
        ask(session, gita, memberships["Gita"])


def test_a_session_that_is_over_is_run_by_nobody(
    session: Session, gita: User, ben: User, memberships: dict[str, Membership]
) -> None:
    ask(session, gita, memberships["Ben"])
    accept(session, ben)
    close(session, ben, now=START)
    assert state(session) == (None, None, None)
    for act in (
        lambda: ask(session, gita, memberships["Ben"]),
        lambda: accept(session, ben),
        lambda: handing_over.call_off(session=session, by=ben, now=START),
        lambda: handing_over.take_back(session=session, by=ben, now=START),
    ):
        with pytest.raises(NotRunning):
            act()


def test_who_has_left_runs_nothing(session: Session, gita: User, ben: User, memberships: dict[str, Membership]) -> None:
    ask(session, gita, memberships["Ben"])
    accepted = accept(session, ben)
    assert not permissions.may_run(accepted, end(memberships["Ben"]))
