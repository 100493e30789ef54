"""Asking for topics, and reminding, in good time before a session and once each.

| message       | when, before the session        | to whom                                                          |
| ------------- | ------------------------------- | ---------------------------------------------------------------- |
| topic prompt  | `topic_prompt_days` of the set  | members without a bid, “nothing this time” or apologies          |
| topic nudge   | `topic_nudge_days`              | the same, unless prompted within the last day                    |
| reminder      | `reminder_days`                 | everyone but those who sent apologies, unless told of this date  |
|               |                                 | within the last twelve hours                                     |

Each has a window rather than an instant: a beat that was down, or a session scheduled at short notice, catches up at
the next tick. The windows don't touch, so one tick asks a person once; nobody is asked for a topic in the half day
before the reminder, which says the same with less haste. They are reckoned at each tick, so other lead times count at
once; what has been sent for a date is not sent again.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import (
    CharField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat

from als_project.outbox import services as outbox
from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.models import Attendance, Bid, Session
from sessions.models.session import SessionQuerySet
from sets.models import LONGEST_LEAD
from sets.processes.loader import all_processes

TOLD_OF_DATE = ("sessions.scheduled", "sessions.moved")
DAY, HALF_A_DAY = timedelta(days=1), timedelta(hours=12)


def lead(days: str) -> Combinable:
    """A set's lead time as an interval; null where the set wants no such message."""
    whole = Cast(
        F(f"learning_set__{days}"), IntegerField()
    )  # SQLite multiplies no other kind of number with a duration
    return ExpressionWrapper(whole * Value(DAY, DurationField()), DurationField())


def _before_reminder() -> Combinable:
    return Coalesce(ExpressionWrapper(lead("reminder_days") + Value(HALF_A_DAY), DurationField()), Value(HALF_A_DAY))


@dataclass(frozen=True)
class Prompt:
    """A kind of message, its window before the session, and which earlier messages it keeps a distance from."""

    kind: str
    opens: Combinable
    shuts: Combinable
    asks_for_topic: bool
    rests_after: tuple[str, ...] = ()
    rest: timedelta = timedelta(0)


PROMPTS = (
    Prompt(
        "sessions.topic_prompt",
        lead("topic_prompt_days"),
        Coalesce(lead("topic_nudge_days"), _before_reminder()),
        asks_for_topic=True,
    ),
    Prompt(
        "sessions.topic_nudge",
        lead("topic_nudge_days"),
        _before_reminder(),
        asks_for_topic=True,
        rests_after=("sessions.topic_prompt",),
        rest=DAY,
    ),
    Prompt(
        "sessions.reminder",
        lead("reminder_days"),
        Value(timedelta(0)),
        asks_for_topic=False,
        rests_after=TOLD_OF_DATE,
        rest=HALF_A_DAY,
    ),
)


@transaction.atomic
def queue_prompts(*, now: datetime) -> int:
    """Every prompt that is due stands in the outbox, once a person, kind and date. Returns how many were added."""
    return sum(post_due(due_now(prompt, now=now), kind=prompt.kind, now=now) for prompt in PROMPTS)


def post_due(found: Iterable[Session], *, kind: str, now: datetime) -> int:
    """Queue this kind of message for the `person` of each session found. Returns how many there were.

    One question for the people, however many sessions there are: only what is to be written came back.
    """
    due: dict[Session, list[int]] = defaultdict(list)
    for session in found:
        due[session].append(session.person)  # type: ignore[attr-defined]  # annotated
    people = User.objects.in_bulk({person for persons in due.values() for person in persons})
    for session, persons in due.items():
        addressed = [people[person] for person in persons]
        outbox.post_to_each(addressed, kind=kind, cause=session.occasion, about=session.pk, due_at=now)
    return sum(map(len, due.values()))


def due_now(prompt: Prompt, *, now: datetime) -> SessionQuerySet:
    """A session once for each `person` who is to have this message about its date now, and has it not."""
    sessions = for_each_person(in_window(now, opens=prompt.opens, shuts=prompt.shuts), members=prompt.asks_for_topic)
    said = Attendance.objects.filter(session=OuterRef("pk"), user=OuterRef("person"))
    if prompt.asks_for_topic:
        offered = Bid.objects.standing().filter(session=OuterRef("pk"), member=OuterRef("person"))
        sessions = sessions.filter(~Exists(said.declining_topics()), ~Exists(offered))
        sessions = sessions.filter(learning_set__process__in=processes_with_bids())
    else:
        sessions = sessions.filter(~Exists(said.apologies()))
    for kind in prompt.rests_after:
        sessions = sessions.filter(~Exists(stands_in_outbox(kind).filter(due_at__gt=now - prompt.rest)))
    return not_in_outbox(sessions, prompt.kind)


def for_each_person(sessions: SessionQuerySet, *, members: bool = False) -> SessionQuerySet:
    """A session once for each present `person` of its set, or each member."""
    people = {"learning_set__memberships__ended_at": None, "learning_set__memberships__user__is_active": True}
    roles = {"learning_set__memberships__is_member": True} if members else {}
    return sessions.filter(**people, **roles).annotate(person=F("learning_set__memberships__user"))


def not_in_outbox(sessions: SessionQuerySet, kind: str) -> SessionQuerySet:
    """Without those whose `person` has this message already. Its key is looked up by the index."""
    return sessions.filter(~Exists(stands_in_outbox(kind))).order_by("pk")


def in_window(now: datetime, *, opens: Combinable, shuts: Combinable) -> SessionQuerySet:
    """Scheduled sessions that start no later than `opens` from now, and later than `shuts`."""
    near = Session.objects.scheduled_between(now, now + timedelta(days=LONGEST_LEAD))
    return near.filter(starts_at__lte=_from(now, opens), starts_at__gt=_from(now, shuts))


def stands_in_outbox(kind: str) -> "QuerySet[Message]":
    """The message of this kind about the outer session's present date to its `person`, if it was ever queued."""
    session, revision, person = (Cast(OuterRef(column), CharField()) for column in ("pk", "revision", "person"))
    key = Concat(Value(f"{kind}:session:"), session, Value(":r"), revision, Value(":to:"), person)
    return Message.objects.filter(key=key)


def key_for(kind: str, session: Session, user: User) -> str:
    """That key: under it the outbox holds this kind of message for this session's present date and this person."""
    return f"{kind}:{session.occasion}:to:{user.pk}"


def processes_with_bids() -> list[str]:
    return [process.slug for process in all_processes() if process.uses_bids]


def _from(now: datetime, ahead: Combinable) -> Combinable:
    return ExpressionWrapper(Value(now, DateTimeField()) + ahead, DateTimeField())
