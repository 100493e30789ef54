"""The balance on the set's page: drawn by the server, for who may read what is said in the set."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from als_project.users.models import User
from sets.models import LearningSet, Membership
from tests.cast import SignedIn
from tests.factories import join, make_user, publish_rules
from tests.sessions.pages import words
from tests.sessions.room_acts import START, at_stage, close


@pytest.fixture
def heard(learning_set: LearningSet, asha: User, gita: User) -> LearningSet:
    """Asha was heard for 20 minutes at the only session so far."""
    stage = at_stage(learning_set, "bring-to-life", presenter=asha, by=gita)
    close(stage.session, gita, now=START + timedelta(minutes=20))
    return learning_set


def test_it_tells_how_long_since_each_was_heard_and_for_how_long(
    heard: LearningSet, ben: User, signed_in: SignedIn
) -> None:
    page = words(signed_in(ben).get(heard.get_absolute_url()))
    assert "Minutes in the last 6 sessions Asha 0 20 Ben not heard yet in 1 session 0" in page


def test_the_bars_are_drawn_to_the_longest(heard: LearningSet, ben: User, signed_in: SignedIn) -> None:
    page = signed_in(ben).get(heard.get_absolute_url()).content.decode()
    assert [f'class="bar-share" width="{share}"' in page for share in (100, 0)] == [True, True]


def test_before_any_session_there_is_none(learning_set: LearningSet, ben: User, signed_in: SignedIn) -> None:
    assert "The balance" not in words(signed_in(ben).get(learning_set.get_absolute_url()))


def test_who_has_yet_to_agree_does_not_read_it(
    heard: LearningSet, memberships: dict[str, Membership], ben: User, signed_in: SignedIn
) -> None:
    publish_rules(heard, agreed_by=[memberships["Asha"]])
    assert "The balance" not in words(signed_in(ben).get(heard.get_absolute_url()))


def test_as_many_queries_for_eight_members_as_for_two(heard: LearningSet, ben: User, signed_in: SignedIn) -> None:
    counts = []
    for more in (0, 6):
        for number in range(more):
            join(heard, make_user(f"Dev {number}"))
        client = signed_in(ben)
        with CaptureQueriesContext(connection) as queries:
            assert "The balance" in words(client.get(heard.get_absolute_url()))
        counts.append(len(queries))
    assert counts[0] == counts[1]
