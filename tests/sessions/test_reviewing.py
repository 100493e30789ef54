"""The review: each writes alone, then all see."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from als_project.users.models import User
from sessions.models import Review, Session
from sessions.services import casting, reviewing
from sets.models import LearningSet, Membership, Programme
from tests.cast import SignedIn
from tests.factories import join, make_user, publish_rules
from tests.sessions.pages import url, words
from tests.sessions.room_acts import START, close, go_to, opened

SENT = {"on_rules": "We kept to time", "what_helped": "", "next_time": "Shorter"}


@pytest.fixture
def session(soon: Session, gita: User) -> Session:
    """In its review."""
    opened(soon, gita, now=timezone.now())
    return go_to(soon, "review", gita, now=timezone.now()).session


def write(session: Session, by: User, **fields: Any) -> Review:
    return reviewing.save_review(session=session, by=by, **{**SENT, "now": START, **fields})


def readers(session: Session, *people: User) -> dict[str, int]:
    return {person.name: Review.objects.visible_to(person).filter(session=session).count() for person in people}


def test_before_they_are_shown_each_reads_their_own_alone(
    session: Session, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    write(session, ben)
    assert readers(session, asha, ben, gita) == {"Asha": 0, "Ben": 1, "Gita": 0}
    for person in (asha, gita):
        page = words(signed_in(person).get(url("room", session)))
        assert ("We kept to time" in page, "1 person has written." in page) == (False, True)
    assert "We kept to time" in words(signed_in(ben).get(url("room", session)))


def test_shown_all_read_them_at_once(session: Session, asha: User, ben: User, gita: User, signed_in: SignedIn) -> None:
    write(session, ben)
    signed_in(gita).post(url("show_reviews", session))
    assert readers(session, asha, ben, gita) == {"Asha": 1, "Ben": 1, "Gita": 1}
    page = words(signed_in(asha).get(url("room", session)))
    assert "Ben Our ground rules We kept to time Next time Shorter" in page


def test_outsiders_never_read_them(
    session: Session, ben: User, gita: User, cara: User, stranger: User, olu: User, superuser: User
) -> None:
    write(session, ben)
    reviewing.show_reviews(session=session, by=gita, now=START)
    assert set(readers(session, cara, stranger, olu, superuser).values()) == {0}


def test_closing_shows_them_in_the_record(
    session: Session, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    write(session, ben)
    close(session, gita, now=START)
    assert readers(session, asha, gita) == {"Asha": 1, "Gita": 1}
    assert "Ben Our ground rules We kept to time" in words(signed_in(asha).get(session.get_absolute_url()))


def test_writing_again_replaces(session: Session, ben: User) -> None:
    write(session, ben)
    write(session, ben, on_rules="Not quite")
    assert list(Review.objects.values_list("author__name", "written_by__name")) == [("Ben", None)]
    assert Review.objects.get().on_rules == "Not quite"


def test_outside_the_review_it_is_refused_and_the_words_come_back(
    suggestions: Any, ben: User, signed_in: SignedIn
) -> None:
    response = signed_in(ben).post(url("review", suggestions.session), SENT)
    assert (response.status_code, "The review is over, or has not begun." in words(response)) == (409, True)
    assert "We kept to time Shorter" in words(response)
    assert Review.objects.count() == 0


def test_who_writes_as_the_session_closes_keeps_the_words(
    session: Session, ben: User, gita: User, signed_in: SignedIn
) -> None:
    close(session, gita, now=START)
    response = signed_in(ben).post(url("review", session), SENT)
    assert (response.status_code, "We kept to time Shorter" in words(response)) == (409, True)


def test_nothing_at_all_is_no_review(session: Session, ben: User, signed_in: SignedIn) -> None:
    response = signed_in(ben).post(url("review", session), dict.fromkeys(SENT, " "))
    assert (response.status_code, "Write a word on at least one of the three." in words(response)) == (422, True)


HOW_MUCH = "How much did this session help you?"


def test_in_a_programme_it_is_asked_how_much_it_helped_and_nobody_in_the_set_reads_that(
    session: Session, programme: Programme, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    assert HOW_MUCH in words(signed_in(ben).get(url("room", session)))
    signed_in(ben).post(url("review", session), {"rating": "2"})
    review = Review.objects.get()
    assert (review.author, review.rating, review.has_words) == (ben, "2", False)
    assert '<option value="2" selected>' in signed_in(ben).get(url("room", session)).content.decode()
    write(session, asha, rating="5")
    signed_in(gita).post(url("show_reviews", session))
    for read in (url("room", session), session.get_absolute_url()):
        page = signed_in(gita).get(read).content.decode()
        assert ("<h3>Asha</h3>" in page, "<h3>Ben</h3>" in page, "selected>5" in page) == (True, False, False)
        if read != session.get_absolute_url():
            close(session, gita, now=START)


@pytest.mark.parametrize("sent", ["0", "6", "x"])
def test_another_rating_is_refused_beside_the_field(
    session: Session, programme: Programme, ben: User, signed_in: SignedIn, sent: str
) -> None:
    answer = signed_in(ben).post(url("review", session), {**SENT, "rating": sent})
    assert (answer.status_code, Review.objects.count()) == (422, 0)
    assert "We kept to time" in words(answer)
    assert "is not one of the available choices" in words(answer)


def test_without_a_programme_it_is_not_asked(session: Session, ben: User, signed_in: SignedIn) -> None:
    LearningSet.objects.update(programme=None)
    assert HOW_MUCH not in words(signed_in(ben).get(url("room", session)))
    signed_in(ben).post(url("review", session), {**SENT, "rating": "2"})
    assert Review.objects.get().rating == ""


def test_on_one_shared_screen_who_runs_it_writes_for_others(
    session: Session, ben: User, gita: User, asha: User, signed_in: SignedIn
) -> None:
    signed_in(gita).post(url("review", session), {**SENT, "for_whom": ben.pk})
    assert list(Review.objects.values_list("author__name", "written_by__name")) == [("Ben", "Gita")]
    with pytest.raises(reviewing.NotReviewing):
        write(session, asha, for_whom=ben)


@pytest.mark.parametrize("rating", ["", "x"])
def test_who_is_the_scribe_no_more_does_not_write_over_their_own_review(
    session: Session, programme: Programme, asha: User, ben: User, gita: User, signed_in: SignedIn, rating: str
) -> None:
    write(session, ben, on_rules="Mine alone")
    casting.name_scribe(session=session, by=gita, scribe=ben, now=START)
    assert "Whose review is this?" in words(signed_in(ben).get(url("room", session)))
    casting.name_scribe(session=session, by=gita, scribe=None, now=START)
    response = signed_in(ben).post(url("review", session), {**SENT, "rating": rating, "for_whom": asha.pk})
    assert (response.status_code, Review.objects.get().on_rules) == (409, "Mine alone")
    assert "Your words, not sent We kept to time Shorter" in words(response)


def test_what_somebody_wrote_alone_nobody_writes_over(session: Session, ben: User, gita: User) -> None:
    write(session, ben)
    with pytest.raises(reviewing.NotReviewing):
        write(session, gita, for_whom=ben, on_rules="Otherwise")
    assert Review.objects.get().on_rules == "We kept to time"


def test_the_ground_rules_in_force_stand_beside_it(
    session: Session, learning_set: LearningSet, memberships: dict[str, Membership], ben: User, signed_in: SignedIn
) -> None:
    publish_rules(learning_set, "We begin on time.", agreed_by=list(memberships.values()))
    assert "Our ground rules We begin on time." in words(signed_in(ben).get(url("room", session)))


def test_as_many_queries_for_eight_reviews_as_for_one(
    session: Session, learning_set: LearningSet, ben: User, gita: User, signed_in: SignedIn
) -> None:
    reviewing.show_reviews(session=session, by=gita, now=START)
    counts = []
    for more in (1, 7):
        for number in range(more):
            person = make_user(f"Dev {more}{number}")
            join(learning_set, person)
            write(session, person)
        client = signed_in(ben)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("room", session)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
