"""The topic of a presenter who is absent is read nowhere while they are away, and afterwards only if they offer it."""

from datetime import timedelta

import pytest

from als_project.users.models import User
from sessions.models import Bid, Preparation, Session
from sessions.services import attending, freeing, running
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.factories import make_session
from tests.sessions.acts import offer
from tests.sessions.pages import url, words
from tests.sessions.room_acts import START, choose, close, go_to, opened, scheduled

pytestmark = pytest.mark.django_db
UNREAD = "Ben isn't here. Their topic stays theirs, unread."


@pytest.fixture
def away(learning_set: LearningSet, gita: User, asha: User, ben: User) -> Session:
    """In the choice; Ben has offered a topic and is absent."""
    session = opened(scheduled(learning_set, asha, ben), gita)
    go_to(session, "choose", gita)
    attending.note_presence(session=session, by=gita, presences={ben.pk: "absent"}, now=START)
    return session


@pytest.fixture
def chosen(learning_set: LearningSet, gita: User, asha: User, ben: User) -> Session:
    """Asha's topic and Ben's are chosen, and then he goes."""
    session = opened(scheduled(learning_set, asha, ben), gita)
    go_to(session, "choose", gita)
    choose(session, gita, (asha, 30), (ben, 25))
    attending.note_presence(session=session, by=gita, presences={ben.pk: "absent"}, now=START)
    return session


def pages_of(session: Session) -> dict[str, str]:
    return {"session": session.get_absolute_url(), "sheet": url("run_sheet", session)}


def test_before_the_choice_others_read_that_he_is_away(
    away: Session, asha: User, ben: User, signed_in: SignedIn
) -> None:
    for name, address in pages_of(away).items():
        page = words(signed_in(asha).get(address))
        assert (name, "Ben's topic" in page, UNREAD in page, "Asha's topic" in page) == (name, False, True, True)
    assert "Ben's topic" in words(signed_in(ben).get(away.get_absolute_url()))


def test_a_chosen_topic_is_not_read_either(chosen: Session, asha: User, signed_in: SignedIn) -> None:
    for name, address in {**pages_of(chosen), "room": url("room", chosen)}.items():
        page = words(signed_in(asha).get(address))
        assert (name, "Ben's topic" in page, "Asha's topic" in page) == (name, False, True)


def test_when_he_comes_after_all_it_is_there_again(chosen: Session, asha: User, ben: User, signed_in: SignedIn) -> None:
    running.arrive(session=chosen, by=ben, now=START)
    for address in (*pages_of(chosen).values(), url("room", chosen)):
        page = words(signed_in(asha).get(address))
        assert ("Ben's topic" in page, UNREAD in page) == (True, False)


def test_what_has_been_presented_was_read(
    chosen: Session, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    running.arrive(session=chosen, by=ben, now=START)
    go_to(chosen, "review", gita)
    attending.note_presence(session=chosen, by=gita, presences={ben.pk: "absent"}, now=START)
    for address in pages_of(chosen).values():
        assert "Ben's topic" in words(signed_in(asha).get(address))


def test_when_nobody_else_offered_one_the_page_does_not_say_that_nobody_did(
    away: Session, asha: User, gita: User, signed_in: SignedIn
) -> None:
    away.bids.filter(member=asha).update(state="withdrawn", withdrawn_at=START)
    for address in pages_of(away).values():
        page = words(signed_in(gita).get(address))
        assert UNREAD in page
        assert ("Nobody has offered" in page, "No topic has been offered" in page) == (False, False)


# --- After the session --------------------------------------------------------------------------------
@pytest.fixture(params=["not chosen", "freed"])
def after(request: pytest.FixtureRequest, learning_set: LearningSet, gita: User, ben: User) -> Session:
    """The session to come, after one at which Ben's topic was not taken, or chosen and its place freed."""
    coming = make_session(learning_set, starts_at=START + timedelta(days=28))
    session = request.getfixturevalue("away" if request.param == "not chosen" else "chosen")
    Preparation.objects.create(session=session, author=ben, text="Ben's lines")
    if request.param == "freed":
        freeing.free_slot(session=session, by=gita, slot=session.slots.get(presenter=ben).pk, now=START)
    close(session, gita)
    return coming


def test_at_the_next_session_only_he_finds_it(after: Session, asha: User, ben: User, signed_in: SignedIn) -> None:
    for address in pages_of(after).values():
        assert "Ben's topic" not in words(signed_in(asha).get(address))
    assert "Offer “Ben's topic” again" in words(signed_in(ben).get(after.get_absolute_url()))
    form = signed_in(ben).get(f"{url('offer', after)}?again").context["form"]
    assert form.initial["headline"] == "Ben's topic"
    assert "headline" not in signed_in(ben).get(url("offer", after)).context["form"].initial


def test_he_offers_it_again_with_his_lines(after: Session, asha: User, ben: User, signed_in: SignedIn) -> None:
    kept = Bid.objects.get(member=ben)
    again = offer(after, ben, now=START, headline=kept.topic.headline, question=kept.topic.question)
    assert (again.topic, after.preparations.get().text) == (kept.topic, "Ben's lines")
    assert "Ben's topic" in words(signed_in(asha).get(after.get_absolute_url()))


def test_another_topic_is_offered_without_those_lines(after: Session, ben: User) -> None:
    kept = Bid.objects.get(member=ben)
    another = offer(after, ben, now=START, headline="Another one")
    assert (another.topic == kept.topic, kept.topic.headline, after.preparations.count()) == (False, "Ben's topic", 0)


def test_what_somebody_withdrew_while_they_were_there_is_not_brought_up(
    learning_set: LearningSet, gita: User, asha: User, ben: User, signed_in: SignedIn
) -> None:
    session = opened(scheduled(learning_set, asha, ben), gita)
    session.bids.filter(member=asha).update(state="withdrawn", withdrawn_at=START)
    close(session, gita)
    coming = make_session(learning_set, starts_at=START + timedelta(days=28))
    assert "Asha's topic" not in words(signed_in(asha).get(coming.get_absolute_url()))
