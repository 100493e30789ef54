"""A stage begins, ends, or begins anew. Call these with the session's row held."""

from datetime import datetime

from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.models import Session, Stage
from sessions.services.holding import hold_running


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


def begin(stage: Stage, now: datetime) -> None:
    stage.started_at = now
    stage.save(update_fields=["started_at"])


def end(stage: Stage, now: datetime) -> None:
    """It is over, its pause with it, and raised hands are lowered."""
    end_pause(stage, now)
    stage.ended_at = now
    stage.save(update_fields=["paused_at", "paused_seconds", "ended_at"])
    stage.hands.all().delete()


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
    stage.hands.all().delete()


def go_back_to(stage: Stage) -> None:
    """It goes on as if it had never ended."""
    stage.ended_at = None
    stage.save(update_fields=["ended_at"])
