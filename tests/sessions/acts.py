"""What people do before a session, said shortly."""

from datetime import datetime, timedelta
from typing import Any

from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.balance import Turn, turns_of
from sessions.enums import Urgency
from sessions.models import Bid, Session
from sessions.services import bidding, scheduling
from sets.models import LearningSet


def schedule(learning_set: LearningSet, by: User, *, now: datetime, days: float = 14, **fields: Any) -> Session:
    return scheduling.schedule_session(
        learning_set=learning_set,
        by=by,
        now=now,
        **{
            "starts_at": now + timedelta(days=days),
            "minutes": 120,
            "time_zone": "Europe/London",
            "place": "Room 4",
            "link": "",
            "facilitator": by,
            **fields,
        },
    )


def move(session: Session, by: User, *, now: datetime, **fields: Any) -> Session:
    same = ("starts_at", "minutes", "time_zone", "place", "link")
    return scheduling.move_session(
        session=session, by=by, now=now, **{**{name: getattr(session, name) for name in same}, **fields}
    )


def offer(session: Session, by: User, *, now: datetime, headline: str = "My team talks past me", **fields: Any) -> Bid:
    return bidding.offer_topic(
        session=session,
        by=by,
        now=now,
        **{"headline": headline, "question": "", "urgency": Urgency.SOON, "minutes_wanted": 30, **fields},
    )


def told(kind: str) -> list[str]:
    """Who has a message of this kind waiting or sent, by name."""
    return sorted(Message.objects.filter(kind=kind).values_list("to__name", flat=True))


def balance_of(learning_set: LearningSet) -> list[Turn]:
    """Of everybody who is a member now."""
    return turns_of(learning_set.memberships.present().members().select_related("user"), learning_set)
