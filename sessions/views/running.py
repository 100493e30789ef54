"""What can be pressed while a session runs: its time, its plan, who runs it, raised hands. One service each."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sessions import permissions
from sessions.enums import Hand
from sessions.forms import running as forms
from sessions.forms.boxes import presence_form_for
from sessions.forms.room import presence_form
from sessions.models import Session
from sessions.room import Room, room_of
from sessions.services import freeing, handing_over, replanning, signalling, timekeeping
from sessions.views.attendance import note
from sessions.views.folded import shows
from sessions.views.room import act, changed, for_readers, for_those_who_run_it, show
from sets.models import Membership

Form = TypeVar("Form", bound=django_forms.Form)


def press(
    request: SignedInRequest,
    session: Session,
    membership: Membership,
    form: Form,
    service: Callable[[Form], object],
    said: str = "",
) -> HttpResponse:
    """Buttons carry what their page knew. One that carries nonsense changes nothing, and the room is shown."""
    if not form.is_valid():
        return act(request, session, membership, lambda: None)
    return act(request, session, membership, lambda: service(form), said=said)


@require_POST
@for_those_who_run_it
def give_time(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    return press(
        request,
        session,
        membership,
        forms.GiveTimeForm(request.POST),
        lambda form: timekeeping.give_time(session=session, by=request.user, now=timezone.now(), **form.cleaned_data),
    )


@require_POST
@for_those_who_run_it
def pause(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    service = timekeeping.go_on if request.POST.get("way") == "on" else timekeeping.pause
    return press(
        request,
        session,
        membership,
        forms.PressedAt(request.POST),
        lambda form: service(session=session, by=request.user, now=timezone.now(), **form.cleaned_data),
    )


@require_http_methods(["GET", "POST"])
@for_those_who_run_it
@shows(forms.replan_form_for, "sessions/_room_replan.html", gettext_lazy("Plan what remains"))
def replan(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    room = room_of(session, membership, timezone.now())
    form = forms.ReplanForm(request.POST, room=room)
    if not form.is_valid():
        return _again(request, room, replan_form=form)
    data = form.cleaned_data
    sent = {"plans": form.plans, "closing_minutes": data.get("closing"), "seen": data["seen"]}
    try:
        replanning.replan(session=session, by=request.user, now=timezone.now(), **sent)
    except Refused as refusal:
        return _refused(request, room, str(refusal), replan_form=forms.replan_again)
    return act(request, session, membership, lambda: None, said=_("What remains is planned anew."))


@require_http_methods(["GET", "POST"])
@for_those_who_run_it
@shows(forms.skip_form_for, "sessions/_room_skip.html", gettext_lazy("Pass over a stage"))
def skip(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    room = room_of(session, membership, timezone.now())
    form = forms.SkipForm(request.POST, room=room)
    if not form.is_valid():
        return _again(request, room, skip_form=form)
    try:
        replanning.skip(session=session, by=request.user, now=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        return _refused(request, room, str(refusal), skip_form=forms.SkipForm)
    return act(request, session, membership, lambda: None, said=_("The stage is passed over."))


def _again(request: SignedInRequest, room: Room, *, status: int = 422, **form: Any) -> HttpResponse:
    """The form as it was sent, with what is wrong beside its fields."""
    if not room.session.is_running:
        return act(request, room.session, room.membership, lambda: None)
    if "HX-Request" in request.headers:
        return changed(request, room, boxes=True, status=status, **form)
    return show(request, room, status=status, **form)


def _refused(request: SignedInRequest, room: Room, why: str, **fitted: Callable[..., Form]) -> HttpResponse:
    """The new truth, with what was typed still in the form and the reason above it."""
    room.session.refresh_from_db()
    if not room.session.is_running:
        messages.error(request, why)
    truth = room_of(room.session, room.membership, timezone.now())
    forms_again = {name: fit(request.POST, room=truth) for name, fit in fitted.items()}
    for form in forms_again.values():
        form.add_error(None, why)
    return _again(request, truth, status=409, **forms_again)


@require_POST
@for_those_who_run_it
def take_up(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    return press(
        request,
        session,
        membership,
        forms.StageForm(request.POST),
        lambda form: replanning.take_up(session=session, by=request.user, now=timezone.now(), **form.cleaned_data),
    )


# --- Who is here -------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@for_those_who_run_it
@shows(presence_form_for, "sessions/_room_present.html", gettext_lazy("Who is here"))
def attendance(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    form = presence_form(room_of(session, membership, timezone.now()), request.POST)
    return act(request, session, membership, lambda: note(request, session, form, said=_("Noted who is here.")))


# --- The place of who is absent ----------------------------------------------------------------------
@require_POST
@for_those_who_run_it
def free(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    return press(
        request,
        session,
        membership,
        forms.PlaceForm(request.POST),
        lambda form: freeing.free_slot(session=session, by=request.user, now=timezone.now(), **form.cleaned_data),
    )


@require_POST
@for_those_who_run_it
def offer_place(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    def offer(form: forms.OfferPlaceForm) -> None:
        bid = get_object_or_404(session.bids.standing(), pk=form.cleaned_data["bid"])
        slot = form.cleaned_data["slot"]
        freeing.offer_slot(session=session, by=request.user, slot=slot, bid=bid, now=timezone.now())

    return press(request, session, membership, forms.OfferPlaceForm(request.POST), offer)


@require_POST
@for_readers
def answer_place(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    """By the member whose topic it is; or for them, by who runs the session."""
    form = forms.OfferPlaceForm(request.POST)
    if form.is_valid() and not permissions.may_run(session, membership):
        get_object_or_404(session.bids.standing(), pk=form.cleaned_data["bid"], member=request.user)
    accepts = request.POST.get("way") == "yes"
    return press(
        request,
        session,
        membership,
        form,
        lambda form: freeing.answer_offer(
            session=session, by=request.user, accepts=accepts, now=timezone.now(), **form.cleaned_data
        ),
    )


# --- Who runs it -------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@for_those_who_run_it
@shows(forms.hand_over_form_for, "sessions/_room_hand_over.html", gettext_lazy("Hand over to somebody else"))
def hand_over(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    room = room_of(session, membership, timezone.now())
    form = forms.HandOverForm(request.POST, room=room)
    if not form.is_valid():
        return _again(request, room, hand_over_form=form)
    to = form.memberships[form.cleaned_data["to"]]
    for_topic = form.cleaned_data.get("for_topic", False)
    return act(
        request,
        session,
        membership,
        lambda: handing_over.ask_to_run(
            session=session, by=request.user, to=to, for_topic=for_topic, now=timezone.now()
        ),
    )


@require_POST
@for_readers
def answer_hand_over(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    """Accept, or rather not: who is asked. Call it off, or take it back: who may run the session."""
    services = {
        "accept": handing_over.accept_running,
        "call-off": handing_over.call_off,
        "take-back": handing_over.take_back,
    }
    way = request.POST.get("way", "")
    asked = permissions.is_asked_to_run(session, membership) and way != "take-back"
    if not asked and (way == "accept" or not permissions.may_run(session, membership)):
        raise PermissionDenied
    if way not in services:
        return act(request, session, membership, lambda: None)
    return act(
        request,
        session,
        membership,
        lambda: services[way](session=session, by=request.user, now=timezone.now()),
    )


# --- Hands and rounds --------------------------------------------------------------------------------
@require_POST
@for_readers
def hand(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    service = signalling.lower_hand if request.POST.get("way") == "lower" else signalling.raise_hand

    def move(form: forms.HandForm) -> None:
        shown, leaving = Hand(form.cleaned_data["hand"]), form.cleaned_data["leaving"]
        service(session=session, by=request.user, leaving=leaving, hand=shown, now=timezone.now())

    return press(request, session, membership, forms.HandForm(request.POST), move)


@require_POST
@for_readers
def turn(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    """The next one has the word: said by who has it, or by who runs the session."""
    form = forms.TurnForm(request.POST)
    speaker = form.cleaned_data["speaker"] if form.is_valid() else 0
    if not permissions.may_move_round_on(session, membership, speaker):
        raise PermissionDenied
    return press(
        request,
        session,
        membership,
        form,
        lambda form: signalling.end_turn(session=session, by=request.user, now=timezone.now(), **form.cleaned_data),
    )
