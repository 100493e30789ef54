"""Who may do what with an action. Each takes rows that are already loaded; when it is possible, the services say."""

from actions.models import Action
from als_project.users.models import User
from sessions.models import Slot
from sets.models import Membership
from sets.permissions import looks_after


def owns(user: User, action: Action) -> bool:
    """The owner alone confirms, changes, reports back on and seeks support for an action."""
    return action.owner_id == user.pk


def is_asked_to_support(user: User, action: Action) -> bool:
    return action.supporter_id == user.pk


def can_discard(user: User, action: Action) -> bool:
    """A draft is taken back by whom it was meant for, or by whoever wrote it."""
    return user.pk in (action.owner_id, action.drafted_by_id)


def can_commit(user: User, slot: Slot) -> bool:
    """Only the presenter commits."""
    return slot.presenter_id == user.pk


def can_propose(user: User, slot: Slot, membership: Membership | None) -> bool:
    """Whoever looks after the set drafts an action for somebody else's topic; one's own is simply committed to.

    In a three only if they sit in it: nobody else has heard what was said.
    """
    if membership is None or can_commit(user, slot) or not looks_after(membership):
        return False
    return slot.three is None or slot.three.seats(user)
