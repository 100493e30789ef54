"""Who writes for all, and by which method the set consults."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.models import Session, Slot, Stage
from sessions.permissions import listens, may_run, may_write
from sessions.services.holding import hold_running
from sessions.services.running import process_of
from sessions.services.stirring import stir
from sets.models import Membership
from sets.processes import Captures, Who


class CantCast(Refused):
    """Another one names the scribe, or this one can't be it."""


class NoSuchMethod(Refused):
    """The process has no method of this name, or the stage picks none."""


@transaction.atomic
def name_scribe(*, session: Session, by: User, scribe: User | None, now: datetime) -> Session:
    """This person of the set writes for all from now on; None: nobody does. Raises NotRunning, CantCast.

    Named by who runs the session, and by everyone in a stage that asks for it.
    """
    session = hold_running(session)
    namer = Membership.objects.present_in(session.learning_set, by)
    stage = session.stages.now().select_related("slot").first()
    if namer is None or not (may_run(session, namer) or _asks_for_scribe(stage, namer)):
        raise CantCast(_("Who runs the session names who writes."))
    if scribe and Membership.objects.present_in(session.learning_set, scribe) is None:
        raise CantCast(_("Only somebody of the set can write for it."))
    session.scribe = scribe
    session.save(update_fields=["scribe"])
    stir(session.pk)
    return session


def _asks_for_scribe(stage: Stage | None, membership: Membership) -> bool:
    return stage is not None and Captures.SCRIBE in stage.captures and may_write(stage, membership)


@transaction.atomic
def pick_method(*, session: Session, by: User, method: str, now: datetime) -> Slot:
    """The topic's method is this one, and the stages in which the scribe writes show its prompt.

    Raises NotRunning, NoSuchMethod.
    """
    session = hold_running(session)
    picker = Membership.objects.present_in(session.learning_set, by)
    stage = session.stages.now().select_related("slot").first()
    if stage is None or stage.slot is None or Captures.METHOD not in stage.captures:
        raise NoSuchMethod(_("The method is picked in a stage of its own."))
    if picker is None or listens(stage, by) or not (may_write(stage, picker) or may_run(session, picker)):
        raise NoSuchMethod(_("In this stage others pick."))
    picked = next((one for one in process_of(session).methods if one.key == method), None)
    if picked is None:
        raise NoSuchMethod(_("This process has no such method."))
    stage.slot.method = picked.key
    stage.slot.save(update_fields=["method"])
    session.stages.filter(slot=stage.slot, writes=Who.SCRIBE).update(prompt=f"{picked.name}: {picked.prompt}"[:300])
    stir(session.pk)
    return stage.slot
