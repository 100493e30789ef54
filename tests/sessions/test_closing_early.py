"""Closing before the review: it is held shortened, or left out with a reason; it is never dropped in silence."""

from datetime import timedelta

import pytest

from als_project.users.models import User
from sessions.models import Session, Stage
from sessions.services import closing, replanning, running
from tests.cast import SignedIn
from tests.sessions.pages import url, words
from tests.sessions.room_acts import START, choose, close, current, go_to


@pytest.fixture
def half_way(choosing: Session, gita: User, asha: User, ben: User) -> Session:
    """Asha's topic is being worked on, Ben's is to come."""
    choose(choosing, gita, (asha, 30), (ben, 30))
    go_to(choosing, "suggestions", gita)
    return choosing


def test_a_session_does_not_close_without_its_review_or_a_reason(half_way: Session, gita: User) -> None:
    for reason in ("", "  "):
        with pytest.raises(closing.ReviewNotHeld):
            close(half_way, gita, without_review=reason)
    half_way.refresh_from_db()
    assert (half_way.is_running, current(half_way).key) == (True, "suggestions")


def test_the_reason_stands_in_the_place_of_the_review(half_way: Session, gita: User) -> None:
    close(half_way, gita, without_review=" The fire alarm went ")
    review = half_way.stages.get(key="review")
    assert (review.skipped_by, review.skip_reason, review.skipped_at) == (gita, "The fire alarm went", START)


def test_a_review_that_is_held_or_was_passed_over_needs_no_further_reason(half_way: Session, gita: User) -> None:
    review = half_way.stages.get(key="review")
    replanning.skip(session=half_way, by=gita, stage=review.pk, reason="We do it by mail", now=START)
    close(half_way, gita, without_review="")
    review.refresh_from_db()
    assert review.skip_reason == "We do it by mail"


def test_a_session_in_its_review_closes(half_way: Session, gita: User) -> None:
    go_to(half_way, "review", gita)
    assert close(half_way, gita, without_review="").is_closed


def test_a_short_review_comes_at_once_and_what_was_to_come_is_carried_over(half_way: Session, gita: User) -> None:
    half_way.stages.filter(key="review").update(planned_minutes=12)
    closing.go_to_review(session=half_way, by=gita, now=START + timedelta(minutes=9))
    stage = current(half_way)
    assert (stage.key, stage.minutes, stage.started_at) == ("review", 5, START + timedelta(minutes=9))
    assert list(half_way.slots.values_list("state", flat=True)) == ["heard", "carried"]
    assert dict(half_way.bids.values_list("member__name", "state")) == {"Asha": "chosen", "Ben": "carried"}
    left = half_way.stages.filter(slot__position=1, started_at=None)
    assert list(left.values_list("key", "skipped_by__name", "skip_reason")) == [
        (key, "Gita", "The session went on to its review.") for key in ("response", "commit")
    ]
    assert running.next_stage(session=half_way, by=gita, leaving=stage.pk, now=START) is None


def test_a_review_shorter_than_that_stays_as_short(half_way: Session, gita: User) -> None:
    half_way.stages.filter(key="review").update(planned_minutes=3)
    closing.go_to_review(session=half_way, by=gita, now=START)
    assert current(half_way).minutes == 3


def test_back_leads_to_where_the_session_was(half_way: Session, gita: User) -> None:
    closing.go_to_review(session=half_way, by=gita, now=START)
    running.previous_stage(session=half_way, by=gita, leaving=None, now=START)
    stage = current(half_way)
    assert (stage.key, stage.slot and stage.slot.state) == ("suggestions", "running")
    response = half_way.stages.get(key="response", slot=stage.slot)
    replanning.take_up(session=half_way, by=gita, stage=response.pk, now=START)
    assert go_to(half_way, "response", gita).slot == stage.slot


def test_going_to_the_review_twice_goes_once(half_way: Session, gita: User, ben: User) -> None:
    first = closing.go_to_review(session=half_way, by=gita, now=START)
    assert closing.go_to_review(session=half_way, by=ben, now=START + timedelta(minutes=1)) == first
    assert current(half_way).started_at == START


# --- The pages ----------------------------------------------------------------------------------------
def test_whoever_closes_early_is_asked(suggestions: Stage, gita: User, signed_in: SignedIn) -> None:
    session = suggestions.session
    page = signed_in(gita).post(url("close", session))
    assert page.status_code == 409
    assert "Hold a review of 5 minutes now" in words(page)
    assert "Say in a few words why" not in words(page)
    session.refresh_from_db()
    assert session.is_running


def test_an_empty_reason_is_asked_for_again(suggestions: Stage, gita: User, signed_in: SignedIn) -> None:
    page = signed_in(gita).post(url("close", suggestions.session), {"reason": " "})
    assert (page.status_code, "Say in a few words why" in words(page)) == (422, True)


def test_too_long_a_reason_comes_back_with_its_words(suggestions: Stage, gita: User, signed_in: SignedIn) -> None:
    page = signed_in(gita).post(url("close", suggestions.session), {"reason": "because " * 50})
    assert (page.status_code, "because because" in words(page)) == (422, True)
    suggestions.session.refresh_from_db()
    assert suggestions.session.is_running


def test_with_a_reason_it_closes(suggestions: Stage, gita: User, signed_in: SignedIn) -> None:
    session = suggestions.session
    response = signed_in(gita).post(url("close", session), {"reason": "No time"})
    assert (response.status_code, response.headers["Location"]) == (302, session.get_absolute_url())
    session.refresh_from_db()
    assert (session.is_closed, session.stages.get(key="review").skip_reason) == (True, "No time")


def test_the_button_for_a_short_review_leads_there(suggestions: Stage, gita: User, signed_in: SignedIn) -> None:
    response = signed_in(gita).post(url("go_to_review", suggestions.session), follow=True)
    assert 'id="stage-name">Review' in response.content.decode()


@pytest.mark.parametrize("name", ["close", "go_to_review"])
def test_members_neither_close_nor_go_to_the_review(
    name: str, suggestions: Stage, ben: User, signed_in: SignedIn
) -> None:
    assert signed_in(ben).post(url(name, suggestions.session), {"reason": "No time"}).status_code == 403
    assert current(suggestions.session).key == "suggestions"
