"""The end of a session: its review first, or the reason why there is none; then what becomes of its topics."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.outbox import services as outbox
from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import BidState, Presence, SessionState, SlotState
from sessions.models import Attendance, Bid, Session, Stage
from sessions.services import stages
from sessions.services.bidding import carry_bids
from sessions.services.handing_over import hand_back_after
from sessions.services.holding import hold_running, hold_set
from sessions.services.stirring import stir
from sets.models import Membership
from sets.processes import Captures

SHORT_REVIEW = 5  # minutes


class ReviewNotHeld(Refused):
    """The review is still to come, and nobody has said why the set goes without it."""


def review_to_come(session: Session) -> Stage | None:
    """The review, while it has not begun and nobody has passed over it."""
    return next((stage for stage in session.stages.to_come() if Captures.REVIEW in stage.captures), None)


@transaction.atomic
def close_session(*, session: Session, by: User, now: datetime, without_review: str = "") -> Session:
    """The session is over. A slot that ran is heard; a topic not reached or not taken goes to the next session.

    What was offered by people who are absent stays theirs, unread.
    When no session is scheduled yet, those bids go to the one scheduled next. `without_review` is why the set goes
    without a review that has not been held: it stands in its place. Raises NotRunning, AlreadyClosed, ReviewNotHeld.
    """
    hold_set(session)
    session = hold_running(session)
    _leave_out_review(session, by, without_review.strip(), now)
    for stage in session.stages.now():
        stages.end(stage, now)
    session.stages.to_come().update(skipped_at=now)
    stages.keep_in_step(session)
    session.slots.filter(state=SlotState.RUNNING).update(state=SlotState.HEARD)
    session.slots.filter(state=SlotState.PLANNED).update(state=SlotState.CARRIED)
    _settle_bids(session, now)
    _note_who_was_missing(session)
    session.state = SessionState.CLOSED
    session.closed_at = now
    session.runner = session.asked_to_run = session.run_until_after = None
    session.save(update_fields=["state", "closed_at", "runner", "asked_to_run", "run_until_after"])
    stir(session.pk)
    coming = session.learning_set.sessions.filter(state=SessionState.SCHEDULED).order_by("starts_at").first()
    if coming is not None:
        carry_bids(session=session, to=coming, now=now)
    _tell_of_record(session, now=now)
    return session


def _tell_of_record(session: Session, *, now: datetime) -> None:
    """Who took part, and is still in the set, hears that the record is ready."""
    there = session.attendances.here().values("user")
    present = session.learning_set.memberships.present().filter(user__in=there).select_related("user")
    people = [membership.user for membership in present]
    outbox.post_to_each(
        people, kind="sessions.record_ready", cause=f"session:{session.pk}", about=session.pk, due_at=now
    )


def _leave_out_review(session: Session, by: User, reason: str, now: datetime) -> None:
    review = review_to_come(session)
    if review is None:
        return
    if not reason:
        raise ReviewNotHeld(_("The review has not been held. Hold a short one now, or say why you go without it."))
    stages.pass_over(review, by=by, reason=reason, now=now)


@transaction.atomic
def go_to_review(*, session: Session, by: User, now: datetime) -> Stage | None:
    """The session is in its review, which is a short one; what was to come before it is not.

    Topics not begun are carried over; the topic worked on counts as heard, and its other stages are passed over. Back
    leads to where the session was. When there is no review to come nothing happens. Raises NotRunning.
    """
    session = hold_running(session)
    review = review_to_come(session)
    if review is None:
        return session.stages.now().first()
    left = session.stages.now().get()
    stages.end(left, now)
    for stage in session.stages.to_come().filter(slot=left.slot, position__lt=review.position):
        stages.pass_over(stage, by=by, reason=_("The session went on to its review."), now=now)
    session.stages.to_come().filter(position__lt=review.position).update(skipped_at=now)
    stages.slots_of(left).update(state=SlotState.HEARD)
    _carry_what_is_planned(session)
    review.added_minutes = min(0, SHORT_REVIEW - review.planned_minutes)
    review.save(update_fields=["added_minutes"])
    stages.begin(review, now)
    stages.keep_in_step(session)
    hand_back_after(session=session, slot_id=left.slot_id)
    stir(session.pk)
    return review


def _carry_what_is_planned(session: Session) -> None:
    waiting = session.slots.filter(state=SlotState.PLANNED)
    session.bids.filter(slot__in=waiting).update(state=BidState.CARRIED)
    waiting.update(state=SlotState.CARRIED)


def _note_who_was_missing(session: Session) -> None:
    """Everyone of whom nothing was said was not there."""
    session.attendances.unsaid().update(presence=Presence.ABSENT)
    people = Membership.objects.present().filter(learning_set=session.learning_set).values_list("user", flat=True)
    Attendance.objects.bulk_create(
        [Attendance(session=session, user_id=person, presence=Presence.ABSENT) for person in people],
        ignore_conflicts=True,
    )


def _settle_bids(session: Session, now: datetime) -> None:
    """The topic of whom the set missed is not carried over: as after apologies, whether to offer it is up to them."""
    bids = Bid.objects.filter(session=session)
    bids.filter(slot__state=SlotState.HEARD).update(state=BidState.HEARD)
    bids.filter(slot__state=SlotState.CARRIED).update(state=BidState.CARRIED)
    bids.filter(slot__state=SlotState.DROPPED).update(state=BidState.DROPPED)
    away = session.attendances.away().values("user")
    bids.offered().filter(member__in=away).update(state=BidState.WITHDRAWN, withdrawn_at=now)
    bids.offered().update(state=BidState.NOT_TAKEN)
