"""A stage begins, ends, or begins anew. Call these with the session's row held."""

from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.models import RaisedHand, Session, Slot, Stage
from sessions.services.holding import hold_running
from sessions.threes import line_of


class MovedOn(Refused):
    """The session is in another stage than the presser saw."""


def hold_stage(session: Session, leaving: int) -> Stage:
    """The stage the session is in, held with it, when it is still the one the presser saw.

    Raises NotRunning, MovedOn.
    """
    session = hold_running(session)
    stage = session.stages.now().select_related("slot").first()
    if stage is None or stage.pk != leaving:
        raise MovedOn(_("The session has moved on meanwhile. Look again."))
    stage.session = session
    return stage


def stage_of(session: Session, person: User) -> Stage | None:
    """The stage the session is in, as this person's three has it. Call it with the session's row held."""
    line = line_of(session.stages.going_on().with_threes(), person)
    for stage in line:
        stage.session = session
    return line[0] if line else None


CLOCK = (
    "started_at",
    "ended_at",
    "paused_at",
    "paused_seconds",
    "added_minutes",
    "skipped_at",
    "skipped_by",
    "skip_reason",
)


def keep_in_step(session: Session) -> None:
    """The stages of the other threes stand where the clock's own do. Call it when those have changed."""
    clock = Stage.objects.filter(pk=OuterRef("beside"))
    Stage.objects.filter(session=session, beside__isnull=False).update(
        **{name: Subquery(clock.values(name)[:1]) for name in CLOCK}
    )


def slots_of(stage: Stage) -> QuerySet[Slot]:
    """The slot it belongs to; in threes those of the whole round."""
    return Slot.objects.filter(pk__in=_alongside(stage).values("slot"))


def _alongside(stage: Stage) -> QuerySet[Stage]:
    return Stage.objects.filter(Q(pk=stage.pk) | Q(beside=stage.pk))


def lower_hands(stage: Stage) -> None:
    RaisedHand.objects.filter(stage__in=_alongside(stage)).delete()


def begin(stage: Stage, now: datetime) -> None:
    stage.started_at = now
    stage.save(update_fields=["started_at"])


def end(stage: Stage, now: datetime) -> None:
    """It is over, its pause with it, and raised hands are lowered."""
    end_pause(stage, now)
    stage.ended_at = now
    stage.save(update_fields=["paused_at", "paused_seconds", "ended_at"])
    lower_hands(stage)


def end_pause(stage: Stage, now: datetime) -> None:
    """Not saved."""
    if stage.paused_at is not None:
        stage.paused_seconds += max(0, round((now - stage.paused_at).total_seconds()))
        stage.paused_at = None


def pass_over(stage: Stage, *, by: User, reason: str, now: datetime) -> None:
    """It is not to come; who said so, and why, stand in its place."""
    stage.skipped_at, stage.skipped_by, stage.skip_reason = now, by, reason
    stage.save(update_fields=["skipped_at", "skipped_by", "skip_reason"])


def go_back_from(stage: Stage) -> None:
    """It has not begun."""
    stage.started_at, stage.paused_at, stage.paused_seconds, stage.had_turn = None, None, 0, []
    stage.save(update_fields=["started_at", "paused_at", "paused_seconds", "had_turn"])
    lower_hands(stage)


def go_back_to(stage: Stage) -> None:
    """It goes on as if it had never ended."""
    stage.ended_at = None
    stage.save(update_fields=["ended_at"])
