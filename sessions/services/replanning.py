"""What remains of a running session is planned anew. The software shows what it costs; people decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import BidState, SlotState
from sessions.models import Session, Slot, Stage
from sessions.planning import plan_of, shared_out
from sessions.services import stages
from sessions.services.handing_over import hand_back_after
from sessions.services.holding import hold_running
from sessions.services.stirring import stir
from sets.processes import Part

# What can become of a slot that has not begun.
FATES = (SlotState.PLANNED, SlotState.CARRIED, SlotState.DROPPED)
BID_OF = {
    SlotState.PLANNED: BidState.CHOSEN,
    SlotState.CARRIED: BidState.CARRIED,
    SlotState.DROPPED: BidState.DROPPED,
}


class CantReplan(Refused):
    """A topic has begun, or its minutes are too few."""


class ReplannedMeanwhile(CantReplan):
    """Somebody else planned anew between the presser's look and their press."""


class NotToCome(Refused):
    """The stage has begun, or was passed over."""


@dataclass(frozen=True)
class Plan:
    """What is to become of one slot: its state, and its minutes where it stays."""

    slot: int
    state: SlotState
    minutes: int


@transaction.atomic
def replan(
    *,
    session: Session,
    by: User,
    plans: Sequence[Plan],
    closing_minutes: int | None = None,
    seen: str,
    now: datetime,
) -> Session:
    """Each slot stays with its minutes, is carried over (and counts as unheard), or is dropped.

    Planned minutes are kept beside those now given. `closing_minutes` shortens or lengthens the closing stages
    together; none goes. Who ran the session until after a slot that goes hands back. `seen` is the plan the presser
    looked at. Raises NotRunning, CantReplan, ReplannedMeanwhile.
    """
    session = hold_running(session)
    slots = {slot.pk: slot for slot in slots_to_come(session)}
    if seen != plan_of(list(session.stages.on_the_clock()), list(session.slots.all())):
        raise ReplannedMeanwhile(
            _("Somebody else has planned anew. What remains is theirs; yours is still in the form.")
        )
    for plan in plans:
        if plan.slot not in slots:
            raise CantReplan(_("One of these topics has begun. Look again."))
        _settle(slots[plan.slot], plan, now)
        if plan.state != SlotState.PLANNED:
            hand_back_after(session=session, slot_id=plan.slot)
    if closing_minutes is not None:
        _give(list(session.stages.to_come().filter(part=Part.CLOSING)), closing_minutes)
    stages.keep_in_step(session)
    stir(session.pk)
    return session


def slots_to_come(session: Session) -> list[Slot]:
    """Those of which nothing has begun, whatever was planned for them; in threes the first of each round."""
    begun = session.stages.filter(slot__isnull=False, started_at__isnull=False).values("slot")
    beside = session.stages.filter(beside__isnull=False).values("slot")
    slots = session.slots.exclude(pk__in=begun).exclude(pk__in=beside)
    return list(slots.select_related("bid__topic", "presenter", "offered_to__member"))


def _settle(slot: Slot, plan: Plan, now: datetime) -> None:
    if plan.state not in FATES or slot.state == SlotState.FREE:
        raise CantReplan(_("This place is free: offer it to somebody, or leave it."))
    own = list(slot.stages.filter(skipped_by=None))
    if plan.state == SlotState.PLANNED and plan.minutes < len(own):
        raise CantReplan(_("A topic needs at least a minute for each of its stages."))
    _of_round(slot).update(state=plan.state)
    if slot.bid is not None:
        slot.bid.state = BID_OF[plan.state]
        slot.bid.save(update_fields=["state"])
    stays = plan.state == SlotState.PLANNED
    slot.stages.filter(skipped_by=None).update(skipped_at=None if stays else now)
    if stays:
        _give(own, plan.minutes)


def _of_round(slot: Slot) -> QuerySet[Slot]:
    """The slot; in threes all that run beside it."""
    same = Q(round=slot.round) if slot.round else Q(pk=slot.pk)
    return Slot.objects.filter(same, session=slot.session_id)


def resize(slot: Slot, minutes: int) -> None:
    """Its stages share so many minutes. Call it with the session's row held."""
    _give(list(slot.stages.filter(skipped_by=None)), minutes)


def _give(rows: list[Stage], minutes: int) -> None:
    """The stages share these minutes in the proportion they were planned in."""
    for stage, share in zip(rows, shared_out(minutes, [row.planned_minutes for row in rows] or [1]), strict=False):
        stage.added_minutes = share - stage.planned_minutes
    Stage.objects.bulk_update(rows, ["added_minutes"])


# --- One stage is passed over, with a reason --------------------------------------------------------
@transaction.atomic
def skip(*, session: Session, by: User, stage: int, reason: str, now: datetime) -> Stage:
    """The stage to come is passed over; the reason stands in its place. Raises NotRunning, NotToCome, CantReplan."""
    session = hold_running(session)
    row = session.stages.to_come().filter(pk=stage).first()
    if row is None:
        raise NotToCome(_("This stage has begun, or was passed over already."))
    if not reason.strip():
        raise CantReplan(_("Say in a few words why."))
    stages.pass_over(row, by=by, reason=reason.strip(), now=now)
    stages.keep_in_step(session)
    stir(session.pk)
    return row


@transaction.atomic
def take_up(*, session: Session, by: User, stage: int, now: datetime) -> Stage:
    """A stage that was passed over is to come after all. Raises NotRunning, NotToCome."""
    session = hold_running(session)
    current = session.stages.now().get()
    row = session.stages.filter(skipped_by__isnull=False, pk=stage, position__gt=current.position).first()
    if row is None:
        raise NotToCome(_("The session is past this stage. Go back to it instead."))
    # Of a slot that was carried over or dropped, it stays away with its slot.
    gone = row.slot is not None and row.slot.state not in (SlotState.PLANNED, SlotState.RUNNING)
    row.skipped_at, row.skipped_by, row.skip_reason = now if gone else None, None, ""
    row.save(update_fields=["skipped_at", "skipped_by", "skip_reason"])
    stages.keep_in_step(session)
    stir(session.pk)
    return row
