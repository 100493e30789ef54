"""The review of a session may look back on the cycle: half-way through it, and at its end."""

from datetime import datetime

import pytest
from django.utils import timezone

from als_project.users.models import User
from sessions.enums import LooksBack
from sessions.models import Review, Session
from sessions.services import reviewing
from sessions.services.looking_back import StagesStand, look_back
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.factories import make_closed_session
from tests.sessions.pages import url, words
from tests.sessions.room_acts import close, go_to, opened

pytestmark = pytest.mark.django_db
MID = {"on": LooksBack.SO_FAR.value}


def now() -> datetime:
    return timezone.now()


def test_who_looks_after_the_set_says_so_and_everybody_reads_it(
    soon: Session, gita: User, asha: User, signed_in: SignedIn
) -> None:
    page = words(signed_in(gita).get(url("looks_back", soon)))
    assert "this session: 5 minutes" in page
    assert "the cycle so far: 20 minutes" in page
    assert "the whole cycle: 30 minutes" in page
    answer = words(signed_in(gita).post(url("looks_back", soon), MID, follow=True))
    assert "The review looks back on the cycle so far." in answer
    assert "of the cycle so far: think of what the set has given you" in words(
        signed_in(asha).get(soon.get_absolute_url())
    )
    assert signed_in(asha).post(url("looks_back", soon), MID).status_code == 403


def test_a_usual_session_says_nothing_of_it(soon: Session, asha: User, signed_in: SignedIn) -> None:
    assert "think of what the set has given you" not in words(signed_in(asha).get(soon.get_absolute_url()))


def test_another_word_is_refused_beside_the_field(soon: Session, gita: User, signed_in: SignedIn) -> None:
    answer = signed_in(gita).post(url("looks_back", soon), {"on": "choose"})
    assert answer.status_code == 422
    assert "is not one of the available choices" in words(answer)


@pytest.mark.parametrize(
    ("on", "name", "minutes", "asked"),
    [
        (LooksBack.SESSION, "Review", 5, "What helped?"),
        (LooksBack.SO_FAR, "Mid-cycle review", 20, "What has the set given me so far?"),
        (LooksBack.ALL, "Looking back", 30, "What have I learned, and what is different now?"),
    ],
)
def test_the_room_holds_such_a_review(
    soon: Session, gita: User, ben: User, signed_in: SignedIn, on: LooksBack, name: str, minutes: int, asked: str
) -> None:
    opened(look_back(session=soon, by=gita, on=on), gita, now=now())
    stage = go_to(soon, on.value, gita, now=now())
    assert (stage.name, stage.planned_minutes) == (name, minutes)
    page = words(signed_in(ben).get(url("room", soon)))
    assert asked in page
    signed_in(ben).post(url("review", soon), {"what_helped": "I ask before I answer"})
    assert Review.objects.get().what_helped == "I ask before I answer"


def test_the_record_reads_under_the_same_questions(soon: Session, gita: User, ben: User, signed_in: SignedIn) -> None:
    opened(look_back(session=soon, by=gita, on=LooksBack.ALL), gita, now=now())
    go_to(soon, "review-of-all", gita, now=now())
    said = {"on_rules": "", "what_helped": "I ask first", "next_time": "By ourselves"}
    reviewing.save_review(session=soon, by=ben, now=now(), **said)
    close(soon, gita, now=now())
    page = words(signed_in(gita).get(soon.get_absolute_url()))
    assert "Ben What I have learned I ask first How we might go on By ourselves" in page


def test_the_sets_own_minutes_for_a_usual_review_stay(soon: Session, learning_set: LearningSet, gita: User) -> None:
    learning_set.tailoring = {learning_set.process: {"closing.review": {"minutes": 9}}}
    learning_set.save(update_fields=["tailoring"])
    opened(Session.objects.get(pk=soon.pk), gita, now=now())
    assert go_to(soon, "review", gita, now=now()).planned_minutes == 9


@pytest.mark.parametrize("state", ["running", "closed"])
def test_once_it_is_opened_it_stands(
    soon: Session, learning_set: LearningSet, gita: User, signed_in: SignedIn, state: str
) -> None:
    session = soon if state == "running" else make_closed_session(learning_set)
    if state == "running":
        opened(soon, gita, now=now())
    with pytest.raises(StagesStand):
        look_back(session=session, by=gita, on=LooksBack.ALL)
    answer = words(signed_in(gita).post(url("looks_back", session), MID, follow=True))
    assert "so its review stays what it was" in answer
    assert Session.objects.get(pk=session.pk).looks_back_on == LooksBack.SESSION
