"""From a topic to an action: the presenter commits, or confirms what a facilitator drafted, in their own words."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from actions.enums import ActionState
from actions.models import Action
from actions.permissions import can_commit, can_discard, can_propose, owns
from actions.services import checking, supporting
from actions.services.locking import locked_action, locked_slot
from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import SlotState
from sessions.models import Slot
from sessions.services.stirring import stir
from sets.models import Membership
from sets.processes import Captures

WORDS = ("what", "first_step", "how_i_will_know")


class NotYetReached(Refused):
    """The slot has not come to its action."""


class PresenterHasLeft(Refused):
    """Nobody is there to confirm a draft."""


class AlreadyConfirmed(Refused):
    """A draft was confirmed in the meantime."""


class StillProposed(Refused):
    """A draft is confirmed first."""


class AlreadyReportedOn(Refused):
    """The words stand once somebody has reported back on them."""


def is_reached(slot: Slot) -> bool:
    """The slot's stages have come to the one that captures its action, or it was heard. Reads `slot.stages`."""
    if slot.state == SlotState.HEARD:
        return True
    stages = list(slot.stages.all())
    # What was carried over, dropped or freed before it began was passed over as a whole.
    if slot.session.is_closed or slot.state in (SlotState.CARRIED, SlotState.DROPPED, SlotState.FREE):
        return any(stage.started_at for stage in stages)
    return any(stage.started_at or stage.skipped_at for stage in stages if Captures.ACTION in stage.captures)


@transaction.atomic
def commit(
    *,
    slot: Slot,
    by: User,
    what: str,
    due_on: date | None = None,
    first_step: str = "",
    how_i_will_know: str = "",
    supporter: User | None = None,
    check_halfway: bool = False,
    now: datetime,
    form_key: UUID | None = None,
) -> Action:
    """The presenter's action is open, and the supporter, if one is named, is asked. The same form twice saves one.

    `check_halfway`: they are asked halfway how it is going.
    """
    slot = locked_slot(slot, by=by)
    if not can_commit(by, slot):
        raise PermissionDenied
    if saved := _saved_before(form_key, by=by):
        return saved
    words = {"what": what, "first_step": first_step, "how_i_will_know": how_i_will_know}
    action = _add(slot, state=ActionState.OPEN, by=by, form_key=form_key, now=now, due_on=due_on, **words)
    return _with_company(action, by=by, supporter=supporter, check_halfway=check_halfway, now=now)


@transaction.atomic
def propose(
    *,
    slot: Slot,
    by: User,
    what: str,
    due_on: date | None = None,
    first_step: str = "",
    now: datetime,
    form_key: UUID | None = None,
) -> Action:
    """A draft by one who looks after the set: proposed until the presenter confirms it in their own words."""
    slot = locked_slot(slot, by=by)
    learning_set = slot.session.learning_set
    if not can_propose(by, slot, Membership.objects.present_in(learning_set, by)):
        raise PermissionDenied
    if saved := _saved_before(form_key, by=by):
        return saved
    if not Membership.objects.present().filter(learning_set=learning_set, user=slot.presenter_id).exists():
        raise PresenterHasLeft(_("The presenter has left the set, so nobody could confirm this."))
    return _add(
        slot, state=ActionState.PROPOSED, by=by, form_key=form_key, now=now, due_on=due_on, what=what,
        first_step=first_step,
    )  # fmt: skip


@transaction.atomic
def confirm(
    *,
    action: Action,
    by: User,
    what: str,
    due_on: date | None = None,
    first_step: str = "",
    how_i_will_know: str = "",
    supporter: User | None = None,
    check_halfway: bool = False,
    now: datetime,
) -> Action:
    """The draft is the owner's open action, in the owner's words. The same words sent twice confirm once."""
    action = _held_by_owner(action, by)
    new = {"what": what, "first_step": first_step, "how_i_will_know": how_i_will_know, "due_on": due_on}
    if not action.is_proposed:
        if _says(action, new):
            return action
        raise AlreadyConfirmed(_("This action was confirmed in the meantime. You can still change its words."))
    _write(action, {**new, "state": ActionState.OPEN, "confirmed_at": now})
    return _with_company(action, by=by, supporter=supporter, check_halfway=check_halfway, now=now)


@transaction.atomic
def change(*, action: Action, by: User, now: datetime, **new: Any) -> Action:
    """New words (`what`, `first_step`, `how_i_will_know`) until the first report-back; a new `due_on` at any time."""
    action = _held_by_owner(action, by)
    if action.is_proposed:
        raise StillProposed(_("This is still a draft: confirm it in your own words first."))
    words = {field: new[field] for field in WORDS if field in new}
    if not _says(action, words) and action.report_backs.exists():
        raise AlreadyReportedOn(
            _("You have reported back on this, so its words stay as they are. Say what changed in a report-back.")
        )
    _write(action, {field: new[field] for field in (*WORDS, "due_on") if field in new})
    return action


@transaction.atomic
def discard(*, action: Action, by: User, now: datetime) -> None:
    """The draft is gone, as if it had not been written. What was confirmed stays."""
    action = locked_action(action, by=by)
    if not can_discard(by, action):
        raise PermissionDenied
    if not action.is_proposed:
        raise AlreadyConfirmed(_("This action is confirmed: report back on it instead, for instance as dropped."))
    stir(action.session_id)
    action.delete()


def _with_company(action: Action, *, by: User, supporter: User | None, check_halfway: bool, now: datetime) -> Action:
    """As the owner wished when they committed: somebody is asked to support them, and they are asked in between."""
    if supporter:
        action = supporting.ask(action=action, by=by, supporter=supporter, now=now)
    if check_halfway:
        action = checking.ask_in_between(action=action, by=by, on=checking.halfway(action, now=now), now=now)
    return action


def _held_by_owner(action: Action, by: User) -> Action:
    action = locked_action(action, by=by)
    if not owns(by, action):
        raise PermissionDenied
    return action


def _saved_before(form_key: UUID | None, *, by: User) -> Action | None:
    """What this very form saved already. A key that somebody else's form made is nobody's to send."""
    saved = Action.objects.filter(form_key=form_key).first() if form_key else None
    if saved and saved.drafted_by_id != by.pk:
        raise PermissionDenied
    return saved


def _add(slot: Slot, *, state: ActionState, by: User, form_key: UUID | None, now: datetime, **fields: Any) -> Action:
    if not is_reached(slot):
        raise NotYetReached(
            _("This topic hasn't come to its action yet. The box opens with the stage that asks for it.")
        )
    stir(slot.session_id)
    return Action.objects.create(
        learning_set=slot.session.learning_set,
        session=slot.session,
        slot=slot,
        owner_id=slot.presenter_id,
        drafted_by=by,
        state=state,
        form_key=form_key or uuid4(),
        created_at=now,
        confirmed_at=now if state == ActionState.OPEN else None,
        **fields,
    )


def _says(action: Action, fields: dict[str, Any]) -> bool:
    return all(getattr(action, name) == value for name, value in fields.items())


def _write(action: Action, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(action, name, value)
    action.save(update_fields=list(fields))
    stir(action.session_id)
