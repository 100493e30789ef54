"""The session page, and what each person does before a session: reply, prepare, offer a topic."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from als_project.inbox.models import MailedReply
from als_project.inbox.ways import continued_in, to_shorten
from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sessions import permissions
from sessions.access import rules_first, session_or_404
from sessions.before import before_session
from sessions.emails.replies import replies_about
from sessions.forms import prepare as forms
from sessions.models import Bid, Preparation, Session
from sessions.run_sheet import run_sheet_for
from sessions.services import bidding, replying
from sessions.views.record import record
from sets.access import membership_or_404, people_of


@require_safe
def session_page(request: SignedInRequest, session_id: int) -> HttpResponse:
    """Before the session, and a word while it runs or once it is cancelled; afterwards its record."""
    session = session_or_404(request, session_id)
    if session.is_closed:
        return record(request, session)
    membership = membership_or_404(request, session.learning_set_id)
    people = people_of(request, session.learning_set_id)
    before = before_session(session, membership, people, now=timezone.now())
    return render(request, "sessions/session.html", {"session": session, "before": before})


@require_POST
def reply(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = session_or_404(request, session_id)
    form = forms.ReplyForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.first_error)
        return redirect(session)
    said = form.cleaned_data
    return _done(
        request,
        session,
        lambda: replying.reply(session=session, by=request.user, now=timezone.now(), **said),
        form.thanks,
    )


@require_http_methods(["GET", "POST"])
def preparation(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = _for_members(request, session_id)
    mailed = continued_in(request, meant=replies_about(session))
    lines = Preparation.objects.visible_to(request.user).filter(session=session).first()
    written = [one.text for one in (lines, mailed) if one]
    form = forms.PreparationForm(request.POST or None, session=session, initial={"text": "\n".join(written)})
    if form.is_valid():
        try:
            bidding.save_preparation(
                session=session, by=request.user, text=form.cleaned_data["text"], now=timezone.now(), mailed=mailed
            )
        except Refused as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("Your preparation is saved. Only you can read it."))
            return redirect(session)
    context = {"form": form, "session": session, **_continued(mailed, form)}
    return render(request, "sessions/preparation.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def offer(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = _for_members(request, session_id)
    if elsewhere := rules_first(request, session):
        return elsewhere
    if refusal := bidding.why_no_bids(session):
        return _refused(request, session, refusal)
    bid, mailed = _own_bid(request, session), continued_in(request, meant=replies_about(session))
    kept = bid or (_kept_back(request, session) if "again" in request.GET else None)
    form = forms.OfferForm(request.POST or None, session=session, initial=forms.initial_from(kept, mailed))
    if form.is_valid():
        try:
            bidding.offer_topic(
                session=session, by=request.user, now=timezone.now(), mailed=mailed, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your topic is offered. You can change or withdraw it until the set chooses."))
            return redirect(session)
    context = {"form": form, "session": session, "bid": bid, **_continued(mailed, form, apart=kept is not None)}
    return render(request, "sessions/offer.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = _for_members(request, session_id)
    bid = _own_bid(request, session)
    if bid is None:
        messages.info(request, _("You have no topic offered to this session."))
        return redirect(session)
    return _done(
        request,
        session,
        lambda: bidding.withdraw_bid(bid=bid, by=request.user, now=timezone.now()),
        _("Your topic is withdrawn. It stays yours, and so does your preparation."),
    )


@require_POST
def nothing(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = _for_members(request, session_id)
    return _done(
        request,
        session,
        lambda: bidding.want_nothing(session=session, by=request.user, now=timezone.now()),
        _("Noted: nothing this time. You can still offer a topic if one comes to mind."),
    )


@require_safe
def run_sheet(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = session_or_404(request, session_id)
    if elsewhere := rules_first(request, session):
        return elsewhere
    if session.is_closed or session.is_cancelled:
        messages.info(request, _("The run sheet is for a session that is still to come."))
        return redirect(session)
    return render(request, "sessions/run_sheet.html", {"session": session, "sheet": run_sheet_for(session)})


def _for_members(request: SignedInRequest, session_id: int) -> Session:
    session = session_or_404(request, session_id)
    if not permissions.may_prepare(membership_or_404(request, session.learning_set_id)):
        raise PermissionDenied
    return session


def _continued(mailed: MailedReply | None, form: Form, *, apart: bool = False) -> dict[str, Any]:
    """What the page says of a reply by mail; `apart` where it is not in the form, because other words stand there."""
    return {"mailed": mailed, "apart": apart, "to_shorten": [] if apart or form.is_bound else list(to_shorten(form))}


def _own_bid(request: SignedInRequest, session: Session) -> Bid | None:
    return Bid.objects.visible_to(request.user).of(request.user, session)


def _kept_back(request: SignedInRequest, session: Session) -> Bid | None:
    return Bid.objects.visible_to(request.user).kept_back(request.user, session.learning_set).last()


def _done(request: SignedInRequest, session: Session, act: Callable[[], object], words: str) -> HttpResponse:
    """Back to the session page, with what was done or why it can't be."""
    try:
        act()
    except Refused as refusal:
        return _refused(request, session, refusal)
    messages.success(request, words)
    return redirect(session)


def _refused(request: SignedInRequest, session: Session, refusal: Refused) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect(session)
