"""One shared screen and nobody else on a device: who runs the session, or the scribe, writes for others."""

import uuid

import pytest

from als_project.users.models import User
from sessions.models import Contribution, Stage
from sessions.services import capturing, casting
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.factories import end, join, make_user
from tests.sessions.acts import offer
from tests.sessions.pages import HTMX, form_for, stamp, url, words
from tests.sessions.room_acts import START, at_stage, current, go_to, say


def rows() -> list[tuple[str | None, str | None, str]]:
    return list(Contribution.objects.values_list("author__name", "written_by__name", "kind"))


def test_what_is_written_for_another_is_theirs_and_says_who_wrote_it(
    suggestions: Stage, ben: User, gita: User, asha: User, signed_in: SignedIn
) -> None:
    sent = form_for(suggestions, text="Ask her first", for_whom=ben.pk)
    assert signed_in(gita).post(url("contribute", suggestions.session), sent).status_code == 302
    assert rows() == [("Ben", "Gita", "suggestion")]
    page = words(signed_in(asha).get(url("room", suggestions.session)))
    assert "Ask her first Ben: suggestion. Written down by Gita for Ben." in page


def test_who_only_facilitates_says_whose_words_they_are(suggestions: Stage, gita: User, signed_in: SignedIn) -> None:
    response = signed_in(gita).post(url("contribute", suggestions.session), form_for(suggestions, text="Hers"))
    assert (response.status_code, "Hers" in response.content.decode(), rows()) == (422, True, [])


@pytest.mark.parametrize("whom", ["asha", "cara", "stranger", "gita"])
def test_nobody_is_quoted_whose_words_do_not_belong_there(
    whom: str, suggestions: Stage, gita: User, signed_in: SignedIn, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(whom)
    response = signed_in(gita).post(
        url("contribute", suggestions.session), form_for(suggestions, text="Not theirs", for_whom=person.pk)
    )
    assert (response.status_code, "Not theirs" in words(response), rows()) == (409, True, [])
    with pytest.raises(capturing.NotYours):
        say(suggestions, gita, for_whom=person)


def test_a_member_who_is_not_the_scribe_writes_for_nobody(
    suggestions: Stage, learning_set: LearningSet, ben: User, signed_in: SignedIn
) -> None:
    dev = make_user("Dev")
    join(learning_set, dev)
    sent = form_for(suggestions, for_whom=dev.pk)
    signed_in(ben).post(url("contribute", suggestions.session), sent)
    assert rows() == []
    with pytest.raises(capturing.NotYours):
        say(suggestions, ben, for_whom=dev)


@pytest.mark.parametrize("text", ["Ask her first", "x" * 2001])
def test_who_is_the_scribe_no_more_gets_the_words_back_and_they_never_become_their_own(
    text: str, suggestions: Stage, dora: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    casting.name_scribe(session=suggestions.session, by=gita, scribe=ben, now=START)
    sent = form_for(suggestions, text=text, for_whom=dora.pk)
    casting.name_scribe(session=suggestions.session, by=gita, scribe=None, now=START)
    for headers in ({}, HTMX):
        response = signed_in(ben).post(url("contribute", suggestions.session), sent, headers=headers)
        assert (response.status_code, rows()) == (409, [])
        assert f"Your words, not sent {text} " in words(response)
        assert "You can’t write for the person you chose now." in words(response)


def test_words_of_somebody_who_has_left_the_set_do_not_become_the_senders(
    suggestions: Stage, dora: User, ben: User, signed_in: SignedIn
) -> None:
    sent = form_for(suggestions, for_whom=dora.pk)
    end(suggestions.session.learning_set.memberships.get(user=dora))
    response = signed_in(ben).post(url("contribute", suggestions.session), sent)
    assert (response.status_code, "Ask her first" in words(response), rows()) == (409, True, [])


def test_the_same_form_sent_twice_writes_once(suggestions: Stage, ben: User, gita: User) -> None:
    key = uuid.uuid4()
    first = say(suggestions, gita, for_whom=ben, form_key=key)
    assert say(suggestions, gita, for_whom=ben, form_key=key) == first
    assert Contribution.objects.count() == 1


def test_a_presenter_in_listening_mode_writes_for_nobody_even_as_the_scribe(
    suggestions: Stage, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    casting.name_scribe(session=suggestions.session, by=gita, scribe=asha, now=START)
    suggestions.session.refresh_from_db()
    with pytest.raises(capturing.Listening):
        say(current(suggestions.session), asha, for_whom=ben)
    page = signed_in(asha).get(url("room", suggestions.session)).content.decode()
    assert 'id="room-box"' not in page


def test_the_scribe_gets_a_box_when_named(suggestions: Stage, ben: User, gita: User, signed_in: SignedIn) -> None:
    session = go_to(suggestions.session, "response", gita).session
    client = signed_in(ben)
    first = client.get(url("room", session))
    assert 'id="room-box"' not in first.content.decode()
    signed_in(gita).post(url("scribe", session), {"scribe": ben.pk})
    now = client.get(url("room_now", session), {"stamp": stamp(first)})
    assert ('id="room-box"' in now.content.decode(), "Whose words are these?" in words(now)) == (True, True)


def test_until_a_scribe_is_named_who_runs_the_session_writes_in_the_scribes_stage(
    learning_set: LearningSet, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    learning_set.process = "peer-consultation"
    learning_set.save(update_fields=["process"])
    stage = at_stage(learning_set, "consultation", presenter=asha, by=gita)
    page = words(signed_in(ben).get(url("room", stage.session)))
    assert "One person writes for all in this stage. Nobody is named yet." in page
    say(stage, gita, for_whom=ben, kind="question")
    assert rows() == [("Ben", "Gita", "question")]


def test_where_the_scribe_presents_and_listens_who_runs_the_session_writes(
    learning_set: LearningSet, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    learning_set.process = "peer-consultation"
    learning_set.save(update_fields=["process"])
    stage = at_stage(learning_set, "consultation", presenter=asha, by=gita)
    casting.name_scribe(session=stage.session, by=gita, scribe=asha, now=START)
    assert 'id="room-box"' in signed_in(gita).get(url("room", stage.session)).content.decode()
    sent = form_for(stage, for_whom=ben.pk)
    assert signed_in(gita).post(url("contribute", stage.session), sent).status_code == 302
    page = words(signed_in(ben).get(url("room", stage.session)))
    assert "Asha listens in this stage, so whoever runs the session writes for all." in page
    with pytest.raises(capturing.NotYours):
        say(current(stage.session), ben)
    assert rows() == [("Ben", "Gita", "suggestion")]


def test_the_presenter_is_not_offered_as_scribe_of_their_own_topic(
    learning_set: LearningSet, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    learning_set.process = "peer-consultation"
    learning_set.save(update_fields=["process"])
    session = at_stage(learning_set, "casting", presenter=asha, by=gita).session
    page = words(signed_in(ben).get(url("room", session)))
    assert "Who writes for all nobody Ben Gita Writes down" in page
    signed_in(ben).post(url("scribe", session), {"scribe": asha.pk})
    session.refresh_from_db()
    assert session.scribe is None


@pytest.mark.parametrize("person", ["cara", "stranger"])
def test_only_somebody_of_the_set_writes_for_it(
    person: str, suggestions: Stage, gita: User, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(casting.CantCast):
        casting.name_scribe(session=suggestions.session, by=gita, scribe=request.getfixturevalue(person), now=START)


def test_the_picked_method_becomes_the_prompt_of_the_consultation(
    learning_set: LearningSet, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    learning_set.process = "peer-consultation"
    learning_set.save(update_fields=["process"])
    session = at_stage(learning_set, "method", presenter=asha, by=gita).session
    signed_in(ben).post(url("method", session), {"method": "resonance"})
    stage = go_to(session, "consultation", gita)
    assert stage.prompt.startswith("Resonance: What did the account stir in you?")
    with pytest.raises(casting.NoSuchMethod):
        casting.pick_method(session=session, by=ben, method="resonance", now=START)


def test_a_method_that_the_process_does_not_have_is_refused(learning_set: LearningSet, asha: User, gita: User) -> None:
    learning_set.process = "peer-consultation"
    learning_set.save(update_fields=["process"])
    session = at_stage(learning_set, "method", presenter=asha, by=gita).session
    with pytest.raises(casting.NoSuchMethod):
        casting.pick_method(session=session, by=gita, method="tea", now=START)


# --- Topics ----------------------------------------------------------------------------------------
def test_a_topic_is_written_down_for_who_offered_none(
    learning_set: LearningSet, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    session = at_stage(learning_set, "share-topics", presenter=asha, by=gita).session
    response = signed_in(gita).post(
        url("offer_for", session), {"member": ben.pk, "headline": "Two managers"}, follow=True
    )
    bid = session.bids.get(member=ben)
    assert (bid.topic.headline, bid.topic.owner, bid.topic.written_by, bid.state) == (
        "Two managers",
        ben,
        gita,
        "offered",
    )
    page = words(response)
    assert "Two managers Ben. Urgency: soon. 30 minutes wanted. Written down by Gita." in page
    assert "Write a topic down for somebody" not in page


def test_who_changes_their_topic_makes_its_words_their_own(
    learning_set: LearningSet, asha: User, ben: User, gita: User
) -> None:
    session = at_stage(learning_set, "share-topics", presenter=asha, by=gita).session
    casting.offer_for(session=session, by=gita, member=ben, headline="Two managers", now=START)
    bid = offer(session, ben, now=START, headline="Two managers, two answers")
    assert bid.topic.written_by is None


@pytest.mark.parametrize("whom", ["asha", "gita", "cara", "stranger"])
def test_nobody_else_gets_a_topic(
    whom: str, learning_set: LearningSet, asha: User, gita: User, request: pytest.FixtureRequest
) -> None:
    session = at_stage(learning_set, "share-topics", presenter=asha, by=gita).session
    with pytest.raises(casting.CantOfferFor):
        casting.offer_for(session=session, by=gita, member=request.getfixturevalue(whom), headline="x", now=START)


@pytest.mark.parametrize("writer", ["asha", "cara", "stranger"])
def test_only_who_writes_for_others_writes_topics_down(
    writer: str, learning_set: LearningSet, asha: User, ben: User, gita: User, request: pytest.FixtureRequest
) -> None:
    session = at_stage(learning_set, "share-topics", presenter=asha, by=gita).session
    with pytest.raises(casting.CantOfferFor):
        casting.offer_for(session=session, by=request.getfixturevalue(writer), member=ben, headline="x", now=START)


def test_topics_are_written_down_while_they_are_shared(
    learning_set: LearningSet, asha: User, ben: User, gita: User
) -> None:
    session = at_stage(learning_set, "choose", presenter=asha, by=gita).session
    with pytest.raises(casting.CantOfferFor, match="while they are shared"):
        casting.offer_for(session=session, by=gita, member=ben, headline="x", now=START)
