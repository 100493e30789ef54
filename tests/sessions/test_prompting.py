from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.enums import Reply, SessionState
from sessions.models import Session
from sessions.services import bidding, prompting, replying
from sessions.services.prompting import queue_prompts
from sets.models import LearningSet, Membership
from tests.factories import end, join, make_session, make_set, make_user
from tests.sessions.acts import move, offer, schedule, told

STARTS = datetime(2026, 10, 13, 13, 0, tzinfo=UTC)
PROMPT, NUDGE, REMINDER = "sessions.topic_prompt", "sessions.topic_nudge", "sessions.reminder"
MEMBERS, EVERYONE = ["Asha", "Ben"], ["Asha", "Ben", "Gita"]
SECOND = timedelta(seconds=1)


def before(**time: float) -> datetime:
    return STARTS - timedelta(**time)


@pytest.fixture
def session(learning_set: LearningSet, gita: User) -> Session:
    """Scheduled long before it starts."""
    return schedule(learning_set, gita, now=before(days=30), starts_at=STARTS)


def asked() -> dict[str, list[str]]:
    return {kind: told(kind) for kind in (PROMPT, NUDGE, REMINDER) if told(kind)}


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (before(days=7) - SECOND, {}),
        (before(days=7), {PROMPT: MEMBERS}),
        (before(days=2) - SECOND, {PROMPT: MEMBERS}),
        (before(days=2), {NUDGE: MEMBERS}),
        (before(hours=36) - SECOND, {NUDGE: MEMBERS}),
        (before(hours=36), {}),
        (before(days=1) - SECOND, {}),
        (before(days=1), {REMINDER: EVERYONE}),
        (before(minutes=1), {REMINDER: EVERYONE}),
        (STARTS, {}),
        (STARTS + timedelta(days=1), {}),
    ],
)
def test_each_prompt_has_its_window(now: datetime, expected: dict[str, list[str]]) -> None:
    """One tick after a long silence catches up with the one message that fits, and never asks twice."""
    queue_prompts(now=now)
    assert asked() == expected


@pytest.mark.usefixtures("session")
def test_every_prompt_is_queued_once_however_often_the_clock_ticks() -> None:
    added = [queue_prompts(now=before(hours=hours)) for hours in range(180, 0, -3) for _again in range(2)]
    assert asked() == {PROMPT: MEMBERS, NUDGE: MEMBERS, REMINDER: EVERYONE}
    assert sum(added) == 7


@pytest.mark.usefixtures("session")
def test_prompts_are_due_at_once() -> None:
    queue_prompts(now=before(days=7))
    assert set(Message.objects.filter(kind=PROMPT).values_list("due_at", flat=True)) == {before(days=7)}


@pytest.mark.parametrize("days", [7, 2])
def test_who_has_offered_is_not_asked(session: Session, asha: User, days: int) -> None:
    offer(session, asha, now=before(days=8))
    queue_prompts(now=before(days=days))
    assert asked() == {PROMPT if days == 7 else NUDGE: ["Ben"]}


@pytest.mark.parametrize("days", [7, 2])
def test_who_wants_nothing_this_time_is_not_asked(session: Session, asha: User, days: int) -> None:
    bidding.want_nothing(session=session, by=asha, now=before(days=8))
    queue_prompts(now=before(days=days))
    assert asked() == {PROMPT if days == 7 else NUDGE: ["Ben"]}


@pytest.mark.parametrize(("days", "kind"), [(7, PROMPT), (2, NUDGE), (1, REMINDER)])
def test_who_sent_apologies_is_neither_asked_nor_reminded(session: Session, asha: User, days: int, kind: str) -> None:
    replying.reply(session=session, by=asha, reply=Reply.APOLOGIES, now=before(days=8))
    queue_prompts(now=before(days=days))
    assert asked() == {kind: [name for name in (EVERYONE if kind == REMINDER else MEMBERS) if name != "Asha"]}


def test_who_withdrew_is_asked_again(session: Session, asha: User) -> None:
    bid = offer(session, asha, now=before(days=8))
    bidding.withdraw_bid(bid=bid, by=asha, now=before(days=8))
    queue_prompts(now=before(days=7))
    assert asked() == {PROMPT: MEMBERS}


@pytest.mark.usefixtures("session")
def test_who_left_is_not_written_to(memberships: dict[str, Membership]) -> None:
    end(memberships["Ben"])
    queue_prompts(now=before(days=7))
    queue_prompts(now=before(days=1))
    assert asked() == {PROMPT: ["Asha"], REMINDER: ["Asha", "Gita"]}


@pytest.mark.usefixtures("session")
def test_a_closed_account_is_not_written_to(asha: User) -> None:
    asha.is_active = False
    asha.save(update_fields=["is_active"])
    queue_prompts(now=before(days=1))
    assert asked() == {REMINDER: ["Ben", "Gita"]}


@pytest.mark.usefixtures("session")
def test_a_facilitator_who_is_also_a_member_is_asked(memberships: dict[str, Membership]) -> None:
    memberships["Gita"].is_member = True
    memberships["Gita"].save(update_fields=["is_member"])
    queue_prompts(now=before(days=7))
    assert asked() == {PROMPT: EVERYONE}


@pytest.mark.parametrize("state", [SessionState.RUNNING, SessionState.CLOSED, SessionState.CANCELLED])
def test_only_a_scheduled_session_is_spoken_of(learning_set: LearningSet, state: SessionState) -> None:
    make_session(
        learning_set,
        starts_at=STARTS,
        state=state,
        opened_at=STARTS,
        closed_at=STARTS if state == SessionState.CLOSED else None,
        cancelled_at=STARTS if state == SessionState.CANCELLED else None,
    )
    assert [queue_prompts(now=before(days=days)) for days in (7, 2, 1)] == [0, 0, 0]


def test_a_process_without_bids_asks_for_no_topic(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompting, "processes_with_bids", lambda: ["open-questions"])
    assert session.learning_set.process == "topics-and-suggestions"
    for days in (7, 2, 1):
        queue_prompts(now=before(days=days))
    assert asked() == {REMINDER: EVERYONE}


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        # When, in hours before the session, each message is queued.
        ({"days": 30}, {PROMPT: 168, NUDGE: 48, REMINDER: 24}),
        ({"days": 3}, {PROMPT: 72, NUDGE: 48, REMINDER: 24}),
        ({"days": 2.5}, {PROMPT: 60, REMINDER: 24}),
        ({"days": 2}, {NUDGE: 48, REMINDER: 24}),
        ({"hours": 25}, {REMINDER: 13}),
        ({"hours": 20}, {REMINDER: 8}),
        ({"hours": 12}, {}),
        ({"hours": 1}, {}),
    ],
)
def test_a_session_at_short_notice_is_caught_up_with_without_haste(
    learning_set: LearningSet, gita: User, ahead: dict[str, float], expected: dict[str, int]
) -> None:
    schedule(learning_set, gita, now=before(**ahead), starts_at=STARTS)
    # All that is reckoned in days falls on one in six hours.
    ticks = range(min(174, int(timedelta(**ahead) / timedelta(hours=1))), -1, -6 if "days" in ahead else -1)
    for hours in ticks:
        queue_prompts(now=before(hours=hours))
    queued = Message.objects.filter(kind__in=[PROMPT, NUDGE, REMINDER]).values_list("kind", "due_at").distinct()
    assert {kind: (STARTS - due_at) / timedelta(hours=1) for kind, due_at in queued} == expected


def test_a_moved_session_is_prompted_and_reminded_for_its_new_date(session: Session, gita: User) -> None:
    queue_prompts(now=before(days=7))
    later = STARTS + timedelta(days=21)
    moved = move(session, gita, now=before(days=6), starts_at=later)
    assert queue_prompts(now=before(days=6)) == 0
    assert queue_prompts(now=later - timedelta(days=7)) == 2
    keys = set(Message.objects.filter(kind=PROMPT, to__name="Asha").values_list("key", flat=True))
    assert keys == {prompting.key_for(PROMPT, s, User.objects.get(name="Asha")) for s in (session, moved)}


def test_a_tick_costs_the_same_for_one_session_and_for_thirty(learning_set: LearningSet) -> None:
    """Besides one insert for each session that has something new to say."""

    def ask(**window: Any) -> int:
        with CaptureQueriesContext(connection, **window) as queries:
            queue_prompts(now=before(days=7))
        return len([q for q in queries.captured_queries if "INSERT" not in q["sql"]])

    make_session(learning_set, starts_at=STARTS)
    first = ask()
    for number in range(30):
        other = make_set(f"Set {number}")
        join(other, make_user(f"Member {number}"))
        make_session(other, starts_at=STARTS)
    assert ask() == first
    assert len(told(PROMPT)) == 32
