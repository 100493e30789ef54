"""Preparing for oneself, and offering a topic, in the pages before a session."""

import pytest

from als_project.users.models import User
from sessions.enums import BidState, Reply, Urgency
from sessions.models import Bid, Preparation, Session
from sessions.services import bidding, replying
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.factories import (
    make_closed_session,
    make_running_session,
    make_slot,
)
from tests.sessions.acts import offer
from tests.sessions.before.pages import HEADLINE, LINES, NOW, QUESTION, page, said

# --- Preparing -----------------------------------------------------------------------------------


def test_preparation_comes_back_to_its_author(session: Session, asha: User, signed_in: SignedIn) -> None:
    client = signed_in(asha)
    response = client.post(f"/sessions/{session.pk}/preparation/", {"text": LINES})
    assert said(response) == ["Your preparation is saved. Only you can read it."]
    assert LINES in page(client, session, "preparation/")


def test_an_eleventh_line_is_refused_and_the_text_stays(session: Session, asha: User, signed_in: SignedIn) -> None:
    text = "\r\n".join(f"line {n}" for n in range(1, 12))
    response = signed_in(asha).post(f"/sessions/{session.pk}/preparation/", {"text": text})
    assert response.status_code == 422
    form = response.context["form"]
    assert form.errors == {
        "text": ["Ten lines at most; this has 11. Your text is still here: shorten it and save again."]
    }
    assert form["text"].value() == text
    assert "line 11" in response.content.decode()
    assert Preparation.objects.count() == 0


def test_the_field_counts_lines_and_keeps_a_draft(session: Session, asha: User, signed_in: SignedIn) -> None:
    words = page(signed_in(asha), session, "preparation/")
    assert f'data-keep="preparation-{session.pk}"' in words
    assert 'data-lines="10"' in words
    assert "maxlength" not in words


def test_preparation_shows_to_nobody_else(
    session: Session, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    bidding.save_preparation(session=session, by=asha, text=LINES, now=NOW)
    offer(session, asha, now=NOW)
    pages = [page(signed_in(user), session, part) for user in (ben, gita) for part in ("", "run-sheet/")]
    pages.append(page(signed_in(ben), session, "preparation/"))
    assert [LINES in words for words in pages] == [False] * 5


def test_after_the_session_the_lines_are_read_and_no_longer_written(
    learning_set: LearningSet, asha: User, signed_in: SignedIn
) -> None:
    closed = make_closed_session(learning_set)
    Preparation.objects.create(session=closed, author=asha, text=LINES)
    words = page(signed_in(asha), closed, "preparation/")
    assert LINES in words
    assert "<textarea" not in words
    response = signed_in(asha).post(f"/sessions/{closed.pk}/preparation/", {"text": "Late"})
    assert response.status_code == 422
    assert Preparation.objects.get().text == LINES


# --- Offering ------------------------------------------------------------------------------------


def test_an_offered_topic_is_read_by_the_set(
    session: Session, asha: User, ben: User, gita: User, signed_in: SignedIn, topic: dict[str, str]
) -> None:
    response = signed_in(asha).post(f"/sessions/{session.pk}/topic/", topic)
    assert said(response) == ["Your topic is offered. You can change or withdraw it until the set chooses."]
    bid = Bid.objects.get()
    assert (bid.topic.headline, bid.topic.question, bid.urgency, bid.minutes_wanted) == (
        HEADLINE,
        QUESTION,
        Urgency.HIGH,
        40,
    )
    for user in (asha, ben, gita):
        words = page(signed_in(user), session)
        assert [text in words for text in (HEADLINE, QUESTION)] == [True, True]


def test_a_topic_is_changed_in_the_form_it_was_offered_in(
    session: Session, asha: User, signed_in: SignedIn, topic: dict[str, str]
) -> None:
    client = signed_in(asha)
    client.post(f"/sessions/{session.pk}/topic/", topic)
    form = client.get(f"/sessions/{session.pk}/topic/").context["form"]
    assert {name: str(form[name].value()) for name in topic} == topic
    client.post(f"/sessions/{session.pk}/topic/", {**topic, "headline": "Being heard"})
    assert [bid.topic.headline for bid in Bid.objects.all()] == ["Being heard"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("headline", "", "This field is required."),
        ("headline", "h" * 121, "Ensure this value has at most 120 characters (it has 121)."),
        ("question", "q" * 501, "Ensure this value has at most 500 characters (it has 501)."),
        ("urgency", "now", "Select a valid choice. now is not one of the available choices."),
        ("minutes_wanted", "4", "A topic takes at least 5 minutes."),
        ("minutes_wanted", "121", "A topic takes at most 120 minutes."),
    ],
)
def test_a_topic_that_needs_mending_comes_back_as_typed(
    session: Session, asha: User, signed_in: SignedIn, topic: dict[str, str], field: str, value: str, words: str
) -> None:
    response = signed_in(asha).post(f"/sessions/{session.pk}/topic/", {**topic, field: value})
    assert response.status_code == 422
    assert response.context["form"].errors == {field: [words]}
    assert {name: response.context["form"][name].value() for name in topic} == {**topic, field: value}


def test_withdrawing_removes_it_for_everyone_else(
    session: Session, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    offer(session, asha, now=NOW, headline=HEADLINE)
    response = signed_in(asha).post(f"/sessions/{session.pk}/topic/withdraw/")
    assert said(response) == ["Your topic is withdrawn. It stays yours, and so does your preparation."]
    seen = [HEADLINE in page(signed_in(user), session, part) for user in (ben, gita) for part in ("", "run-sheet/")]
    assert seen == [False] * 4


def test_one_press_offers_a_withdrawn_topic_again(session: Session, asha: User, signed_in: SignedIn) -> None:
    client = signed_in(asha)
    offer(session, asha, now=NOW, headline=HEADLINE)
    client.post(f"/sessions/{session.pk}/reply/", {"reply": "apologies"})
    client.post(f"/sessions/{session.pk}/reply/", {"reply": "coming"})
    assert f"Offer “{HEADLINE}” again" in page(client, session)
    kept = client.get(f"/sessions/{session.pk}/").context["before"].kept
    client.post(
        f"/sessions/{session.pk}/topic/",
        {
            "headline": kept.topic.headline,
            "question": kept.topic.question,
            "urgency": kept.urgency,
            "minutes_wanted": kept.minutes_wanted,
        },
    )
    assert Bid.objects.get().state == BidState.OFFERED


def test_withdrawing_without_a_topic_says_so(session: Session, asha: User, signed_in: SignedIn) -> None:
    response = signed_in(asha).post(f"/sessions/{session.pk}/topic/withdraw/")
    assert said(response) == ["You have no topic offered to this session."]


def test_withdrawing_never_touches_the_topic_of_another(
    session: Session, asha: User, ben: User, signed_in: SignedIn
) -> None:
    offer(session, asha, now=NOW)
    signed_in(ben).post(f"/sessions/{session.pk}/topic/withdraw/")
    assert Bid.objects.get().state == BidState.OFFERED


def test_after_choosing_the_form_says_why_it_is_closed(
    learning_set: LearningSet, asha: User, ben: User, signed_in: SignedIn, topic: dict[str, str]
) -> None:
    running = make_running_session(learning_set)
    make_slot(running, ben)
    for response in (
        signed_in(asha).get(f"/sessions/{running.pk}/topic/"),
        signed_in(asha).post(f"/sessions/{running.pk}/topic/", topic),
    ):
        assert said(response) == ["The topics for this session have been chosen. Offer yours to the next one."]


def test_who_sent_apologies_is_told_why_and_keeps_what_was_typed(
    session: Session, asha: User, signed_in: SignedIn, topic: dict[str, str]
) -> None:
    replying.reply(session=session, by=asha, reply=Reply.APOLOGIES, now=NOW)
    response = signed_in(asha).post(f"/sessions/{session.pk}/topic/", topic)
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "You have sent apologies for this session. Say that you are coming, then offer your topic."
    ]
    assert HEADLINE in response.content.decode()
