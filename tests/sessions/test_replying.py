from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from als_project.users.models import User
from sessions.enums import BidState, Reply, SessionState
from sessions.models import Session
from sessions.services import replying
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.factories import make_closed_session, make_running_session, make_session
from tests.sessions.acts import move, offer, schedule
from tests.sessions.pages import words

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


# --- If I can, and why not -----------------------------------------------------------------------


def test_who_comes_if_they_can_keeps_their_topic_and_is_reminded(learning_set: LearningSet, asha: User) -> None:
    session = make_session(learning_set)
    offer(session, asha, now=NOW)
    replying.reply(session=session, by=asha, reply=Reply.IF_I_CAN, now=NOW)
    assert (session.bids.get().state, session.attendances.apologies().count()) == (BidState.OFFERED, 0)


def test_the_reason_goes_with_the_apologies_and_with_them_alone(learning_set: LearningSet, asha: User) -> None:
    session = make_session(learning_set)

    def said(reply: Reply, reason: str | None = None) -> str:
        return replying.reply(session=session, by=asha, reply=reply, now=NOW, reason=reason).reason

    assert said(Reply.APOLOGIES, "My daughter's play") == "My daughter's play"
    # A calendar says it again, and knows no reason.
    assert said(Reply.APOLOGIES) == "My daughter's play"
    assert said(Reply.COMING, "ignored") == ""
    assert said(Reply.APOLOGIES, "Ill") == "Ill"
    assert said(Reply.APOLOGIES, "") == ""


def test_a_moved_session_forgets_reasons(learning_set: LearningSet, asha: User, gita: User) -> None:
    session = schedule(learning_set, gita, now=NOW)
    replying.reply(session=session, by=asha, reply=Reply.APOLOGIES, now=NOW, reason="Ill")
    move(session, gita, now=NOW, starts_at=session.starts_at + timedelta(days=1))
    assert (session.attendances.get().reply, session.attendances.get().reason) == ("", "")


def test_the_database_holds_no_reason_in_clear(learning_set: LearningSet, asha: User) -> None:
    session = make_session(learning_set)
    replying.reply(session=session, by=asha, reply=Reply.APOLOGIES, now=NOW, reason="My daughter's play")
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM als_sessions_attendance")
        (kept,) = cursor.fetchone()
    assert (kept.startswith("gAAAA"), "daughter" in kept) == (True, False)


def test_only_who_looks_after_the_set_and_oneself_read_the_reason(
    learning_set: LearningSet, gita: User, asha: User, ben: User, signed_in: SignedIn
) -> None:
    session = make_session(learning_set)
    path = f"/sessions/{session.pk}/"
    signed_in(asha).post(f"{path}reply/", {"reply": "apologies", "reason": "My daughter's play"})
    seen = {person.name: "My daughter's play" in words(signed_in(person).get(path)) for person in (gita, asha, ben)}
    assert seen == {"Gita": True, "Asha": True, "Ben": False}
    assert "My daughter's play" in signed_in(asha).get("/account/data/").content.decode()
    assert "My daughter's play" not in signed_in(gita).get("/account/data/").content.decode()


def test_a_reason_of_five_hundred_letters_at_most(learning_set: LearningSet, asha: User, signed_in: SignedIn) -> None:
    session = make_session(learning_set)
    signed_in(asha).post(f"/sessions/{session.pk}/reply/", {"reply": "apologies", "reason": "x" * 501})
    assert session.attendances.count() == 0
