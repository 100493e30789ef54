"""A chosen presenter is absent: their place is free, their topic stays theirs, and another bidder is offered it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import BidState, SlotState
from sessions.models import Bid, Session, Slot
from sessions.models.running import SlotQuerySet
from sessions.services.handing_over import hand_back_after
from sessions.services.holding import hold_running
from sessions.services.stirring import stir


class NotFree(Refused):
    """The topic has begun, its presenter is here, or somebody has taken the place."""


class NotOffered(Refused):
    """The place was not offered to them, or not any more; or their topic can't be taken."""


@transaction.atomic
def free_slot(*, session: Session, by: User, slot: int, now: datetime) -> Slot:
    """The absent presenter's place is free and takes no time until somebody has it. Freeing twice frees once.

    The bid is an offered one again, until the session closes: they may come after all. Raises NotRunning, NotFree.
    """
    session = hold_running(session)
    row = _slot_to_come(session, slot)
    if row.state == SlotState.FREE:
        return row
    is_away = session.attendances.away().filter(user=row.presenter).exists()
    if not is_away or row.state != SlotState.PLANNED:
        raise NotFree(_("%(name)s is here: the place is theirs.") % {"name": row.presenter.name})
    _give_back(session, row, now)
    stir(session.pk)
    return row


def free_places_of(*, session: Session, person: int, now: datetime) -> None:
    """Every place to come that their topics were given is free. Call it with the session's row held."""
    for row in _to_come(session).filter(presenter=person, state=SlotState.PLANNED, bid__isnull=False):
        _give_back(session, row, now)


def _give_back(session: Session, slot: Slot, now: datetime) -> None:
    session.bids.filter(slot=slot).update(state=BidState.OFFERED)
    free(session, slot, now)


def free(session: Session, slot: Slot, now: datetime) -> None:
    """It takes no time; whose it was stays known. Who ran the session until after it hands back.

    Call it with the session's row held.
    """
    slot.state, slot.bid, slot.freed_from_id = SlotState.FREE, None, slot.presenter_id
    slot.save(update_fields=["state", "bid", "freed_from"])
    slot.stages.filter(skipped_by=None).update(skipped_at=now)
    hand_back_after(session=session, slot_id=slot.pk)


def take_up(slot: Slot) -> None:
    """It is to come after all. Call it with the session's row held."""
    slot.state = SlotState.PLANNED
    slot.save(update_fields=["state"])
    slot.stages.filter(skipped_by=None).update(skipped_at=None)


def _to_come(session: Session) -> SlotQuerySet:
    """The session has not gone past their place either: there nobody's turn would come any more."""
    ahead = session.stages.filter(position__gt=session.stages.now().values("position")[:1])
    return session.slots.filter(pk__in=ahead.values("slot")).exclude(stages__started_at__isnull=False)


def _slot_to_come(session: Session, slot: int) -> Slot:
    row = _to_come(session).select_related("presenter", "offered_to").filter(pk=slot).first()
    if row is None:
        raise NotFree(_("This topic has begun, or is gone."))
    return row


def _free_slot(session: Session, slot: int) -> Slot:
    row = _slot_to_come(session, slot)
    if row.state != SlotState.FREE:
        raise NotFree(_("Somebody has this place already."))
    return row


@transaction.atomic
def offer_slot(*, session: Session, by: User, slot: int, bid: Bid, now: datetime) -> Slot:
    """The place is offered to this bid's member, and to nobody else. Raises NotRunning, NotFree, NotOffered."""
    session = hold_running(session)
    row = _free_slot(session, slot)
    if not _can_take(session, bid):
        raise NotOffered(_("This topic can't be taken any more. Look again."))
    row.offered_to = bid
    row.save(update_fields=["offered_to"])
    stir(session.pk)
    return row


def _can_take(session: Session, bid: Bid) -> bool:
    here = session.bids.exclude(member__in=session.attendances.away().values("user"))
    return here.filter(pk=bid.pk, state=BidState.OFFERED).exists()


@transaction.atomic
def answer_offer(*, session: Session, by: User, slot: int, bid: int, accepts: bool, now: datetime) -> Slot:
    """Accepted: the place with its minutes belongs to that topic, and its stages are to come. Else it stays free.

    The answer is the member's, or is given for them by who runs the session. Raises NotRunning, NotFree, NotOffered.
    """
    session = hold_running(session)
    row = _free_slot(session, slot)
    if row.offered_to is None or row.offered_to_id != bid:
        raise NotOffered(_("The place is not offered to this topic any more."))
    if accepts and not _can_take(session, row.offered_to):
        raise NotOffered(_("This topic can't be taken any more. Look again."))
    if accepts:
        _hand_to(row, row.offered_to)
    row.offered_to = None
    row.save(update_fields=["offered_to"])
    stir(session.pk)
    return row


def _hand_to(slot: Slot, bid: Bid) -> None:
    slot.bid, slot.presenter_id = bid, bid.member_id
    slot.save(update_fields=["bid", "presenter"])
    take_up(slot)
    Bid.objects.filter(pk=bid.pk).update(state=BidState.CHOSEN)
