"""A process without bids: everyone who is there has a slot of the same length."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F
from django.utils.translation import gettext as _

from als_project.users.models import User
from sessions.enums import SlotState
from sessions.models import LateSeat, Session, Slot, Three
from sessions.planning import A_SLOT, LONGEST_SLOT, SHORTEST_SLOT, minutes_each, minutes_for_topics, plan_of
from sessions.process import process_of
from sessions.services.freeing import free, take_up
from sessions.services.handing_over import hand_back_after_one_of
from sessions.services.holding import hold_running
from sessions.services.laying_out import lay_out, lay_out_threes, plans_with
from sessions.services.replanning import ReplannedMeanwhile, resize, slots_to_come
from sessions.services.running import CantChoose, ChosenMeanwhile, can_still_choose
from sessions.services.stirring import stir
from sessions.threes import SIZES
from sets.models import Membership
from sets.processes import Part, Process


class TooShort(CantChoose):
    """Each would have less than a slot's shortest time."""


@transaction.atomic
def share_time(
    *,
    session: Session,
    by: User,
    presenters: Sequence[User],
    breaks: int,
    now: datetime,
    seen: Collection[int] | None = None,
    optional: Collection[str] = (),
) -> list[Slot]:
    """Each presenter, in this order, has a slot of what remains of the session less breaks, ÷ their number.

    What remains is counted beside the opening and closing stages. Sharing again replaces the slots, until the first
    has begun. Raises NotRunning, CantChoose, ChosenMeanwhile, TooShort.
    """
    session, process = _can_share(session, seen)
    _are_here(session, presenters)
    minutes = _minutes_each(session, len(presenters), breaks, now)
    until = _clear(session)
    made = lay_out(session, presenters, minutes, plans_with(process, optional))
    hand_back_after_one_of(session=session, before=until, made=made)
    stir(session.pk)
    return made


def _can_share(session: Session, seen: Collection[int] | None) -> tuple[Session, Process]:
    session = hold_running(session)
    if seen is not None and set(seen) != set(session.slots.values_list("pk", flat=True)):
        raise ChosenMeanwhile(_("Somebody else has just shared the time. This is how; yours is still in the form."))
    process = process_of(session)
    if process.uses_bids:
        raise CantChoose(_("This set chooses among topics."))
    if not can_still_choose(session):
        raise CantChoose(_("The first turn has begun: the order stands."))
    return session, process


@transaction.atomic
def share_in_threes(
    *,
    session: Session,
    by: User,
    threes: Sequence[Sequence[User]],
    breaks: int,
    now: datetime,
    seen: Collection[int] | None = None,
    optional: Collection[str] = (),
) -> list[Slot]:
    """These people sit together, and present in this order. As `share_time`, for a process in threes.

    What remains, less breaks, is shared among as many rounds as the largest three has people.
    """
    session, process = _can_share(session, seen)
    if not process.threes:
        raise CantChoose(_("This process has no threes."))
    if not threes or any(len(three) not in SIZES for three in threes):
        raise CantChoose(_("Three or four sit together: while one turns away, two others have to talk."))
    ordered = sorted(threes, key=len, reverse=True)
    _are_here(session, [person for three in ordered for person in three])
    minutes = _minutes_each(session, len(ordered[0]), breaks, now)
    until = _clear(session)
    made = lay_out_threes(session, ordered, minutes, plans_with(process, optional))
    hand_back_after_one_of(session=session, before=until, made=made)
    stir(session.pk)
    return made


@transaction.atomic
def join_three(*, session: Session, by: User, person: User, now: datetime) -> Three:
    """Who came later sits in the smallest three, and hears with it from now on; no turn is taken from anybody.

    Raises NotRunning, CantChoose.
    """
    session = hold_running(session)
    _are_here(session, [person])
    threes = list(session.threes.annotate(size=Count("people")).order_by("size", "number"))
    seated = next((three for three in threes if three.people.filter(pk=person.pk).exists()), None)
    if not threes:
        raise CantChoose(_("The set has not broken into threes."))
    if seated is None:
        _refuse_once_closing(session)
        threes[0].people.add(person)
        LateSeat.objects.create(three=threes[0], person=person, since=now)
        stir(session.pk)
    return seated or threes[0]


def _refuse_once_closing(session: Session) -> None:
    if session.stages.now().filter(part=Part.CLOSING).exists():
        raise CantChoose(_("The turns are over."))


def _clear(session: Session) -> Slot | None:
    """Returns the slot after which the session was to be handed back."""
    until = session.run_until_after
    session.slots.all().delete()
    session.threes.all().delete()
    return until


def _are_here(session: Session, presenters: Sequence[User]) -> None:
    members = Membership.objects.present().members().filter(learning_set=session.learning_set, user__in=presenters)
    here = members.exclude(user__in=session.attendances.away().values("user"))
    if here.count() < len(presenters):
        raise CantChoose(_("Somebody in this order is not here any more. Look at the list again."))


def _minutes_each(session: Session, people: int, breaks: int, now: datetime) -> int:
    remaining = max(0, minutes_for_topics(session, session.stages.filter(slot=None), now) - breaks)
    each = remaining // people if people else 0
    if each < SHORTEST_SLOT:
        raise TooShort(
            _("%(minutes)s minutes remain beside the opening, the review and the breaks: too few for %(people)s turns.")
            % {"minutes": remaining, "people": people}
        )
    return min(each, LONGEST_SLOT)


@transaction.atomic
def share_rest(*, session: Session, by: User, seen: str, also: User | None = None, now: datetime) -> list[Slot]:
    """What remains is shared equally among the turns to come of those who are here, and `also`, who comes last.

    The turn of who is not here is free: its time goes to the others. `seen` is the plan the presser looked at.
    Raises NotRunning, CantChoose, ReplannedMeanwhile.
    """
    session = hold_running(session)
    process = process_of(session)
    if process.uses_bids or not session.slots.exists() or session.threes.exists():
        raise CantChoose(_("There are no turns to share anew."))
    _refuse_once_closing(session)
    if seen != plan_of(list(session.stages.on_the_clock()), list(session.slots.all())):
        raise ReplannedMeanwhile(_("Somebody else has planned anew. This is their plan."))
    away = set(session.attendances.away().values_list("user", flat=True))
    waiting = [slot for slot in slots_to_come(session) if slot.state == SlotState.PLANNED]
    stay = [slot for slot in waiting if slot.presenter_id not in away]
    others = session.stages.exclude(slot__in=waiting)
    minutes = minutes_each(minutes_for_topics(session, others, now), len(stay) + bool(also))
    for slot in waiting:
        if slot in stay:
            resize(slot, minutes)
        else:
            free(session, slot, now)
    if also:
        stay.append(_give_turn(session, also, process, minutes))
    stir(session.pk)
    return stay


def _give_turn(session: Session, person: User, process: Process, minutes: int) -> Slot:
    """After all the others, with the same stages as they have; a turn of theirs that was freed is theirs again."""
    _are_here(session, [person])
    slots = list(session.slots.all())
    own = next((slot for slot in slots if slot.presenter_id == person.pk), None)
    if own is None:
        keys = set(session.stages.filter(slot__isnull=False).values_list("key", flat=True))
        after = max(slot.position for slot in slots)
        return lay_out(session, [person], minutes, plans_with(process, keys), after=after)[0]
    if own.state != SlotState.FREE:
        raise CantChoose(_("%(name)s has a turn already.") % {"name": person.name})
    _put_last(own, slots)
    take_up(own)
    resize(own, minutes)
    return own


def _put_last(slot: Slot, slots: Sequence[Slot]) -> None:
    """The session may have gone past the place where it stood. `slots` are all, in their order."""
    if slot == slots[-1]:
        return
    places = slots[-1].position + 1 - slot.position
    slot.position += places
    slot.save(update_fields=["position"])
    slot.stages.update(position=F("position") + places * A_SLOT)
