"""The balance: for each member, how long since they were last heard. Shown when the set chooses, never deciding."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DurationField, ExpressionWrapper, F, Q, Sum

from als_project.users.models import User
from sessions.enums import BidState, SlotState
from sessions.models import Attendance, Bid, Session, Slot
from sets.models import LearningSet, Membership


@dataclass(frozen=True)
class Turn:
    """What one member has had of the set's time."""

    member: User
    has_been_heard: bool
    # Sessions closed since they were last heard, or since they joined; those in which they wanted nothing don't count.
    sessions_since: int
    # Minutes that their slots really took.
    minutes: int
    # Topics they offered in those sessions that were not taken or not reached.
    bids_not_taken: int


def balance_of(learning_set: LearningSet) -> list[Turn]:
    """One turn a present member, by name. Five queries, whatever the number of sessions and members."""
    members = list(Membership.objects.present().members().filter(learning_set=learning_set).select_related("user"))
    sessions = list(Session.objects.past().filter(learning_set=learning_set).values_list("pk", "closed_at"))
    heard = _heard(learning_set)
    of_set = Q(session__learning_set=learning_set)
    declined = set(Attendance.objects.filter(of_set, wants_nothing=True).values_list("session", "user"))
    unheard = Q(state__in=[BidState.CARRIED, BidState.NOT_TAKEN])
    missed = set(Bid.objects.filter(of_set, unheard).values_list("session", "member"))
    turns = [_turn(member, sessions, heard, declined, missed) for member in members]
    return sorted(turns, key=lambda turn: turn.member.name)


def _turn(
    membership: Membership,
    sessions: list[tuple[int, datetime | None]],
    heard: dict[tuple[int, int], timedelta],
    declined: set[tuple[int, int]],
    missed: set[tuple[int, int]],
) -> Turn:
    since = []
    for session, closed_at in sessions:
        if (session, membership.user_id) in heard or (closed_at and closed_at < membership.joined_at):
            break
        since.append((session, membership.user_id))
    mine = [taken for (_session, person), taken in heard.items() if person == membership.user_id]
    return Turn(
        member=membership.user,
        has_been_heard=bool(mine),
        sessions_since=sum(1 for pair in since if pair not in declined),
        minutes=round(sum(mine, timedelta()).total_seconds() / 60),
        bids_not_taken=sum(1 for pair in since if pair in missed),
    )


def _heard(learning_set: LearningSet) -> dict[tuple[int, int], timedelta]:
    """How long each presenter had in each closed session."""
    length = ExpressionWrapper(F("stages__ended_at") - F("stages__started_at"), output_field=DurationField())
    slots = Slot.objects.filter(session__in=Session.objects.past().order_by(), session__learning_set=learning_set)
    rows = (
        slots.filter(state=SlotState.HEARD)
        .order_by()
        .values_list("session", "presenter")
        .annotate(took=Sum(length), paused=Sum("stages__paused_seconds"))
    )
    return {
        (session, presenter): (took or timedelta()) - timedelta(seconds=paused or 0)
        for session, presenter, took, paused in rows
    }
