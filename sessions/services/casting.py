"""Who writes for all, what they write for members who offer a topic, and by which method the set consults."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import Urgency
from sessions.models import Bid, Session, Slot, Stage
from sessions.permissions import listens, may_prepare, may_run, may_write, writes_for_others
from sessions.process import process_of
from sessions.services.bidding import offer_topic
from sessions.services.holding import hold_running
from sessions.services.running import arrive
from sessions.services.stirring import stir
from sets.models import Membership
from sets.processes import Captures, Who


class CantCast(Refused):
    """Another one names the scribe, or this one can't be it."""


class CantOfferFor(Refused):
    """Not in this stage, not by this person, or the member has offered one themselves."""


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
def offer_for(*, session: Session, by: User, member: User, headline: str, now: datetime) -> Bid:
    """The member's bid stands with this headline, and says who wrote it down. Raises NotRunning, CantOfferFor."""
    session = hold_running(session)
    stage = session.stages.now().select_related("slot").first()
    if stage is None or Captures.TOPIC not in stage.captures:
        raise CantOfferFor(_("Topics are written down while they are shared."))
    writer = Membership.objects.present_in(session.learning_set, by)
    if writer is None or not writes_for_others(session, stage, writer):
        raise CantOfferFor(_("Who runs the session, or the scribe, writes topics down for others."))
    owner = Membership.objects.present_in(session.learning_set, member)
    if owner is None or not may_prepare(owner) or session.bids.standing().filter(member=member).exists():
        raise CantOfferFor(_("They have offered a topic themselves, or bring none."))
    arrive(session=session, by=member, now=now)
    bid = offer_topic(
        session=session, by=member, headline=headline, question="", urgency=Urgency.SOON, minutes_wanted=30, now=now
    )
    bid.topic.written_by = by
    bid.topic.save(update_fields=["written_by"])
    return bid


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
