"""Words sent from the room: captured, or back with the reason; never lost."""

import re

import pytest
from django.utils import timezone

from als_project.users.models import User
from sessions.models import Contribution, PrivateNote, Stage
from tests.cast import SignedIn
from tests.sessions.pages import HTMX, form_for, url, words
from tests.sessions.room_acts import at_stage, close, go_to


def test_words_are_captured(suggestions: Stage, ben: User, signed_in: SignedIn) -> None:
    response = signed_in(ben).post(url("contribute", suggestions.session), form_for(suggestions), follow=True)
    row = Contribution.objects.get()
    assert (row.author, row.kind, row.text) == (ben, "suggestion", "Ask her first")
    assert response.redirect_chain == [(url("room", suggestions.session), 302)]
    assert "Added." in words(response)


def test_words_by_htmx_come_back_with_an_empty_box(suggestions: Stage, ben: User, signed_in: SignedIn) -> None:
    sent = form_for(suggestions, kind="experience")
    page = signed_in(ben).post(url("contribute", suggestions.session), sent, headers=HTMX).content.decode()
    assert page.count("Ask her first") == 1
    assert re.findall(r'<input[^>]*value="(\w+)"[^>]* checked', page) == ["experience"]
    assert str(sent["form_key"]) not in page


def test_a_forged_suggestion_while_listening_is_refused_and_kept(
    suggestions: Stage, asha: User, signed_in: SignedIn
) -> None:
    response = signed_in(asha).post(url("contribute", suggestions.session), form_for(suggestions, text="But I tried!"))
    assert response.status_code == 409
    assert "You are in listening mode until the next stage." in words(response)
    assert "But I tried!" in words(response)
    assert Contribution.objects.count() == 0


def test_words_for_a_stage_that_is_over_come_back(
    suggestions: Stage, ben: User, gita: User, signed_in: SignedIn
) -> None:
    go_to(suggestions.session, "response", gita)
    for headers in ({}, HTMX):
        response = signed_in(ben).post(url("contribute", suggestions.session), form_for(suggestions), headers=headers)
        assert response.status_code == 409
        assert "“Suggestions” is over." in words(response)
        assert "Ask her first" in words(response)


def test_words_for_a_session_that_is_over_come_back(
    suggestions: Stage, ben: User, gita: User, signed_in: SignedIn
) -> None:
    close(suggestions.session, gita, now=timezone.now())
    response = signed_in(ben).post(url("contribute", suggestions.session), form_for(suggestions))
    assert response.status_code == 409
    assert "Ask her first" in words(response)


def test_another_kind_is_refused(suggestions: Stage, ben: User, signed_in: SignedIn) -> None:
    response = signed_in(ben).post(url("contribute", suggestions.session), form_for(suggestions, kind="question"))
    assert response.status_code == 409
    assert "does not capture this" in words(response)


def test_a_stage_of_another_session_is_not_found(
    suggestions: Stage, asha: User, gita: User, ben: User, signed_in: SignedIn
) -> None:
    session = suggestions.session
    close(session, gita, now=timezone.now())
    other = at_stage(session.learning_set, "review", presenter=asha, by=gita)
    response = signed_in(ben).post(url("contribute", session), form_for(other, kind="insight"))
    assert response.status_code == 404


@pytest.mark.parametrize(("text", "says"), [("", "This field is required"), ("x" * 2001, "at most 2000 characters")])
def test_what_is_wrong_is_said_beside_the_words(
    text: str, says: str, suggestions: Stage, ben: User, signed_in: SignedIn
) -> None:
    response = signed_in(ben).post(url("contribute", suggestions.session), form_for(suggestions, text=text))
    assert response.status_code == 422
    assert says in words(response)
    assert text in words(response)


def test_what_is_wrong_is_kept_also_for_who_may_not_write(suggestions: Stage, asha: User, signed_in: SignedIn) -> None:
    response = signed_in(asha).post(url("contribute", suggestions.session), form_for(suggestions, text="y" * 2001))
    assert (response.status_code, "y" * 2001 in words(response)) == (422, True)


def test_notes_that_are_too_long_are_told_beside_the_field_and_the_page_stays(
    suggestions: Stage, asha: User, signed_in: SignedIn
) -> None:
    client, sent = signed_in(asha), {"text": "y" * 10_001}
    answer = client.post(url("note", suggestions.session), sent, headers=HTMX)
    page = answer.content.decode()
    assert (answer.status_code, "<html" in page, "yyyy" in page) == (422, False, False)
    assert "at most 10000 characters" in page or "at most 10,000 characters" in page
    whole = client.post(url("note", suggestions.session), sent)
    assert (whole.status_code, "y" * 10_001 in whole.content.decode()) == (422, True)


def test_notes_are_saved_and_shown_to_their_author_alone(
    suggestions: Stage, asha: User, ben: User, signed_in: SignedIn
) -> None:
    session = suggestions.session
    signed_in(asha).post(url("note", session), {"text": "Remember the rota"})
    answer = signed_in(asha).post(url("note", session), {"text": "Remember the rota!"}, headers=HTMX)
    assert answer.content.decode() == "Your notes are saved. Only you can read them."
    assert PrivateNote.objects.get().text == "Remember the rota!"
    assert "Remember the rota!" in words(signed_in(asha).get(url("room", session)))
    assert "Remember the rota" not in words(signed_in(ben).get(url("room", session)))
