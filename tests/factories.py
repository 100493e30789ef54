"""Rows in the states that tests start from. Each is valid by the database's own constraints."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from actions.enums import ActionState
from actions.models import Action
from als_project.users.models import User
from sessions.enums import BidState, SessionState
from sessions.models import Bid, Poll, PollOption, Session, Slot, Stage, Topic
from sets.enums import Ending
from sets.models import Assent, GroundRule, GroundRules, LearningSet, Membership


def make_user(name: str, **fields: Any) -> User:
    return User.objects.create_user(
        fields.pop("email", f"{name.lower().replace(' ', '.')}@example.org"),
        name=name,
        **{"time_zone": "Europe/London", **fields},
    )


def make_set(name: str = "Thursday set", **fields: Any) -> LearningSet:
    return LearningSet.objects.create(name=name, **{"purpose": "Work on what we really face.", **fields})


def join(learning_set: LearningSet, user: User, *, facilitates: bool = False, **fields: Any) -> Membership:
    """A present membership that began a year ago; a facilitator takes no part as a member unless told."""
    return Membership.objects.create(
        learning_set=learning_set,
        user=user,
        **{
            "is_facilitator": facilitates,
            "is_member": not facilitates,
            "joined_at": timezone.now() - timedelta(days=365),
            **fields,
        },
    )


def end(membership: Membership, *, at: datetime | None = None) -> Membership:
    membership.ended_at = at or timezone.now()
    membership.ending = Ending.LEFT
    membership.save(update_fields=["ended_at", "ending"])
    return membership


def publish_rules(learning_set: LearningSet, *texts: str, agreed_by: list[Membership] | None = None) -> GroundRules:
    """The next version of the set's ground rules, agreed to by the memberships given."""
    number = learning_set.ground_rules.published().count() + 1
    rules = GroundRules.objects.create(learning_set=learning_set, number=number, published_at=timezone.now())
    GroundRule.objects.bulk_create(
        GroundRule(ground_rules=rules, category="confidentiality", text=text, position=place)
        for place, text in enumerate(texts or ("What is said here stays here.",))
    )
    Assent.objects.bulk_create(Assent(ground_rules=rules, membership=m) for m in agreed_by or [])
    return rules


def make_session(learning_set: LearningSet, *, days: float = 7, **fields: Any) -> Session:
    """A session `days` from now (negative: ago); pass `state` and its instants for any but a scheduled one."""
    starts_at = fields.pop("starts_at", (timezone.now() + timedelta(days=days)).replace(second=0, microsecond=0))
    return Session.objects.create(
        learning_set=learning_set,
        starts_at=starts_at,
        **{"minutes": 150, "time_zone": learning_set.time_zone, "place": "Room 4", **fields},
    )


def make_closed_session(learning_set: LearningSet, *, days: float = -28, **fields: Any) -> Session:
    starts_at = timezone.now() + timedelta(days=days)
    return make_session(
        learning_set,
        starts_at=starts_at,
        state=SessionState.CLOSED,
        opened_at=starts_at,
        closed_at=starts_at + timedelta(minutes=150),
        **fields,
    )


def make_running_session(learning_set: LearningSet, **fields: Any) -> Session:
    now = timezone.now()
    return make_session(learning_set, starts_at=now, state=SessionState.RUNNING, opened_at=now, **fields)


def make_poll(learning_set: LearningSet, *days: float, **fields: Any) -> Poll:
    """An open poll of dates so many days from now; answers within three days."""
    now = timezone.now().replace(second=0, microsecond=0)
    poll = Poll.objects.create(
        learning_set=learning_set,
        **{
            "minutes": 150,
            "time_zone": learning_set.time_zone,
            "deadline_at": now + timedelta(days=3),
            "nudge_at": now + timedelta(days=2),
            **fields,
        },
    )
    PollOption.objects.bulk_create(PollOption(poll=poll, starts_at=now + timedelta(days=day)) for day in days or (7, 8))
    return poll


def make_bid(session: Session, member: User, headline: str = "A colleague who says no", **fields: Any) -> Bid:
    topic = Topic.objects.create(
        learning_set=session.learning_set,
        owner=member,
        headline=headline,
        question=fields.pop("question", "How can I begin the talk?"),
    )
    return Bid.objects.create(session=session, topic=topic, member=member, **fields)


def make_slot(session: Session, presenter: User, *, position: int = 1, minutes: int = 30, **fields: Any) -> Slot:
    bid = make_bid(session, presenter, state=BidState.CHOSEN)
    return Slot.objects.create(
        session=session, bid=bid, presenter=presenter, position=position, minutes=minutes, **fields
    )


def make_stage(session: Session, *, position: int = 1, slot: Slot | None = None, **fields: Any) -> Stage:
    """A suggestions stage unless told otherwise: members write, the presenter listens."""
    return Stage.objects.create(
        session=session,
        slot=slot,
        position=position,
        **{
            "part": "topic",
            "key": "suggestions",
            "name": "Suggestions",
            "prompt": "What would you try?",
            "speaks": "members",
            "writes": "members",
            "captures": ["suggestion", "experience"],
            "presenter_listens": True,
            "planned_minutes": 15,
            **fields,
        },
    )


def make_action(session: Session, owner: User, what: str = "Talk to my manager", **fields: Any) -> Action:
    """A confirmed, open action; `state=ActionState.PROPOSED` makes a draft."""
    proposed = fields.get("state") == ActionState.PROPOSED
    return Action.objects.create(
        learning_set=session.learning_set,
        session=session,
        owner=owner,
        what=what,
        **{"state": ActionState.OPEN, "confirmed_at": None if proposed else timezone.now(), **fields},
    )
