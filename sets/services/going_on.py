"""A set goes on without a facilitator: at once, or from a day on which it has agreed.

Every member looks after it then, members take turns as host, and each is asked anew to agree to the ground rules.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from als_project.clock import to_local
from als_project.outbox import services as outbox
from als_project.refusals import Refused
from als_project.users.models import User
from sets.enums import Ending, Facilitation
from sets.live import tell
from sets.models import LearningSet, Membership
from sets.services._ground import caretaker, end_membership, hold, make_room
from sets.services.ruling import ask_anew
from sets.signals import facilitation_ended, facilitation_ending

log = logging.getLogger(__name__)

FARTHEST = timedelta(days=366)
# No zone's calendar is further ahead of UTC.
AHEAD = timedelta(hours=14)


class DayRefused(Refused):
    """The facilitation can't end on that day; the words belong beside it."""


@transaction.atomic
def go_self_facilitated(*, learning_set: LearningSet, by: User, now: datetime, stays: bool | None = None) -> None:
    """At once. Facilitators who take part go on as members; the acting one if they say that they stay, else has left.

    `stays` None: as they take part now.
    """
    held = hold(learning_set)
    acting = _facilitator(held, by)
    stays = acting.is_member if stays is None else stays
    if stays and not acting.is_member:
        make_room(held, for_more=1, now=now)
        acting.is_member = True
        acting.save(update_fields=["is_member"])
    make_self_facilitated(held, going=[] if stays else [acting], by=by, now=now)


@transaction.atomic
def agree_on_day(*, learning_set: LearningSet, by: User, day: date | None, now: datetime) -> None:
    """From this day on, by the set's own calendar; None: its facilitators go on after all. Everybody is told.

    Facilitators who take no part leave on that day. Raises DayRefused; and Refused where there is nobody to go on.
    """
    held = hold(learning_set)
    _facilitator(held, by)
    if held.self_facilitated_from == day:
        return
    if day is not None:
        today = to_local(now, held.time_zone).date()
        if not today < day <= today + FARTHEST:
            raise DayRefused(_("Choose a day to come, within a year; or none, for at once."))
        if not held.memberships.present().members().exists():
            raise Refused(_("Nobody would be left to go on: invite members first."))
    note_day(held, day, by=by, now=now)


def note_day(held: LearningSet, day: date | None, *, by: User | None, now: datetime) -> None:
    """Everybody is told, also who noted it: it is their own role that ends. Call it with the set's row held.

    Nobody has noted it where a day that has come can't hold.
    """
    held.self_facilitated_from = day
    held.save(update_fields=["self_facilitated_from"])
    people = User.objects.filter(memberships__in=held.memberships.present())
    cause, sealed = f"{held.end_of_facilitation}:{now:%Y%m%dT%H%M%S.%f}", by.name if by else ""
    outbox.post_to_each(people, kind="sets.end_of_facilitation", cause=cause, about=held.pk, sealed=sealed)
    tell(held.pk)


def let_facilitation_end(*, now: datetime) -> int:
    """Where the day has come, the set goes on by itself. Returns how many sets do."""
    perhaps = LearningSet.objects.going_on().filter(self_facilitated_from__lte=(now + AHEAD).date())
    return sum(_tried(learning_set, now=now) for learning_set in list(perhaps))


def make_self_facilitated(held: LearningSet, *, going: Sequence[Membership], by: User | None, now: datetime) -> None:
    """The set, whose row is held, is looked after by all who stay; those who are `going` have left it.

    Raises Refused where somebody who stays would have no role, or nobody stays.
    """
    present = list(held.memberships.present().select_related("user"))
    leaving = {membership.pk for membership in going}
    staying = [m for m in present if m.pk not in leaving]
    if only_facilitating := [m.user.name for m in staying if not m.is_member]:
        raise Refused(
            _("%(names)s would be left without a role. They can leave, or take part as a member, first.")
            % {"names": ", ".join(only_facilitating)}
        )
    if not staying:
        raise Refused(_("Nobody would be left to go on: invite members first."))
    Membership.objects.filter(pk__in=[m.pk for m in staying]).update(is_facilitator=False)
    held.invitations.undecided().filter(as_member=False).update(withdrawn_at=now)
    held.invitations.undecided().update(as_facilitator=False)
    held.facilitation, held.self_facilitated_from = Facilitation.SELF_FACILITATED, None
    held.save(update_fields=["facilitation", "self_facilitated_from"])
    for membership in going:
        end_membership(membership, ending=Ending.LEFT, by=by, now=now)
    if held.is_closed:
        return
    former = {m.user_id for m in present if m.is_facilitator}
    facilitation_ended.send(sender=LearningSet, learning_set=held, former=former, now=now)
    ask_anew(held, by=by, now=now)
    others = [m.user for m in staying if by is None or m.user_id != by.pk]
    outbox.post_to_each(others, kind="sets.self_facilitated", cause=f"{held.pk}:{now.isoformat()}", about=held.pk)


def _facilitator(held: LearningSet, by: User) -> Membership:
    acting = caretaker(held, by)
    if held.is_self_facilitated:
        raise Refused(_("This set is self-facilitated already."))
    if held.is_closed:
        raise Refused(_("This set has closed: it meets no more."))
    return acting


def _tried(learning_set: LearningSet, *, now: datetime) -> bool:
    """One that can't go on by itself now stops no other; it is tried again next time."""
    try:
        return _ends(learning_set, now=now)
    except Refused:
        return False
    except (DatabaseError, ObjectDoesNotExist) as error:
        log.error("Set %s did not go on by itself (%s).", learning_set.pk, type(error).__name__)
        return False


@transaction.atomic
def _ends(learning_set: LearningSet, *, now: datetime) -> bool:
    """False where the day has not come there yet, or the set has just agreed otherwise.

    Where nobody is left who would go on, no day is agreed any more, which those who are there are told.
    """
    held = hold(learning_set)
    day = held.self_facilitated_from
    if day is None or held.is_closed or day > to_local(now, held.time_zone).date():
        return False
    people = list(held.memberships.present().select_related("user", "learning_set"))
    going = [membership for membership in people if not membership.is_member]
    if len(going) == len(people):
        note_day(held, None, by=None, now=now)
        return False
    facilitation_ending.send(sender=LearningSet, learning_set=held, now=now)
    make_self_facilitated(held, going=going, by=None, now=now)
    return True
