"""Sharing the time where there are no bids, and the secret ballot where there are."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sessions import permissions
from sessions.forms.choosing import MarksForm, OpenBallotForm, ShareTimeForm, ThreesForm, share_form_for
from sessions.models import Session, Slot
from sessions.room import Room, room_of
from sessions.services import balloting, sharing
from sessions.views.room import act, for_readers, for_those_who_run_it, over, show
from sets.models import Membership


@require_POST
@for_those_who_run_it
def share_time(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    if gone := over(request, session):
        return gone
    room = room_of(session, membership, timezone.now())
    form = share_form_for(room, request.POST)
    if not form.is_valid():
        return show(request, room, status=422, share_form=form)
    try:
        slots = _share(request, session, form)
    except Refused as refusal:
        if gone := over(request, session):
            return gone
        session.refresh_from_db()
        form.add_error(None, str(refusal))
        truth = room_of(session, membership, timezone.now())
        extra = {"share_form": form} if truth.is_choosing else {"refusal": str(refusal)}
        return show(request, truth, status=409, **extra)
    messages.success(request, _("Everyone has %(minutes)s minutes.") % {"minutes": slots[0].minutes})
    return redirect("sessions:room", session.pk)


def _share(request: SignedInRequest, session: Session, form: ShareTimeForm) -> list[Slot]:
    sent: dict[str, Any] = {
        "session": session,
        "by": request.user,
        "breaks": form.cleaned_data["breaks"],
        "seen": form.slots_seen,
        "optional": form.optional,
        "now": timezone.now(),
    }
    if isinstance(form, ThreesForm):
        return sharing.share_in_threes(threes=form.threes, **sent)
    return sharing.share_time(presenters=form.presenters, **sent)


@require_POST
@for_those_who_run_it
def join_three(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    """Who came later sits with the smallest three."""
    room = room_of(session, membership, timezone.now())
    person = next((person for person in room.turns.latecomers if str(person.pk) == request.POST.get("also")), None)
    if person is None:
        return act(request, session, membership, lambda: None)
    return act(
        request,
        session,
        membership,
        lambda: sharing.join_three(session=session, by=request.user, person=person, now=timezone.now()),
    )


@require_POST
@for_those_who_run_it
def share_rest(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    """Who is here has changed since the turns were laid out."""
    room = room_of(session, membership, timezone.now())
    also = next((person for person in room.turns.latecomers if str(person.pk) == request.POST.get("also")), None)
    return act(
        request,
        session,
        membership,
        lambda: sharing.share_rest(
            session=session, by=request.user, seen=request.POST.get("seen", ""), also=also, now=timezone.now()
        ),
    )


@require_POST
@for_those_who_run_it
def ballot(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    """Opens one, or closes the one that is open."""
    if request.POST.get("way") == "close":
        return act(
            request,
            session,
            membership,
            lambda: balloting.close_ballot(session=session, by=request.user, now=timezone.now()),
        )
    form = OpenBallotForm(request.POST)
    marks = form.cleaned_data["marks_each"] if form.is_valid() else 0
    if not marks:
        messages.error(request, _("Each needs from one to ten marks."))
        return redirect("sessions:room", session.pk)
    return act(
        request,
        session,
        membership,
        lambda: balloting.open_ballot(session=session, by=request.user, marks_each=marks, now=timezone.now()),
    )


@require_POST
@for_readers
def give_marks(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    if not permissions.may_prepare(membership):
        raise PermissionDenied
    if gone := over(request, session):
        return gone
    room = room_of(session, membership, timezone.now())
    form = MarksForm(request.POST, room=room)
    if not form.is_valid():
        return show(request, room, status=422, **_marks_shown(room, form))
    try:
        balloting.give_marks(session=session, by=request.user, marks=form.marks, now=timezone.now())
    except Refused as refusal:
        return over(request, session) or _marks_again(request, session, membership, str(refusal))
    messages.success(request, _("Your marks are in. You can change them until the ballot is closed."))
    return redirect("sessions:room", session.pk)


def _marks_again(request: SignedInRequest, session: Session, membership: Membership, why: str) -> HttpResponse:
    """The reason, beside the marks as they were given where the ballot is still there."""
    session.refresh_from_db()
    truth = room_of(session, membership, timezone.now())
    form = MarksForm(request.POST, room=truth)
    form.add_error(None, why)
    return show(request, truth, status=409, **_marks_shown(truth, form, why))


def _marks_shown(room: Room, form: MarksForm, why: str = "") -> dict[str, Any]:
    """The form where the page has a place for it; else why they were not taken."""
    if room.is_choosing and room.ballot and room.ballot.ballot.is_open:
        return {"marks_form": form}
    return {"refusal": why or _("No ballot is open in this stage. Your marks were not saved.")}
