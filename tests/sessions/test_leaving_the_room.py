"""Somebody leaves the set, or is removed, while its session goes on: nothing waits for them."""

from typing import Any

import pytest

from als_project.users.models import User
from sessions.models import Session
from sessions.services import casting, freeing, handing_over
from sets.models import LearningSet, Membership
from sets.services import belonging
from tests.cast import SignedIn
from tests.sessions.pages import stamp, url, words
from tests.sessions.room_acts import START, choose, go_to, opened, scheduled

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(learning_set: LearningSet, gita: User, asha: User, ben: User, dora: User) -> Session:
    """Asha's topic is worked on, Ben's is to come, Dora's was not chosen."""
    session = opened(scheduled(learning_set, asha, ben, dora), gita)
    go_to(session, "choose", gita)
    choose(session, gita, (asha, 30), (ben, 25))
    go_to(session, "suggestions", gita)
    return session


@pytest.fixture
def bens(memberships: dict[str, Membership]) -> Membership:
    return memberships["Ben"]


def remove(membership: Membership, by: User) -> None:
    belonging.remove(membership=membership, by=by, now=START)


def fresh(session: Session) -> Session:
    return Session.objects.get(pk=session.pk)


def ask(session: Session, by: User, to: Membership, **how: Any) -> None:
    handing_over.ask_to_run(session=session, by=by, to=to, now=START, **{"for_topic": False, **how})


def test_their_place_is_free_and_their_topic_withdrawn(
    session: Session, gita: User, ben: User, dora: User, bens: Membership
) -> None:
    remove(bens, gita)
    assert session.attendances.get(user=ben).presence == "absent"
    slot = session.slots.get(presenter=ben)
    assert (slot.state, slot.bid, slot.freed_from, session.bids.get(member=ben).state) == (
        "free",
        None,
        ben,
        "withdrawn",
    )
    bid = session.bids.get(member=dora)
    freeing.offer_slot(session=session, by=gita, slot=slot.pk, bid=bid, now=START)
    freeing.answer_offer(session=session, by=dora, slot=slot.pk, bid=bid.pk, accepts=True, now=START)
    assert session.slots.get(pk=slot.pk).presenter == dora


def test_a_topic_that_was_not_chosen_is_withdrawn_too(session: Session, gita: User, dora: User) -> None:
    remove(Membership.objects.get(user=dora), gita)
    assert session.bids.get(member=dora).state == "withdrawn"


def test_what_is_being_worked_on_goes_on(session: Session, gita: User, asha: User) -> None:
    remove(Membership.objects.get(user=asha, learning_set=session.learning_set), gita)
    assert (session.slots.get(presenter=asha).state, session.bids.get(member=asha).state) == ("running", "chosen")


def test_leaving_does_the_same_for_who_has_said_nothing_yet(
    session: Session, ben: User, dora: User, bens: Membership
) -> None:
    session.attendances.filter(user=ben).delete()
    belonging.leave(membership=bens, by=ben, now=START)
    assert session.attendances.get(user=ben).presence == "absent"


def test_who_ran_it_runs_it_no_more_and_another_can_be_asked(
    session: Session, gita: User, ben: User, bens: Membership, memberships: dict[str, Membership]
) -> None:
    ask(session, gita, bens, for_topic=True)
    handing_over.accept_running(session=session, by=ben, now=START)
    remove(bens, gita)
    now = fresh(session)
    assert (now.runner, now.asked_to_run, now.run_until_after) == (None, None, None)
    ask(now, gita, memberships["Asha"])
    assert fresh(session).asked_to_run == memberships["Asha"].user


def test_who_was_asked_is_asked_no_more(session: Session, gita: User, bens: Membership) -> None:
    ask(session, gita, bens, for_topic=True)
    remove(bens, gita)
    now = fresh(session)
    assert (now.asked_to_run, now.run_until_after) == (None, None)


def test_when_who_was_asked_leaves_whoever_runs_it_goes_on(
    session: Session, gita: User, asha: User, bens: Membership, memberships: dict[str, Membership]
) -> None:
    ask(session, gita, memberships["Asha"], for_topic=True)
    handing_over.accept_running(session=session, by=asha, now=START)
    ask(session, asha, bens)
    remove(bens, gita)
    now = fresh(session)
    assert (now.runner, now.asked_to_run, now.run_until_after) == (asha, None, session.slots.get(position=1))


def test_nobody_writes_for_all_any_more(session: Session, gita: User, ben: User, bens: Membership) -> None:
    casting.name_scribe(session=session, by=gita, scribe=ben, now=START)
    remove(bens, gita)
    assert fresh(session).scribe is None


def test_a_place_on_offer_is_not_theirs_to_take(
    session: Session, gita: User, ben: User, dora: User, memberships: dict[str, Membership]
) -> None:
    session.attendances.filter(user=ben).update(presence="absent")
    slot = session.slots.get(presenter=ben)
    freeing.free_slot(session=session, by=gita, slot=slot.pk, now=START)
    bid = session.bids.get(member=dora)
    freeing.offer_slot(session=session, by=gita, slot=slot.pk, bid=bid, now=START)
    remove(Membership.objects.get(user=dora), gita)
    with pytest.raises(freeing.NotOffered):
        freeing.answer_offer(session=session, by=gita, slot=slot.pk, bid=bid.pk, accepts=True, now=START)
    with pytest.raises(freeing.NotOffered):
        freeing.offer_slot(session=session, by=gita, slot=slot.pk, bid=bid, now=START)


def test_open_pages_look_again(session: Session, gita: User, bens: Membership, signed_in: SignedIn) -> None:
    client = signed_in(gita)
    seen = stamp(client.get(url("room", session)))
    remove(bens, gita)
    now = client.get(url("room_now", session), {"stamp": seen})
    assert (now.status_code, "A place of 25 minutes is free. Offer it to:" in words(now)) == (200, True)


def test_a_session_that_is_over_or_of_another_set_stays_as_it_was(
    session: Session, gita: User, ben: User, bens: Membership
) -> None:
    Session.objects.filter(pk=session.pk).update(state="closed", closed_at=START, scribe=ben)
    remove(bens, gita)
    assert (fresh(session).scribe, session.attendances.get(user=ben).presence) == (ben, "present")
