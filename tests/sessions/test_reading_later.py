"""A set can hide what is written while the presenter listens, until the next stage: from the presenter alone."""

import pytest
from django.urls import reverse

from als_project.users.models import User
from sessions.models import Contribution, Session, Stage
from sessions.record import record_of
from sessions.services import keeping, replanning, running
from sessions.services.keeping import NotAboutYours
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.sessions.pages import stamp, url, words
from tests.sessions.room_acts import START, close, current, go_to, say

WORDS = "Ask her before Friday"


@pytest.fixture
def later(learning_set: LearningSet) -> LearningSet:
    learning_set.presenter_reads_later = True
    learning_set.save(update_fields=["presenter_reads_later"])
    return learning_set


@pytest.fixture
def hidden(later: LearningSet, suggestions: Stage, ben: User) -> Contribution:
    """Said while Asha listens, in a set that shows it to her afterwards."""
    return say(suggestions, ben, WORDS, kind="suggestion")


def seen_by(client_of: SignedIn, person: User, session: Session) -> bool:
    return WORDS in words(client_of(person).get(url("room", session)))


def test_the_session_keeps_the_sets_word_of_its_opening(hidden: Contribution, later: LearningSet) -> None:
    session = hidden.stage.session
    later.presenter_reads_later = False
    later.save(update_fields=["presenter_reads_later"])
    session.refresh_from_db()
    assert session.presenter_reads_later is True


def test_only_the_presenter_does_not_read_it_yet(
    hidden: Contribution, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    session = hidden.stage.session
    assert {p.name: seen_by(signed_in, p, session) for p in (asha, ben, gita)} == {
        "Asha": False,
        "Ben": True,
        "Gita": True,
    }
    assert [Contribution.objects.visible_to(p).count() for p in (asha, ben, gita)] == [0, 1, 1]


def test_the_fragment_hides_it_too(hidden: Contribution, asha: User, ben: User, signed_in: SignedIn) -> None:
    session = hidden.stage.session
    client = signed_in(asha)
    seen = stamp(client.get(url("room", session)))
    say(current(session), ben, WORDS, kind="suggestion")
    now = client.get(url("room_now", session), {"stamp": seen})
    assert (now.status_code, WORDS in words(now)) == (200, False)


def test_nor_is_it_in_a_record_read_while_the_session_runs(hidden: Contribution, asha: User, ben: User) -> None:
    session = hidden.stage.session
    found = {
        reader.name: [c.text for topic in record_of(session, reader).topics for s in topic.stages for c in s.said]
        for reader in (asha, ben)
    }
    assert found == {"Asha": [], "Ben": [WORDS]}


def test_nothing_can_be_done_with_what_is_not_to_be_read_yet(
    hidden: Contribution, asha: User, signed_in: SignedIn
) -> None:
    with pytest.raises(NotAboutYours):
        keeping.mark_landed(contribution=hidden, by=asha, landed=True, now=START)
    for name in ("landed", "take_out"):
        path = reverse(f"sessions:{name}", args=[hidden.stage.session_id, hidden.pk])
        assert signed_in(asha).post(path).status_code == 404


def test_with_the_next_stage_the_presenter_reads_it(
    hidden: Contribution, asha: User, gita: User, signed_in: SignedIn
) -> None:
    session = hidden.stage.session
    go_to(session, "response", gita)
    assert seen_by(signed_in, asha, session) is True


def test_back_in_the_stage_it_is_hidden_again(
    hidden: Contribution, asha: User, gita: User, signed_in: SignedIn
) -> None:
    session = hidden.stage.session
    go_to(session, "response", gita)
    running.previous_stage(session=session, by=gita, leaving=None, now=START)
    assert seen_by(signed_in, asha, session) is False
    running.previous_stage(session=session, by=gita, leaving=None, now=START)
    assert (current(session).key, seen_by(signed_in, asha, session)) == ("bring-to-life", False)


def test_a_stage_left_by_going_back_and_then_passed_over_hides_nothing_once_another_begins(
    hidden: Contribution, asha: User, gita: User, signed_in: SignedIn
) -> None:
    session, stage = hidden.stage.session, hidden.stage
    running.previous_stage(session=session, by=gita, leaving=None, now=START)
    replanning.skip(session=session, by=gita, stage=stage.pk, reason="No time", now=START)
    go_to(session, "response", gita)
    assert seen_by(signed_in, asha, session) is True


def test_a_session_closed_in_the_stage_hides_nothing(hidden: Contribution, asha: User, gita: User) -> None:
    close(hidden.stage.session, gita, now=START)
    assert Contribution.objects.visible_to(asha).count() == 1


def test_where_the_set_does_not_want_it_the_presenter_reads_along(
    suggestions: Stage, asha: User, ben: User, signed_in: SignedIn
) -> None:
    say(suggestions, ben, WORDS, kind="suggestion")
    assert seen_by(signed_in, asha, suggestions.session) is True


def test_who_writes_reads_who_will_read_it(hidden: Contribution, ben: User, signed_in: SignedIn) -> None:
    page = words(signed_in(ben).get(url("room", hidden.stage.session)))
    assert "Who can read this: Present members of this set; Asha from the next stage on" in page


@pytest.mark.usefixtures("later")
def test_it_can_be_set_on_the_sets_page(learning_set: LearningSet, gita: User, signed_in: SignedIn) -> None:
    page = words(signed_in(gita).get(learning_set.get_absolute_url()))
    assert "A presenter reads what was written while they listened once the next stage begins." in page
