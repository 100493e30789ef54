"""The room's forms that are seldom used: they are folded away, and made only for whoever opens one."""

from collections.abc import Callable
from functools import wraps

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise

from als_project.users.requests import SignedInRequest
from sessions.models import Session
from sessions.room import Room, room_of
from sessions.stamp import stamp_on
from sessions.views.room import RoomView
from sets.models import Membership


def shows(form_for: Callable[[Room], Form | None], template: str, heading: Promise) -> Callable[[RoomView], RoomView]:
    """What takes the form also shows it: as a page of its own, or to htmx for its place in the room."""

    def decorated(view: RoomView) -> RoomView:
        @wraps(view)
        def shown_or_taken(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
            if request.method == "POST":
                return view(request, session, membership)
            room = room_of(session, membership, timezone.now(), stamp=stamp_on(session))
            return _show(request, room, form_for(room), template, heading)

        return shown_or_taken

    return decorated


def _show(request: SignedInRequest, room: Room, form: Form | None, template: str, heading: Promise) -> HttpResponse:
    """Where there is nothing to fill in any more, the room as it is now."""
    in_place = "HX-Request" in request.headers
    if form is None and in_place:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if form is None:
        return redirect("sessions:room", room.session.pk)
    if in_place:
        return render(request, template, {"room": room, "form": form})
    context = {"room": room, "form": form, "template": template, "heading": heading, "alone": True}
    return render(request, "sessions/room_form.html", context)
