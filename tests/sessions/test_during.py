"""The page of a session while it runs: who is here, what was chosen, and nothing that is no longer true."""

import pytest

from als_project.users.models import User
from sessions.models import Session
from sessions.planning import plan_of
from sessions.services import attending, freeing, replanning
from sets.models import LearningSet, Membership
from tests.cast import SignedIn
from tests.factories import join, make_user, publish_rules
from tests.sessions.pages import words
from tests.sessions.room_acts import START, choose, go_to, opened, scheduled

pytestmark = pytest.mark.django_db
STALE = ["Not heard from yet", "Who is coming", "The order means nothing", "Still thinking", "Change it", "Withdraw it"]


@pytest.fixture
def session(learning_set: LearningSet, gita: User, asha: User, ben: User, dora: User) -> Session:
    """Asha, Ben and Dora have offered topics; the set is to choose. Gita and they are here, Hal has said nothing."""
    join(learning_set, make_user("Hal"))
    session = opened(scheduled(learning_set, asha, ben, dora), gita)
    go_to(session, "choose", gita)
    return session


@pytest.fixture
def chosen(session: Session, gita: User, asha: User, ben: User) -> Session:
    choose(session, gita, (ben, 25), (asha, 30))
    return session


def page(signed_in: SignedIn, who: User, session: Session) -> str:
    return words(signed_in(who).get(session.get_absolute_url()))


def test_before_the_choice_it_says_who_is_here_and_what_is_offered(
    session: Session, gita: User, asha: User, ben: User, signed_in: SignedIn
) -> None:
    attending.note_presence(session=session, by=gita, presences={ben.pk: "absent"}, now=START)
    text = page(signed_in, asha, session)
    assert "Who is here Here Asha, Dora, Gita Not here Ben" in text
    assert ("Not heard from yet" in text, "Topics offered" in text, "The order means nothing" in text) == (
        False,
        True,
        True,
    )
    assert "You offer “Asha's topic”. Change it" in text


def test_once_topics_were_chosen_they_stand_in_their_order_with_their_minutes(
    chosen: Session, asha: User, dora: User, signed_in: SignedIn
) -> None:
    text = page(signed_in, asha, chosen)
    assert "Topics chosen" in text
    assert "Ben's topic Ben, 25 minutes Asha's topic Asha, 30 minutes" in text
    assert "Your topic “Asha's topic” has place 2, with 30 minutes." in text
    assert ([stale for stale in STALE if stale in text], "Dora's topic" in text) == ([], False)
    assert "Your topic “Dora's topic” has no place this time." in page(signed_in, dora, chosen)


def test_its_minutes_are_those_that_the_topic_has_by_now(
    chosen: Session, gita: User, asha: User, ben: User, signed_in: SignedIn
) -> None:
    slots = {slot.presenter_id: slot.pk for slot in chosen.slots.all()}
    replanning.replan(
        session=chosen,
        by=gita,
        plans=[replanning.Plan(slots[ben.pk], "carried", 25), replanning.Plan(slots[asha.pk], "planned", 20)],
        seen=plan_of(list(chosen.stages.on_the_clock()), list(chosen.slots.all())),
        now=START,
    )
    text = page(signed_in, asha, chosen)
    assert "has place 1, with 20 minutes." in text
    assert "Ben, 25 minutes" not in text


def test_the_topic_of_who_has_gone_stays_unread(
    chosen: Session, gita: User, asha: User, ben: User, signed_in: SignedIn
) -> None:
    attending.note_presence(session=chosen, by=gita, presences={ben.pk: "absent"}, now=START)
    text = page(signed_in, asha, chosen)
    assert ("Ben's topic" in text, "Ben, 25 minutes Asha's topic Asha, 30 minutes" in text) == (False, True)
    freeing.free_slot(session=chosen, by=gita, slot=chosen.slots.get(presenter=ben).pk, now=START)
    assert "Ben, 25 minutes" not in page(signed_in, asha, chosen)


def test_who_has_yet_to_agree_to_the_rules_reads_no_topic(
    chosen: Session, memberships: dict[str, Membership], signed_in: SignedIn
) -> None:
    publish_rules(chosen.learning_set, agreed_by=[memberships["Ben"]])
    text = page(signed_in, memberships["Asha"].user, chosen)
    assert ("Ben's topic" in text, "agreed to the ground rules" in text) == (False, True)
    assert "Your topic “Asha's topic” has place 2, with 30 minutes." in text
