"""Offering and swapping turns: nobody is given one, or loses one, without a yes."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from als_project.outbox import services as outbox
from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import TurnState
from sessions.models import Session, TurnRequest
from sessions.models.rota import TurnRequestQuerySet
from sets.models import LearningSet, Membership


class CantAsk(Refused):
    """The turn is not one that these two can exchange now."""


class NoLongerAsked(Refused):
    """It was answered or withdrawn, or the turns have changed hands meanwhile."""


@transaction.atomic
def ask(*, session: Session, by: User, taker: User, now: datetime, in_return: Session | None = None) -> TurnRequest:
    """One of the two has asked the other, by mail too: `taker` takes over who holds the session, who takes `in_return`.

    Raises CantAsk.
    """
    LearningSet.objects.select_for_update(no_key=True).get(pk=session.learning_set_id)
    sessions = _fresh(session, in_return)
    holder = sessions[0].facilitator
    _can_change_hands(sessions, holder=holder, taker=taker)
    if holder is None or by not in (holder, taker):
        raise PermissionDenied
    if session.turn_requests.open().exists():
        raise CantAsk(_("Somebody has been asked about this session already. Wait for their answer, or withdraw it."))
    request = TurnRequest.objects.create(
        session=session, in_return=in_return, holder=holder, taker=taker, asked_by=by, asked_at=now
    )
    key = f"sessions.turn_asked:{request.pk}"
    outbox.post(kind="sessions.turn_asked", key=key, to=request.asked, about=request.pk, due_at=now)
    return request


@transaction.atomic
def answer(*, request: TurnRequest, by: User, accepts: bool, now: datetime) -> TurnRequest:
    """The turns have changed hands if `by`, who was asked, accepts; whoever asked hears of it. Raises NoLongerAsked."""
    LearningSet.objects.select_for_update(no_key=True).get(pk=request.session.learning_set_id)
    request = _hold(request)
    if by != request.asked:
        raise PermissionDenied
    if accepts:
        sessions = _exchange(request)
        end_requests(TurnRequest.objects.about(sessions).exclude(pk=request.pk), now=now)
    _settle(request, TurnState.ACCEPTED if accepts else TurnState.DECLINED, now=now)
    key = f"sessions.turn_answered:{request.pk}"
    outbox.post(kind="sessions.turn_answered", key=key, to=request.asked_by, about=request.pk, due_at=now)
    return request


@transaction.atomic
def withdraw(*, request: TurnRequest, by: User, now: datetime) -> None:
    """It is no longer asked; a message that has not left does not leave. Raises NoLongerAsked."""
    request = _hold(request)
    if by != request.asked_by:
        raise PermissionDenied
    _settle(request, TurnState.WITHDRAWN, now=now)


def end_requests(requests: TurnRequestQuerySet, *, now: datetime) -> None:
    """Nobody is asked any more what has no ground now: one of the two is gone, or the turn has changed hands."""
    requests.open().update(state=TurnState.WITHDRAWN, answered_at=now)


def _hold(request: TurnRequest) -> TurnRequest:
    held = TurnRequest.objects.select_for_update(of=("self",)).with_sessions().get(pk=request.pk)
    if not held.is_open:
        raise NoLongerAsked(_("This has been answered or withdrawn meanwhile."))
    return held


def _settle(request: TurnRequest, state: TurnState, *, now: datetime) -> None:
    request.state, request.answered_at = state, now
    request.save(update_fields=["state", "answered_at"])


def _exchange(request: TurnRequest) -> list[Session]:
    sessions = _fresh(request.session, request.in_return)
    if sessions[0].facilitator != request.holder:
        raise NoLongerAsked(_("Somebody else has this session now."))
    try:
        _can_change_hands(sessions, holder=request.holder, taker=request.taker)
    except CantAsk as refusal:
        raise NoLongerAsked(str(refusal)) from refusal
    for session, person in zip(sessions, (request.taker, request.holder), strict=False):
        session.facilitator = person
        session.save(update_fields=["facilitator"])
    return sessions


def _fresh(session: Session, in_return: Session | None) -> list[Session]:
    """The rows as they are now, held in one order by everyone."""
    wanted = [one.pk for one in (session, in_return) if one]
    rows = Session.objects.select_for_update(of=("self",)).select_related("facilitator").order_by("pk")
    held = {row.pk: row for row in rows.filter(pk__in=wanted)}
    return [held[pk] for pk in wanted]


def _can_change_hands(sessions: list[Session], *, holder: User | None, taker: User) -> None:
    session, *others = sessions
    if not all(one.is_scheduled for one in sessions):
        raise CantAsk(_("This session has begun, is over or was cancelled."))
    if holder == taker:
        raise CantAsk(_("It is their turn already."))
    present = Membership.objects.present().filter(learning_set=session.learning_set_id)
    if not present.filter(user=taker).exists():
        raise CantAsk(_("%(name)s does not belong to the set.") % {"name": taker.name})
    for other in others:
        if other.learning_set_id != session.learning_set_id or other.facilitator != taker:
            raise CantAsk(_("The session in return is not %(name)s's any more.") % {"name": taker.name})
