"""Each set's own lead times, and that what is due is found by indexes however much there is besides."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.models import Session
from sessions.services import prompting
from sessions.services.prompting import PROMPTS, queue_prompts
from sets.models import LearningSet
from sets.services.founding import change_set
from tests.sessions.acts import schedule

STARTS = datetime(2026, 10, 13, 13, 0, tzinfo=UTC)
PROMPT, NUDGE, REMINDER = "sessions.topic_prompt", "sessions.topic_nudge", "sessions.reminder"
# In hours before the session, with a tick an hour.
TICKS = range(24 * 28, -1, -1)


@pytest.fixture
def session(learning_set: LearningSet, gita: User) -> Session:
    return schedule(learning_set, gita, now=STARTS - timedelta(days=40), starts_at=STARTS)


def choose(learning_set: LearningSet, gita: User, **days: int | None) -> None:
    change_set(learning_set=learning_set, by=gita, now=STARTS, **days)


def tick(hours: range) -> None:
    for hour in hours:
        queue_prompts(now=STARTS - timedelta(hours=hour))


def to_asha() -> list[tuple[str, float]]:
    """What Asha was sent, and how many days ahead."""
    sent = Message.objects.filter(kind__in=[PROMPT, NUDGE, REMINDER], to__name="Asha").order_by("due_at")
    return [(message.kind, (STARTS - message.due_at) / timedelta(days=1)) for message in sent]


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((14, 5, 3), [(PROMPT, 14), (NUDGE, 5), (REMINDER, 3)]),
        ((7, None, 1), [(PROMPT, 7), (REMINDER, 1)]),
        ((7, 2, None), [(PROMPT, 7), (NUDGE, 2)]),
        ((None, 4, 1), [(NUDGE, 4), (REMINDER, 1)]),
        ((28, None, None), [(PROMPT, 28)]),
        ((None, None, None), []),
    ],
)
def test_each_set_has_its_own(
    learning_set: LearningSet, gita: User, days: tuple[int | None, ...], expected: list[tuple[str, float]]
) -> None:
    choose(
        learning_set, gita, **dict(zip(("topic_prompt_days", "topic_nudge_days", "reminder_days"), days, strict=True))
    )
    tick(TICKS[::12])
    assert to_asha() == expected


@pytest.mark.usefixtures("session")
def test_a_longer_lead_counts_at_once_for_what_is_scheduled(learning_set: LearningSet, gita: User) -> None:
    tick(range(240, 239, -1))
    assert to_asha() == []
    choose(learning_set, gita, topic_prompt_days=14)
    tick(range(239, 238, -1))
    assert to_asha() == [(PROMPT, 239 / 24)]


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("later", [3, 14])
def test_what_was_sent_is_not_sent_again_under_other_lead_times(
    learning_set: LearningSet, gita: User, later: int
) -> None:
    tick(range(168, 160, -1))
    choose(learning_set, gita, topic_prompt_days=later)
    tick(range(160, -1, -4))
    assert to_asha() == [(PROMPT, 7), (NUDGE, 2), (REMINDER, 1)]


@pytest.mark.parametrize("prompt", PROMPTS, ids=[prompt.kind for prompt in PROMPTS])
def test_what_is_due_is_found_by_indexes(learning_set: LearningSet, prompt: prompting.Prompt) -> None:
    """Among many sessions and messages: neither is looked through, and what comes back is only what is to be sent."""
    dates = [STARTS + timedelta(days=28 * month) for month in range(-1500, 1500)]
    fields = {"learning_set": learning_set, "minutes": 150, "time_zone": "Europe/London"}
    Session.objects.bulk_create(Session(starts_at=starts_at, **fields) for starts_at in dates)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_message (key, kind, address, sealed, urgent, created_at, due_at, attempts,"
            " dropped_because, parked_because) SELECT 'old:' || n, 'old', 'a@example.org', '', false, now(), now(), 0,"
            " '', '' FROM generate_series(1, 20000) n"
        )
        cursor.execute("ANALYZE als_sessions_session, outbox_message")
    plan = prompting.due_now(prompt, now=STARTS - timedelta(hours=20)).explain()
    assert "sessions_scheduled" in plan
    assert "outbox_message_key" in plan
    assert [line for line in plan.splitlines() if "Seq Scan" in line and ("session " in line or "outbox" in line)] == []
