"""What every service of this floor does first: take hold of the set, look who acts, count who is in it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sets.enums import Ending
from sets.live import send_off
from sets.models import LARGEST_SET, LearningSet, Membership
from sets.permissions import looks_after
from sets.signals import membership_ended


class SetIsFull(Refused):
    """More members than a set has room for."""


def hold(learning_set: LearningSet) -> LearningSet:
    """The set's row, locked until the transaction ends: who belongs to it changes one hand at a time.

    Rows that only name the set can be added meanwhile (`no_key`): whoever holds one of its sessions does that, and is
    waited for by whoever holds the set.
    """
    return LearningSet.objects.select_for_update(no_key=True).get(pk=learning_set.pk)


def caretaker(learning_set: LearningSet, by: User) -> Membership:
    """The acting person's membership, looked at again under the lock: they may have lost it a moment ago."""
    membership = Membership.objects.present_in(learning_set, by)
    if membership is None or not looks_after(membership):
        raise PermissionDenied
    return membership


def size(learning_set: LearningSet, *, now: datetime) -> int:
    """Present members, and those who may still become one by an open invitation."""
    members = learning_set.memberships.present().members().count()
    return members + learning_set.invitations.open(now).filter(as_member=True).count()


def make_room(learning_set: LearningSet, *, for_more: int, now: datetime) -> None:
    """Nothing when the set has room for that many more members; else SetIsFull with the reason."""
    here = size(learning_set, now=now)
    if for_more and here + for_more > LARGEST_SET:
        raise SetIsFull(
            _(
                "A set has room for twelve members, so that each is heard: this one has %(here)s, counting open "
                "invitations, and this would make %(then)s. Found a second set, or withdraw an invitation."
            )
            % {"here": here, "then": here + for_more}
        )


def end_membership(membership: Membership, *, ending: Ending, by: User | None, now: datetime) -> None:
    """Nobody is asked and nobody told; the pages that the person has open are closed."""
    membership.ended_at, membership.ending, membership.ended_by = now, ending, by
    membership.save(update_fields=["ended_at", "ending", "ended_by"])
    send_off(membership)
    membership_ended.send(sender=Membership, membership=membership, now=now)
