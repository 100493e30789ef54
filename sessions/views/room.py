"""The room: one page for everyone while the session runs. Each button is a plain form; htmx saves the reload."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sessions import permissions
from sessions.access import rules_first, session_as_shown_or_404, session_in_room_or_404
from sessions.forms import room as forms
from sessions.forms.boxes import boxes_for
from sessions.forms.running import PressedAt
from sessions.models import Session
from sessions.room import Room, room_of
from sessions.services import running
from sessions.stamp import NO_STAGE, stage_in, stamp_on
from sets.access import membership_or_404
from sets.models import Membership

RoomView = Callable[[SignedInRequest, Session, Membership], HttpResponse]
SessionView = Callable[[SignedInRequest, int], HttpResponse]
Find = Callable[[SignedInRequest, int], Session]


def for_readers(view: RoomView, find: Find = session_in_room_or_404) -> SessionView:
    """Gives the view the session and the reader's place in its set. Strangers find nothing; rules come first."""

    @wraps(view)
    def entered(request: SignedInRequest, session_id: int) -> HttpResponse:
        session = find(request, session_id)
        membership = membership_or_404(request, session.learning_set_id)
        session.learning_set = membership.learning_set
        return rules_first(request, session) or view(request, session, membership)

    return entered


def for_those_who_run_it(view: RoomView) -> SessionView:
    """The same, for who looks after the set or facilitates today."""

    @wraps(view)
    def entered(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
        if not permissions.may_run(session, membership):
            raise PermissionDenied
        return view(request, session, membership)

    return for_readers(entered)


@require_safe
@partial(for_readers, find=session_as_shown_or_404)
def room(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    if session.is_closed or session.is_cancelled:
        return redirect(session)
    return show(request, room_of(session, membership, timezone.now(), stamp=stamp_on(session)))


@require_safe
@for_readers
def room_now(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    """What has changed since the page's stamp. The boxes are left alone unless the stage has changed.

    A page that waited for the session to open, or shows one that is over, goes as a whole.
    """
    seen = request.GET.get("stamp", "")
    if not (session.is_running or session.is_scheduled):
        return HttpResponse(status=204, headers={"HX-Redirect": session.get_absolute_url()})
    stamp = stamp_on(session)
    if stamp == seen or (session.is_scheduled and "waits" in request.GET):
        return HttpResponse(status=204)
    if stage_in(seen) == NO_STAGE != stage_in(stamp):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    room = room_of(session, membership, timezone.now(), stamp=stamp)
    boxes = stage_in(seen) != stage_in(stamp)
    people = request.GET.get("people") != room.people_stamp
    other_topics = not boxes and _chooses_among_others(request, room)
    return changed(request, room, boxes=boxes, people=people, topics_changed=other_topics)


def _chooses_among_others(request: SignedInRequest, room: Room) -> bool:
    """The page has a form for choosing that lists other topics than can be chosen from now."""
    topics = request.GET.get("topics")
    return topics is not None and room.is_choosing and topics != forms.topics_in(room.offers_here)


@require_POST
@for_those_who_run_it
def open_room(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    return act(
        request,
        session,
        membership,
        lambda: running.open_session(session=session, by=request.user, now=timezone.now()),
    )


@require_POST
@for_those_who_run_it
def next_stage(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    """On, or back, from the stage the presser saw."""
    move = running.previous_stage if request.POST.get("way") == "back" else running.next_stage
    form = PressedAt(request.POST)
    leaving = form.cleaned_data["leaving"] if form.is_valid() else 0
    return act(
        request,
        session,
        membership,
        lambda: move(session=session, by=request.user, leaving=leaving, now=timezone.now()),
    )


@require_POST
@for_readers
def here(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    """Said by the page itself on a first visit; a button for who had sent apologies."""
    with suppress(Refused):
        running.arrive(session=session, by=request.user, now=timezone.now())
    if "HX-Request" in request.headers:
        return HttpResponse()
    return redirect("sessions:room", session.pk)


@require_POST
@for_those_who_run_it
def choose(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    if gone := over(request, session):
        return gone
    seen = room_of(session, membership, timezone.now())
    form = forms.ChooseForm(request.POST, room=seen, process=seen.process)
    if "share" in request.POST and seen.is_choosing:
        return show(request, seen, choose_form=forms.with_minutes_shared(form, request.POST, seen))
    if not form.is_valid():
        return show(request, seen, status=422, choose_form=form if seen.is_choosing else None)
    try:
        running.choose(
            session=session,
            by=request.user,
            choices=form.choices,
            seen=form.slots_seen,
            optional=form.optional,
            now=timezone.now(),
        )
    except Refused as refusal:
        return _choose_again(request, session, membership, str(refusal))
    messages.success(request, _("The topics are chosen."))
    return redirect("sessions:room", session.pk)


def _choose_again(request: SignedInRequest, session: Session, membership: Membership, why: str) -> HttpResponse:
    """The new truth, with what was typed still in the form; sent again, it knows what it replaces."""
    session.refresh_from_db()
    if not session.is_running:
        messages.error(request, why)
        return redirect("sessions:room", session.pk)
    truth = room_of(session, membership, timezone.now())
    if not truth.is_choosing:
        return show(request, truth, status=409, refusal=why)
    data = request.POST.copy()
    data["seen"] = forms.seen_in(truth.slots)
    form = forms.ChooseForm(data, room=truth, process=truth.process)
    form.add_error(None, why)
    return show(request, truth, status=409, choose_form=form)


def act(
    request: SignedInRequest, session: Session, membership: Membership, service: Callable[[], object], said: str = ""
) -> HttpResponse:
    """The room as it is after the service, or with the reason why not."""
    try:
        service()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if said:
            messages.success(request, said)
    if "HX-Request" not in request.headers:
        return redirect("sessions:room", session.pk)
    session.refresh_from_db()
    if not (session.is_running or session.is_scheduled):
        return leave(request, session)
    return changed(request, room_of(session, membership, timezone.now()), boxes=True)


def over(request: SignedInRequest, session: Session) -> HttpResponse | None:
    """Where a form leads that arrives when the session is over; None while it is not."""
    session.refresh_from_db(fields=["state"])
    if not session.is_over:
        return None
    messages.error(request, _("This session is over.") if session.is_closed else _("This session was cancelled."))
    return leave(request, session)


def leave(request: SignedInRequest, session: Session) -> HttpResponse:
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": session.get_absolute_url()})
    return redirect(session)


def show(request: SignedInRequest, room: Room, *, status: int = 200, **extra: Any) -> HttpResponse:
    """The whole page. Pass `box`, `choose_form` or `refusal` to show what was sent instead of an empty form."""
    context = {**shown(room), **boxes_for(room), **extra}
    return render(request, "sessions/room.html", context, status=status)


def changed(
    request: SignedInRequest, room: Room, *, boxes: bool, people: bool = False, status: int = 200, **extra: Any
) -> HttpResponse:
    """The parts of the page that change; boxes, and those of the people, only when asked. Notes are never touched."""
    context = {**shown(room), "boxes": boxes, "people": people, "fragment": True}
    if boxes:
        context |= boxes_for(room)
    return render(request, "sessions/_room_now.html", {**context, **extra}, status=status)


def shown(room: Room) -> dict[str, Any]:
    """The room, and by names of their own what its templates ask most of."""
    return {"room": room, "session": room.session, "stage": room.stage, "conduct": room.conduct}
