"""What the page of a session that is going on shows one person: who is here, and what the set has chosen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, Sum

from als_project.users.models import User
from als_project.written_once import written_once
from sessions.enums import AWAY, HERE, SlotState
from sessions.models import Attendance, Bid, Session, Slot
from sets.models import Membership

# What has become of the others is seen in the room, and afterwards in the record.
STAY = (SlotState.PLANNED, SlotState.RUNNING, SlotState.HEARD)


@dataclass(frozen=True)
class Chosen:
    """A topic that has a place, with its minutes as they are by now; nobody reads it while its presenter is away."""

    bid: Bid
    place: int
    minutes: int
    is_unread: bool


@dataclass(frozen=True)
class During:
    here: list[User]
    not_here: list[User]
    # From then on nothing is offered, changed or withdrawn.
    has_chosen: bool
    # In their order; none that the reader may not read of.
    chosen: list[Chosen]
    own: Chosen | None


def during_session(
    session: Session,
    reader: User,
    people: list[Membership],
    said: Mapping[int, Attendance],
    bids: list[Bid],
    unread: Collection[Bid],
) -> During:
    """One query, besides what the caller has loaded: `bids` that stand and that the reader may see."""
    presence = {person: attendance.presence for person, attendance in said.items()}
    slots, by_pk = _slots(session), {bid.pk: bid for bid in bids}
    # Those of whom the reader may not read count too: a place is the same for everyone.
    in_order = enumerate((slot for slot in slots if slot.bid_id and slot.state in STAY), start=1)
    readable = [(by_pk[slot.bid_id], place, slot) for place, slot in in_order if slot.bid_id in by_pk]
    chosen = [
        Chosen(bid, place, slot.given or 0, bid in unread)  # type: ignore[attr-defined]  # annotated
        for bid, place, slot in readable
    ]
    return During(
        here=[m.user for m in people if presence.get(m.user_id) in HERE],
        not_here=[m.user for m in people if presence.get(m.user_id) in AWAY],
        has_chosen=bool(slots),
        chosen=chosen,
        own=next((one for one in chosen if one.bid.member_id == reader.pk), None),
    )


@written_once
def _slots(session: Session) -> QuerySet[Slot]:
    """In their order, each with the minutes that its stages are `given`."""
    minutes = F("stages__planned_minutes") + F("stages__added_minutes")
    given = Sum(minutes, filter=Q(stages__skipped_by=None))
    return Slot.objects.filter(session=session).annotate(given=given).order_by("position")
