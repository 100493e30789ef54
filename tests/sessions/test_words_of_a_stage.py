"""What boxes and lists are called while there is nothing in them."""

import pytest

from als_project.users.models import User
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.sessions.pages import url, words
from tests.sessions.room_acts import at_stage

pytestmark = pytest.mark.django_db


def test_the_box_for_ones_own_view_of_the_problem_says_i(
    learning_set: LearningSet, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    learning_set.process = "questions-only"
    learning_set.save(update_fields=["process"])
    stage = at_stage(learning_set, "problem-statements", presenter=asha, by=gita)
    assert "The problem as I see it" in words(signed_in(ben).get(url("room", stage.session)))


@pytest.mark.parametrize("process", ["open-questions", "equal-time"])
@pytest.mark.parametrize("key", ["clarify", "open-questions"])
def test_where_members_ask_it_says_who_answers(
    process: str, key: str, learning_set: LearningSet, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    learning_set.process = process
    learning_set.save(update_fields=["process"])
    session = at_stage(learning_set, key, presenter=asha, by=gita).session
    for person in (asha, ben, gita):
        page = words(signed_in(person).get(url("room", session)))
        assert ("Members ask; Asha answers." in page, "Everyone speaks." in page) == (True, False)


def test_before_anybody_has_written_a_review_it_says_so_in_words(
    learning_set: LearningSet, asha: User, gita: User, signed_in: SignedIn
) -> None:
    stage = at_stage(learning_set, "review", presenter=asha, by=gita)
    page = words(signed_in(gita).get(url("room", stage.session)))
    assert "Nobody has written yet. Each writes alone first" in page
