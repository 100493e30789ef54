"""Whom the sentences of the weekly view count, and who hears which: on a Friday, of the Wednesday after."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from als_project.users.models import User
from sessions.enums import Reply
from sessions.models import Attendance, Session
from sets.attention import attention_for
from tests.factories import (
    end,
    join,
    make_action,
    make_closed_session,
    make_running_session,
    make_session,
    make_user,
    publish_rules,
)

FRIDAY = datetime(2027, 6, 4, 12, 0, tzinfo=UTC)
TWO_ARE_SILENT = "Wednesday 9 June 2027: 2 people have not said whether they are coming."
NO_TOPIC = "Wednesday 9 June 2027: no topic has been offered yet."


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(FRIDAY, tick=False):
        yield


@pytest.fixture
def ahead(learning_set):
    return make_session(learning_set, days=5)


def reply(session, *people):
    for person in people:
        Attendance.objects.create(session=session, user=person, reply=Reply.COMING)


def sentences(user):
    return [sentence for _set, found in attention_for(user, now=FRIDAY) for sentence in found]


def test_silent_are_those_who_are_there_and_have_not_replied(ahead, learning_set, gita, asha, ben, memberships):
    """Asha, who replied, has left; Ben has closed his account; of Dora and Emil nobody has heard."""
    reply(ahead, gita, asha)
    end(memberships["Asha"])
    User.objects.filter(pk=ben.pk).update(is_active=False)
    for name in ("Dora", "Emil"):
        join(learning_set, make_user(name))
    assert sentences(gita) == [TWO_ARE_SILENT, NO_TOPIC]


def test_who_has_not_agreed_to_the_rules_hears_nothing_that_waits_for_it(
    ahead, learning_set, gita, asha, ben, memberships
):
    reply(ahead, gita)
    make_action(make_closed_session(learning_set), asha)
    owed = "1 person has not reported back since the last session."
    assert sentences(gita) == [owed, TWO_ARE_SILENT, NO_TOPIC]
    publish_rules(learning_set, agreed_by=[memberships["Asha"], memberships["Ben"]])
    assert sentences(gita) == ["1 person has yet to agree to the ground rules.", TWO_ARE_SILENT]


LEFT_OPEN = "Wednesday 2 June 2027: the session has not been closed."


@pytest.mark.parametrize(("days", "expected"), [(-2, [LEFT_OPEN]), (0, [])])
def test_a_session_that_was_left_open_is_named(learning_set, gita, days, expected):
    session = make_running_session(learning_set)
    Session.objects.filter(pk=session.pk).update(starts_at=FRIDAY + timedelta(days=days))
    assert sentences(gita) == expected
