"""The balance: for each member, how long since they were last heard. Shown when the set chooses, never deciding."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db.models import (
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
)

from als_project.users.models import User
from als_project.written_once import written_once
from sessions.enums import HERE, BidState, Presence, Reply, SessionState, SlotState
from sessions.models import Attendance, Bid, Session, Slot
from sets.models import LearningSet, Membership

# Minutes are counted in so many of the set's sessions: what was long ago weighs on nobody.
LAST_SESSIONS = 6
# Theirs not to bid: they wanted nothing this time, or sent apologies and did not come after all.
CHOSE_NOT_TO_BID = Q(wants_nothing=True) | (
    (Q(reply=Reply.APOLOGIES) | Q(presence=Presence.APOLOGIES)) & ~Q(presence__in=HERE)
)


@dataclass(frozen=True)
class Turn:
    """What one member has had of the set's time.

    A session in which they chose not to bid does not count as one in which they were not heard. One in which they
    were there and simply offered nothing does: they said nothing about it, and the set may wish to ask.
    """

    in_last: ClassVar[int] = LAST_SESSIONS

    member: User
    # At whatever session.
    has_been_heard: bool
    # Sessions closed since they were last heard, or since they joined.
    sessions_since: int
    # What their slots really took in the set's last sessions.
    minutes: int
    # Topics they offered in those sessions that were not taken or not reached.
    bids_not_taken: int


@dataclass
class Past:
    """What counts of a set's closed sessions; pairs are (session, person)."""

    sessions: list[tuple[datetime, int, datetime]] = field(default_factory=list)
    heard: dict[tuple[int, int], timedelta] = field(default_factory=dict)
    declined: set[tuple[int, int]] = field(default_factory=set)
    missed: set[tuple[int, int]] = field(default_factory=set)


def turns_of(members: Iterable[Membership], learning_set: LearningSet) -> list[Turn]:
    """One of each of these members, by name. One query, whatever the number of sessions and members."""
    past = Past()
    for what, session, person, starts_at, closed_at, took, paused in _past(learning_set):
        match what:
            case "closed":
                past.sessions.append((starts_at, session, closed_at))
            case "heard":
                past.heard[session, person] = (took or timedelta()) - timedelta(seconds=paused or 0)
            case "declined":
                past.declined.add((session, person))
            case "missed":
                past.missed.add((session, person))
    past.sessions.sort(reverse=True)
    return sorted((_turn(member, past) for member in members), key=lambda turn: turn.member.name)


def _turn(membership: Membership, past: Past) -> Turn:
    since = []
    for _starts_at, session, closed_at in past.sessions:
        if (session, membership.user_id) in past.heard or closed_at < membership.joined_at:
            break
        since.append((session, membership.user_id))
    mine = {session: taken for (session, person), taken in past.heard.items() if person == membership.user_id}
    lately = [mine.get(session, timedelta()) for _starts_at, session, _closed_at in past.sessions[:LAST_SESSIONS]]
    return Turn(
        member=membership.user,
        has_been_heard=bool(mine),
        sessions_since=sum(1 for pair in since if pair not in past.declined),
        minutes=round(sum(lately, timedelta()).total_seconds() / 60),
        bids_not_taken=sum(1 for pair in since if pair in past.missed),
    )


@written_once
def _past(learning_set: LearningSet) -> QuerySet[Any, Any]:
    """Closed sessions, who was heard in them and how long, who chose not to bid, and whose bid was missed."""
    sessions = Session.objects.past().filter(learning_set=learning_set).order_by()
    of_set = Q(session__learning_set=learning_set)
    length = ExpressionWrapper(F("stages__ended_at") - F("stages__started_at"), output_field=DurationField())
    heard = Slot.objects.filter(of_set, session__state=SessionState.CLOSED, state=SlotState.HEARD).order_by()
    minutes = heard.values("session", "presenter").annotate(took=Sum(length), paused=Sum("stages__paused_seconds"))
    declined = Attendance.objects.filter(of_set, CHOSE_NOT_TO_BID)
    missed = Bid.objects.filter(of_set, state__in=[BidState.CARRIED, BidState.NOT_TAKEN]).order_by()
    nobody, never = Value(None, output_field=IntegerField()), Value(None, output_field=DateTimeField())
    took, paused = Value(None, output_field=DurationField()), nobody
    return sessions.values_list(Value("closed"), "pk", nobody, "starts_at", "closed_at", took, paused).union(
        minutes.values_list(Value("heard"), "session", "presenter", never, never, "took", "paused"),
        declined.values_list(Value("declined"), "session", "user", never, never, took, paused),
        missed.values_list(Value("missed"), "session", "member", never, never, took, paused),
        all=True,
    )
