"""Asking for topics, and reminding, in good time before a session and once each.

| message       | when, before the session | to whom                                                          |
| ------------- | ------------------------ | ---------------------------------------------------------------- |
| topic prompt  | 7 days                   | members without a bid, “nothing this time” or apologies          |
| topic nudge   | 2 days                   | the same, unless prompted within the last day                    |
| reminder      | 1 day                    | everyone but those who sent apologies, unless told of this date  |
|               |                          | within the last twelve hours                                     |

Each has a window rather than an instant: a beat that was down, or a session scheduled at short notice, catches up at
the next tick. The windows don't touch, so one tick asks a person once; nobody is asked for a topic in the last day and
a half, when the reminder says the same with less haste.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from als_project.outbox import services as outbox
from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.models import Attendance, Bid, Session
from sets.models import Membership
from sets.processes.loader import all_processes

TOLD_OF_DATE = ("sessions.scheduled", "sessions.moved")


@dataclass(frozen=True)
class Prompt:
    """A kind of message, its window before the session, and which earlier messages it keeps a distance from."""

    kind: str
    opens: timedelta
    shuts: timedelta
    asks_for_topic: bool
    rests_after: tuple[str, ...] = ()
    rest: timedelta = timedelta(0)


PROMPTS = (
    Prompt("sessions.topic_prompt", timedelta(days=7), timedelta(days=2), asks_for_topic=True),
    Prompt(
        "sessions.topic_nudge",
        timedelta(days=2),
        timedelta(hours=36),
        asks_for_topic=True,
        rests_after=("sessions.topic_prompt",),
        rest=timedelta(days=1),
    ),
    Prompt(
        "sessions.reminder",
        timedelta(days=1),
        timedelta(0),
        asks_for_topic=False,
        rests_after=TOLD_OF_DATE,
        rest=timedelta(hours=12),
    ),
)


@transaction.atomic
def queue_prompts(*, now: datetime) -> int:
    """Every prompt that is due stands in the outbox, once a person, kind and date. Returns how many were added."""
    return sum(_queue(prompt, now=now) for prompt in PROMPTS)


def _queue(prompt: Prompt, *, now: datetime) -> int:
    """The same few queries for one session and for a thousand."""
    sessions = _sessions_in_window(prompt, now=now)
    expected = _expected(sessions, members_only=prompt.asks_for_topic)
    settled = _settled(sessions, topics=prompt.asks_for_topic)
    due = {
        session: [user for user in expected[session.learning_set_id] if (session.pk, user.pk) not in settled]
        for session in sessions
    }
    silent = _not_to_be_written_to(prompt, due, now=now)
    count = 0
    for session, people in due.items():
        addressed = [user for user in people if key_for(prompt.kind, session, user) not in silent]
        if addressed:
            outbox.post_to_each(addressed, kind=prompt.kind, cause=session.occasion, about=session.pk, due_at=now)
            count += len(addressed)
    return count


def key_for(kind: str, session: Session, user: User) -> str:
    """The key under which the outbox holds this kind of message for this session's present date and this person."""
    return f"{kind}:{session.occasion}:to:{user.pk}"


def processes_with_bids() -> list[str]:
    return [process.slug for process in all_processes() if process.uses_bids]


def _sessions_in_window(prompt: Prompt, *, now: datetime) -> list[Session]:
    sessions = Session.objects.scheduled_between(now + prompt.shuts, now + prompt.opens).exclude(
        starts_at=now + prompt.shuts
    )
    if prompt.asks_for_topic:
        sessions = sessions.filter(learning_set__process__in=processes_with_bids())
    return list(sessions)


def _expected(sessions: Iterable[Session], *, members_only: bool) -> dict[int, list[User]]:
    """The present people of each set, by the set's id."""
    memberships = Membership.objects.present().filter(learning_set__in={s.learning_set_id for s in sessions})
    if members_only:
        memberships = memberships.members()
    people: dict[int, list[User]] = defaultdict(list)
    for membership in memberships.filter(user__is_active=True).select_related("user"):
        people[membership.learning_set_id].append(membership.user)
    return people


def _settled(sessions: Iterable[Session], *, topics: bool) -> set[tuple[int, int]]:
    """Session and person: those whom there is nothing to ask or remind of."""
    said = Attendance.objects.filter(session__in=sessions)
    if not topics:
        return set(said.apologies().values_list("session", "user"))
    declined = said.declining_topics().values_list("session", "user")
    offered = Bid.objects.standing().filter(session__in=sessions).values_list("session", "member")
    return {*declined, *offered}


def _not_to_be_written_to(prompt: Prompt, due: dict[Session, list[User]], *, now: datetime) -> set[str]:
    """Keys of this prompt that stand in the outbox already, or would follow too closely on another message."""
    key_of: dict[str, str] = {}
    for kind in (prompt.kind, *prompt.rests_after):
        for session, people in due.items():
            key_of.update({key_for(kind, session, user): key_for(prompt.kind, session, user) for user in people})
    found = Message.objects.filter(Q(kind=prompt.kind) | Q(due_at__gt=now - prompt.rest), key__in=key_of)
    return {key_of[key] for key in found.values_list("key", flat=True)}
