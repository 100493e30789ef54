"""Words under a stage, and notes to self. Nothing typed is lost: what is refused comes back with the reason."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sessions.forms import room as forms
from sessions.models import Session
from sessions.room import Room, room_of
from sessions.services import capturing
from sessions.views.room import changed, for_readers, show
from sets.models import Membership


@require_POST
@for_readers
def contribute(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    room = room_of(session, membership, timezone.now())
    form = forms.sent_box(room, request.POST)
    if not form.is_valid():
        return _beside_what_is_wrong(request, room)
    sent = form.cleaned_data
    stage = get_object_or_404(session.stages, pk=sent.pop("stage"))
    try:
        sent["for_whom"] = forms.whom(room, request.POST)
        capturing.contribute(stage=stage, by=request.user, now=timezone.now(), **sent)
    except Refused as refusal:
        session.refresh_from_db()
        if session.is_closed:
            return too_late(request, session, str(refusal), sent["text"])
        truth = room_of(session, membership, timezone.now())
        return _again(request, truth, status=409, refusal=str(refusal), unsent=sent["text"])
    if "HX-Request" not in request.headers:
        messages.success(request, _("Added."))
        return redirect("sessions:room", session.pk)
    truth = room_of(session, membership, timezone.now())
    if truth.stage != stage:
        return changed(request, truth, boxes=True)
    return changed(request, truth, boxes=False, fresh_box=forms.box_for(truth, sent["kind"]))


def _beside_what_is_wrong(request: SignedInRequest, room: Room) -> HttpResponse:
    """The box as it was sent; without it where it names another for whom they don't write: it would become theirs."""
    text = request.POST.get("text", "")
    if forms.cant_be_quoted(room, request.POST):
        return _again(request, room, status=409, refusal=str(capturing.NotForOthers()), unsent=text)
    unsent = "" if room.may_write or room.quotable else text
    return _again(request, room, status=422, box=forms.box_again(room, request.POST), unsent=unsent)


def _again(request: SignedInRequest, room: Room, *, status: int, **extra: Any) -> HttpResponse:
    if "HX-Request" in request.headers:
        return changed(request, room, boxes=True, status=status, **extra)
    return show(request, room, status=status, **extra)


def too_late(request: SignedInRequest, session: Session, refusal: str, unsent: str) -> HttpResponse:
    """The session closed while they wrote: their words on a page of their own."""
    context = {"session": session, "refusal": refusal, "unsent": unsent}
    return render(request, "sessions/room_closed.html", context, status=409)


@require_POST
@for_readers
def note(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    room = room_of(session, membership, timezone.now())
    form = forms.NoteForm(request.POST, room=room)
    words = _("Your notes are saved. Only you can read them.")
    if form.is_valid():
        try:
            capturing.save_note(session=session, by=request.user, text=form.cleaned_data["text"], now=timezone.now())
        except Refused as refusal:
            form.add_error("text", str(refusal))
    in_place = "HX-Request" in request.headers
    if form.errors and in_place:
        return render(request, "sessions/_room_note_error.html", {"note_form": form}, status=422)
    if form.errors:
        return show(request, room, status=422, note_form=form)
    if in_place:
        return HttpResponse(words)
    messages.success(request, words)
    return redirect("sessions:room", session.pk)
