"""Roles, leaving, being removed, and who looks after the set from then on.

A set with people in it always has somebody who looks after it: a facilitator, or all its members by agreement.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from als_project.outbox import services as outbox
from als_project.refusals import Refused
from als_project.users.models import User
from sets.enums import Ending, Facilitation
from sets.models import LearningSet, Membership
from sets.models.membership import MembershipQuerySet
from sets.services._ground import caretaker, end_membership, hold, make_room
from sets.services.going_on import make_self_facilitated, note_day


class NobodyWouldLookAfterIt(Refused):
    """The last facilitator would go without a successor."""


@transaction.atomic
def set_roles(*, membership: Membership, by: User, is_member: bool, is_facilitator: bool, now: datetime) -> Membership:
    """The person's roles as given. Raises Refused for no role at all, a full set, or no facilitator left."""
    held = hold(membership.learning_set)
    caretaker(held, by)
    fresh = _present(membership)
    if not (is_member or is_facilitator):
        raise Refused(_("Everyone in a set has a role: member, facilitator or both."))
    if held.is_self_facilitated and is_facilitator:
        raise Refused(_("This set goes on without a facilitator. Name one under “Facilitation” first."))
    if not is_facilitator and not held.is_self_facilitated and not _other_facilitators(fresh).exists():
        raise NobodyWouldLookAfterIt(_last_one_words())
    make_room(held, for_more=int(is_member and not fresh.is_member), now=now)
    fresh.is_member, fresh.is_facilitator = is_member, is_facilitator
    fresh.save(update_fields=["is_member", "is_facilitator"])
    return fresh


@transaction.atomic
def leave(
    *,
    membership: Membership,
    by: User,
    now: datetime,
    successor: Membership | None = None,
    self_facilitated: bool = False,
) -> None:
    """The person's own membership has ended; the set is looked after by `successor`, by all, or as before."""
    held = hold(membership.learning_set)
    fresh = _present(membership)
    if fresh.user_id != by.pk:
        raise Refused(_("Each person leaves for themselves."))
    others = held.memberships.present().exclude(pk=fresh.pk)
    if successor is not None or self_facilitated:
        caretaker(held, by)
        if successor is not None and successor.pk == fresh.pk:
            raise NobodyWouldLookAfterIt(_last_one_words())
    if successor is not None:
        _make_facilitator(held, _present(successor), by=by, now=now)
    elif self_facilitated:
        make_self_facilitated(held, going=[fresh], by=by, now=now)
    elif is_last_facilitator(fresh) and others.exists():
        raise NobodyWouldLookAfterIt(_last_one_words())
    if fresh.is_present:
        end_membership(fresh, ending=Ending.LEFT, by=by, now=now)
    if not others.exists():
        held.invitations.undecided().update(withdrawn_at=now)


@transaction.atomic
def remove(*, membership: Membership, by: User, now: datetime) -> None:
    """Somebody else's membership has ended; they are told so, kindly and without reasons."""
    held = hold(membership.learning_set)
    caretaker(held, by)
    fresh = _present(membership)
    if fresh.user_id == by.pk:
        raise Refused(_("You can't remove yourself: leave the set instead."))
    end_membership(fresh, ending=Ending.REMOVED, by=by, now=now)
    outbox.post(kind="sets.removed", key=f"sets.removed:{fresh.pk}", to=fresh.user, about=fresh.pk)


@transaction.atomic
def hand_over(*, learning_set: LearningSet, by: User, to: Membership, now: datetime, stays: bool = True) -> None:
    """`to` facilitates instead of the acting person, who stays as a member or, with `stays` False, has left.

    In a self-facilitated set this names a facilitator, and nobody loses a role.
    """
    held = hold(learning_set)
    acting = caretaker(held, by)
    was_facilitated = not held.is_self_facilitated
    if was_facilitated and to.pk == acting.pk:
        raise Refused(_("You facilitate already: choose somebody else."))
    _make_facilitator(held, _present(to), by=by, now=now)
    if was_facilitated and stays:
        make_room(held, for_more=int(not acting.is_member), now=now)
        acting.is_member, acting.is_facilitator = True, False
        acting.save(update_fields=["is_member", "is_facilitator"])
    elif was_facilitated:
        end_membership(acting, ending=Ending.LEFT, by=by, now=now)


def is_last_facilitator(membership: Membership) -> bool:
    facilitates = membership.is_facilitator and not membership.learning_set.is_self_facilitated
    return facilitates and not _other_facilitators(membership).exists()


def _other_facilitators(membership: Membership) -> MembershipQuerySet:
    others = Membership.objects.present().facilitators().filter(learning_set=membership.learning_set_id)
    return others.exclude(pk=membership.pk)


def _present(membership: Membership) -> Membership:
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user", "learning_set")
    fresh = rows.get(pk=membership.pk)
    if not fresh.is_present:
        raise Refused(_("%(name)s does not belong to the set any more.") % {"name": fresh.user.name})
    return fresh


def _make_facilitator(held: LearningSet, to: Membership, *, by: User, now: datetime) -> None:
    if to.learning_set_id != held.pk:
        raise PermissionDenied
    to.is_facilitator = True
    to.save(update_fields=["is_facilitator"])
    held.facilitation = Facilitation.FACILITATED
    held.save(update_fields=["facilitation"])
    if held.self_facilitated_from:
        # Whoever facilitates from now on has agreed on no day on which that ends.
        note_day(held, None, by=by, now=now)
    if to.user_id != by.pk:
        key = f"sets.handed_over:{to.pk}:{now.isoformat()}"
        outbox.post(kind="sets.handed_over", key=key, to=to.user, about=to.pk)


def _last_one_words() -> str:
    return _(
        "A set needs somebody who looks after it. Name a successor, or let the set go on self-facilitated, "
        "before the last facilitator goes."
    )
