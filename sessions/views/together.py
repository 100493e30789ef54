"""The scribe, the method, and the review."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sessions.forms import together as forms
from sessions.forms.boxes import scribe_form_for
from sessions.forms.room import cant_be_quoted, whom
from sessions.models import Session
from sessions.room import Room, room_of
from sessions.services import casting, reviewing
from sessions.services.capturing import NotForOthers
from sessions.views.capturing import too_late
from sessions.views.folded import shows
from sessions.views.room import act, for_readers, for_those_who_run_it, show
from sets.models import Membership


@require_http_methods(["GET", "POST"])
@for_readers
@shows(scribe_form_for, "sessions/_room_scribe.html", gettext_lazy("Somebody who writes for all"))
def scribe(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    form = forms.ScribeForm(request.POST, room=room_of(session, membership, timezone.now()))
    if not form.is_valid():
        messages.error(request, _("Choose somebody who is here."))
        return redirect("sessions:room", session.pk)
    return act(
        request,
        session,
        membership,
        lambda: casting.name_scribe(session=session, by=request.user, scribe=form.scribe, now=timezone.now()),
        said=_("%(name)s writes for all.") % {"name": form.scribe.name} if form.scribe else _("Nobody writes for all."),
    )


@require_POST
@for_readers
def offer_for(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    room = room_of(session, membership, timezone.now())
    form = forms.OfferForForm(request.POST, room=room)
    if not form.is_valid():
        if session.is_over:
            return too_late(request, session, _("This session is over."), request.POST.get("headline", ""))
        return show(request, room, status=422, offer_for_form=form, unsent=_unsent(room, request))
    member, headline = form.member, form.cleaned_data["headline"]
    return act(
        request,
        session,
        membership,
        lambda: casting.offer_for(
            session=session, by=request.user, member=member, headline=headline, now=timezone.now()
        ),
        said=_("Written down for %(name)s.") % {"name": member.name},
    )


def _unsent(room: Room, request: SignedInRequest) -> str:
    """The headline, where the page no longer shows the form it was typed in."""
    return "" if room.without_offer else request.POST.get("headline", "")


@require_POST
@for_readers
def method(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    picked = request.POST.get("method", "")
    return act(
        request,
        session,
        membership,
        lambda: casting.pick_method(session=session, by=request.user, method=picked, now=timezone.now()),
        said=_("The method is picked."),
    )


@require_POST
@for_readers
def review(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    room = room_of(session, membership, timezone.now())
    form = forms.ReviewForm(request.POST, room=room)
    unsent = "\n\n".join(text for name in forms.WORDS if (text := request.POST.get(name, "")))
    if not form.is_valid():
        if cant_be_quoted(room, request.POST):
            return show(request, room, status=409, refusal=str(NotForOthers()), unsent=unsent)
        return show(request, room, status=422, review_form=form)
    given = form.words | {"rating": form.rating}
    try:
        author = whom(room, request.POST)
        reviewing.save_review(session=session, by=request.user, for_whom=author, now=timezone.now(), **given)
    except Refused as refusal:
        session.refresh_from_db()
        if session.is_closed:
            return too_late(request, session, str(refusal), unsent)
        truth = room_of(session, membership, timezone.now())
        return show(request, truth, status=409, refusal=str(refusal), unsent=unsent)
    messages.success(request, _("Your review is saved.") if author is None else _("The review is saved."))
    return redirect("sessions:room", session.pk)


@require_POST
@for_those_who_run_it
def show_reviews(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    return act(
        request,
        session,
        membership,
        lambda: reviewing.show_reviews(session=session, by=request.user, now=timezone.now()),
    )
