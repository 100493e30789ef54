"""A session as it goes: opened, taken from stage to stage, closed. The server's clock is the truth."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import HERE, BidState, Presence, Reply, SessionState, SlotState
from sessions.models import Attendance, Bid, Contribution, Session, Slot, Stage
from sessions.planning import once_a_session, stages_of_slot
from sessions.process import process_of
from sessions.services import stages
from sessions.services.handing_over import hand_back_after, hand_back_after_one_of
from sessions.services.holding import hold, hold_running, hold_set
from sessions.services.laying_out import lay_out_if_due
from sessions.services.stirring import stir
from sets.models import Membership
from sets.processes import Part, Per, Process, as_data


class CantOpen(Refused):
    """It is too early, the session is over, or another one of the set is going on."""


class CantChoose(Refused):
    """The first topic has begun, or a topic can't be taken."""


class ChosenMeanwhile(CantChoose):
    """Somebody else chose between the chooser's look and their press."""


@transaction.atomic
def open_session(*, session: Session, by: User, now: datetime) -> Session:
    """The session is running in its first stage, with its process kept as it is today. Opening twice opens once.

    Those who said they are coming count as present until told otherwise, and so does the one who opens.
    Raises CantOpen.
    """
    hold_set(session)
    session = hold(session)
    if session.is_running:
        return session
    _can_open(session, now)
    process = process_of(session)
    session.state = SessionState.RUNNING
    session.opened_at = now
    session.process_snapshot = as_data(process)
    session.presenter_reads_later = session.learning_set.presenter_reads_later
    session.save(update_fields=["state", "opened_at", "process_snapshot", "presenter_reads_later"])
    _expect_those_coming(session)
    arrive(session=session, by=by, now=now)
    _lay_out(session, process, now)
    stir(session.pk)
    return session


def _can_open(session: Session, now: datetime) -> None:
    if not session.is_scheduled:
        raise CantOpen(_("This session was cancelled.") if session.is_cancelled else _("This session is over."))
    if now < session.opens_at:
        raise CantOpen(_("It is too early: a session can be opened from an hour before it starts."))
    if session.learning_set.sessions.filter(state=SessionState.RUNNING).exists():
        raise CantOpen(_("Another session of this set is still open. Close it first."))


def _expect_those_coming(session: Session) -> None:
    session.attendances.filter(reply=Reply.COMING).update(presence=Presence.PRESENT)
    session.attendances.filter(reply=Reply.APOLOGIES).update(presence=Presence.APOLOGIES)


def _lay_out(session: Session, process: Process, now: datetime) -> None:
    """The opening and closing stages exist; the first has begun. A set's first session has nothing to report on."""
    last = Session.objects.past().filter(learning_set=session.learning_set).first()
    away = session.attendances.away().values("user")
    members = Membership.objects.present().members().filter(learning_set=session.learning_set)
    counts = {
        Per.MEMBER: members.exclude(user__in=away).count(),
        Per.OWNER: last.slots.filter(state=SlotState.HEARD).values("presenter").distinct().count() if last else 0,
    }
    opening = process.stages_of(Part.OPENING)
    laid_out = [
        *once_a_session(session, opening, Part.OPENING, counts),
        *once_a_session(session, process.stages_of(Part.CLOSING), Part.CLOSING, counts),
    ]
    for stage, plan in zip(laid_out, opening, strict=False):
        if plan.per == Per.OWNER and last is None:
            stage.skipped_at = now
    first = next(stage for stage in laid_out if stage.skipped_at is None)
    first.started_at = now
    Stage.objects.bulk_create(laid_out)


@transaction.atomic
def arrive(*, session: Session, by: User, now: datetime) -> Attendance:
    """`by` counts as present, whatever they had replied. Raises NotRunning."""
    session = hold_running(session)
    here = {"presence": Presence.PRESENT}
    attendance, _created = Attendance.objects.get_or_create(session=session, user=by, defaults=here)
    if attendance.presence not in HERE:
        attendance.presence = Presence.PRESENT
        attendance.save(update_fields=["presence"])
        stir(session.pk)
    return attendance


@transaction.atomic
def choose(
    *,
    session: Session,
    by: User,
    choices: Sequence[tuple[Bid, int]],
    now: datetime,
    seen: Collection[int] | None = None,
    optional: Collection[str] = (),
) -> list[Slot]:
    """The bids chosen have slots in the order given, with their minutes and their stages; other bids stay offered.

    Choosing again replaces the choice, until the first slot has begun. `seen` are the slots the chooser looked at
    (None: whichever); `optional` the keys of optional stages to include. Raises CantChoose, NotRunning.
    """
    session = hold_running(session)
    slots = list(session.slots.all())
    if seen is not None and set(seen) != {slot.pk for slot in slots}:
        raise ChosenMeanwhile(_("Somebody else has just chosen. This is their choice; yours is still in the form."))
    _can_choose(session, [bid for bid, _minutes in choices])
    until = session.run_until_after
    session.slots.all().delete()
    session.bids.filter(state=BidState.CHOSEN).update(state=BidState.OFFERED)
    session.bids.filter(pk__in=[bid.pk for bid, _minutes in choices]).update(state=BidState.CHOSEN)
    made = [
        Slot(session=session, bid=bid, presenter_id=bid.member_id, position=place, minutes=minutes)
        for place, (bid, minutes) in enumerate(choices, start=1)
    ]
    Slot.objects.bulk_create(made)
    plans = [plan for plan in process_of(session).stages_of(Part.TOPIC) if not plan.optional or plan.key in optional]
    Stage.objects.bulk_create(stage for slot in made for stage in stages_of_slot(slot, plans))
    hand_back_after_one_of(session=session, before=until, made=made)
    stir(session.pk)
    return made


def _can_choose(session: Session, bids: list[Bid]) -> None:
    if not can_still_choose(session):
        raise CantChoose(_("The first topic has begun: the choice stands."))
    wanted = {bid.pk for bid in bids}
    standing = session.bids.filter(state__in=[BidState.OFFERED, BidState.CHOSEN], pk__in=wanted)
    here = standing.exclude(member__in=session.attendances.away().values("user"))
    if len(wanted) < len(bids) or here.count() < len(bids):
        raise CantChoose(_("One of these topics can't be taken any more. Look at the list again."))


def can_still_choose(session: Session) -> bool:
    """Until the first slot begins; and never when that would take away something already said under a topic."""
    begun = session.stages.filter(slot__isnull=False, started_at__isnull=False).exists()
    return not begun and not Contribution.objects.filter(stage__session=session, stage__slot__isnull=False).exists()


@transaction.atomic
def next_stage(*, session: Session, by: User, leaving: int | None, now: datetime) -> Stage | None:
    """The stage the session is in afterwards; None when there is none to go to, and the last one goes on.

    `leaving` is the stage the presser saw: when somebody has moved on meanwhile, nothing moves twice. None says
    “whichever it is”. Where there are no bids, turns that nobody has laid out are laid out. Raises NotRunning.
    """
    session = hold_running(session)
    current = session.stages.now().first()
    if current is None or (leaving is not None and current.pk != leaving):
        return current
    lay_out_if_due(session, current, now)
    coming = session.stages.to_come().filter(position__gt=current.position).first()
    if coming is None:
        return None
    stages.end(current, now)
    stages.begin(coming, now)
    _change_slots(current, SlotState.HEARD, coming)
    stages.keep_in_step(session)
    if current.slot_id != coming.slot_id:
        hand_back_after(session=session, slot_id=current.slot_id)
    stir(session.pk)
    return coming


@transaction.atomic
def previous_stage(*, session: Session, by: User, leaving: int | None, now: datetime) -> Stage | None:
    """The stage before goes on as if it had never ended, and the one left has not begun. Guarded like `next_stage`.

    What was captured in the stage left stays under it. In the first stage nothing happens.
    """
    session = hold_running(session)
    current = session.stages.now().first()
    if current is None or (leaving is not None and current.pk != leaving):
        return current
    before = session.stages.on_the_clock().filter(position__lt=current.position, ended_at__isnull=False).last()
    if before is None:
        return current
    stages.go_back_from(current)
    stages.go_back_to(before)
    _change_slots(current, SlotState.PLANNED, before)
    stages.keep_in_step(session)
    stir(session.pk)
    return before


def _change_slots(left: Stage, becomes: SlotState, entered: Stage) -> None:
    if left.slot_id == entered.slot_id:
        return
    for stage, state in ((left, becomes), (entered, SlotState.RUNNING)):
        if stage.slot_id is not None:
            stages.slots_of(stage).update(state=state)
