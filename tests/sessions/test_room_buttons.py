"""What each button of the room answers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from als_project.users.models import User
from sessions.models import Session, Stage
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.sessions.pages import HTMX, url, words
from tests.sessions.room_acts import current, scheduled


def test_opening(soon: Session, gita: User, signed_in: SignedIn) -> None:
    response = signed_in(gita).post(url("open", soon))
    soon.refresh_from_db()
    assert (response.status_code, response.headers["Location"]) == (302, url("room", soon))
    assert (soon.state, current(soon).key) == ("running", "share-topics")


def test_opening_too_early_is_said(learning_set: LearningSet, gita: User, signed_in: SignedIn) -> None:
    session = scheduled(learning_set, starts_at=timezone.now() + timedelta(days=2))
    response = signed_in(gita).post(url("open", session), follow=True)
    assert "It is too early" in words(response)
    session.refresh_from_db()
    assert session.state == "scheduled"


@pytest.mark.parametrize(("hours", "said"), [(2, "You can open it from an hour before:"), (1, "when people are here")])
def test_the_room_says_from_when_on_it_can_be_opened(
    learning_set: LearningSet, gita: User, signed_in: SignedIn, hours: int, said: str
) -> None:
    session = scheduled(learning_set, starts_at=timezone.now() + timedelta(hours=hours))
    assert said in words(signed_in(gita).get(url("room", session)))


def test_who_facilitates_today_may_run_it(soon: Session, ben: User, signed_in: SignedIn) -> None:
    Session.objects.filter(pk=soon.pk).update(facilitator=ben)
    signed_in(ben).post(url("open", soon))
    assert current(soon).key == "share-topics"


def test_next_and_back(suggestions: Stage, gita: User, signed_in: SignedIn) -> None:
    client, session = signed_in(gita), suggestions.session
    client.post(url("next_stage", session), {"leaving": suggestions.pk})
    assert current(session).key == "response"
    client.post(url("next_stage", session), {"leaving": suggestions.pk})
    assert current(session).key == "response"
    client.post(url("next_stage", session), {"leaving": current(session).pk, "way": "back"})
    assert current(session) == suggestions


@pytest.mark.parametrize("leaving", ["", "x", "-1", "999999999", "9" * 4400])
def test_next_without_a_stage_that_is_now_moves_nothing(
    leaving: str, suggestions: Stage, gita: User, signed_in: SignedIn
) -> None:
    response = signed_in(gita).post(url("next_stage", suggestions.session), {"leaving": leaving})
    assert response.status_code == 302
    assert current(suggestions.session) == suggestions


def test_next_by_htmx_answers_with_the_new_stage(suggestions: Stage, gita: User, signed_in: SignedIn) -> None:
    client = signed_in(gita)
    response = client.post(url("next_stage", suggestions.session), {"leaving": suggestions.pk}, headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in page
    assert "Asha speaks." in page


def test_who_is_here_is_noted(suggestions: Stage, gita: User, ben: User, signed_in: SignedIn) -> None:
    session = suggestions.session
    said = {f"presence_{ben.pk}": "absent", f"presence_{gita.pk}": "late"}
    seen = {f"seen_{one.pk}": session.attendances.get(user=one).presence for one in (ben, gita)}
    signed_in(gita).post(url("attendance", session), said | seen)
    assert [session.attendances.get(user=one).presence for one in (ben, gita)] == ["absent", "late"]
    signed_in(ben).post(url("here", session))
    assert session.attendances.get(user=ben).presence == "present"


def test_closing_leads_everyone_to_the_record(suggestions: Stage, gita: User, ben: User, signed_in: SignedIn) -> None:
    session = suggestions.session
    response = signed_in(gita).post(url("close", session), {"reason": "No time"})
    assert (response.status_code, response.headers["Location"]) == (302, session.get_absolute_url())
    now = signed_in(ben).get(url("room_now", session) + "?stamp=x", headers=HTMX)
    assert (now.status_code, now.headers["HX-Redirect"]) == (204, session.get_absolute_url())


def test_closing_twice_is_said(suggestions: Stage, gita: User, signed_in: SignedIn) -> None:
    client, session = signed_in(gita), suggestions.session
    client.post(url("close", session), {"reason": "No time"})
    assert "This session is over." in words(client.post(url("close", session), {"reason": "No time"}, follow=True))
