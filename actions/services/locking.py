"""Rows as they are now, held until the transaction ends, and only for people who may still read them."""

from django.core.exceptions import PermissionDenied

from actions.models import Action
from als_project.users.models import User
from sessions.models import Slot
from sessions.services.holding import hold


def locked_action(action: Action, *, by: User) -> Action:
    """Raises PermissionDenied for one who has left since the page was fetched."""
    rows = Action.objects.visible_to(by).select_for_update(of=("self",))
    held = rows.select_related("learning_set", "session").filter(pk=action.pk).first()
    if held is None:
        raise PermissionDenied
    return held


def locked_slot(slot: Slot, *, by: User) -> Slot:
    """The session's row is held first, as by whoever moves it on: the two take turns instead of blocking each other."""
    hold(slot.session)
    rows = Slot.objects.visible_to(by).select_for_update(of=("self",))
    held = rows.select_related("session__learning_set").filter(pk=slot.pk).first()
    if held is None:
        raise PermissionDenied
    return held
