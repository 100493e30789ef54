from datetime import UTC, datetime

import pytest

from als_project.users.models import User
from sessions.enums import Reply, SessionState
from sessions.models import Session
from sessions.services import replying
from sets.models import LearningSet
from tests.factories import make_closed_session, make_running_session, make_session

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


def test_the_last_word_counts(learning_set: LearningSet, asha: User) -> None:
    session = make_session(learning_set)
    replying.reply(session=session, by=asha, reply=Reply.APOLOGIES, now=NOW)
    replying.reply(session=session, by=asha, reply=Reply.COMING, now=NOW)
    attendance = session.attendances.get()
    assert (attendance.user, attendance.reply, attendance.replied_at) == (asha, Reply.COMING, NOW)


def late_sessions(learning_set: LearningSet) -> list[Session]:
    cancelled = make_session(learning_set, days=20, state=SessionState.CANCELLED, cancelled_at=NOW)
    return [make_running_session(learning_set), make_closed_session(learning_set), cancelled]


def test_only_a_session_to_come_is_replied_to(learning_set: LearningSet, asha: User) -> None:
    for session in late_sessions(learning_set):
        with pytest.raises(replying.TooLateToReply):
            replying.reply(session=session, by=asha, reply=Reply.COMING, now=NOW)
        assert session.attendances.count() == 0
