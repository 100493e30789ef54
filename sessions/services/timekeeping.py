"""The time of the stage now: more of it, or none running for a while."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.models import Session, Stage
from sessions.services.stages import end_pause, hold_stage, keep_in_step
from sessions.services.stirring import stir

MOST = 240  # minutes a stage can come to


class NoMoreTime(Refused):
    """The stage would be longer than any."""


@transaction.atomic
def give_time(*, session: Session, by: User, leaving: int, seen: int, minutes: int, now: datetime) -> Stage:
    """The stage now has this many minutes more. What was planned is kept beside it.

    `seen` are the minutes it had when the presser looked: when somebody else has given some meanwhile, nobody gives
    them twice. Raises NotRunning, MovedOn, NoMoreTime.
    """
    stage = hold_stage(session, leaving)
    if stage.minutes != seen:
        return stage
    if stage.minutes + minutes > MOST:
        raise NoMoreTime(_("This stage has four hours already. Go on to the next one instead."))
    stage.added_minutes += minutes
    stage.save(update_fields=["added_minutes"])
    keep_in_step(session)
    stir(session.pk)
    return stage


@transaction.atomic
def pause(*, session: Session, by: User, leaving: int, now: datetime) -> Stage:
    """The stage's clock stands still; the session's end comes closer all the same. Raises NotRunning, MovedOn."""
    stage = hold_stage(session, leaving)
    if stage.paused_at is None:
        stage.paused_at = now
        stage.save(update_fields=["paused_at"])
        keep_in_step(session)
        stir(session.pk)
    return stage


@transaction.atomic
def go_on(*, session: Session, by: User, leaving: int, now: datetime) -> Stage:
    """The stage's clock runs again, from where it stood. Raises NotRunning, MovedOn."""
    stage = hold_stage(session, leaving)
    if stage.paused_at is not None:
        end_pause(stage, now)
        stage.save(update_fields=["paused_at", "paused_seconds"])
        keep_in_step(session)
        stir(session.pk)
    return stage
