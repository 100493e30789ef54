"""Whose turn it is to facilitate or host, and what two people agree about it."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sessions.access import session_or_404
from sessions.away import people_in
from sessions.forms.rota import TurnForm
from sessions.models import Session, TurnRequest
from sessions.rota_page import rota_of
from sessions.services import turns
from sets.access import membership_or_404
from sets.views.typed import typed


@require_safe
def rota(request: SignedInRequest, set_id: int) -> HttpResponse:
    learning_set = membership_or_404(request, set_id).learning_set
    context = {"learning_set": learning_set, "rota": rota_of(learning_set, request.user)}
    return render(request, "sessions/rota.html", context)


@require_http_methods(["GET", "POST"])
def ask_turn(request: SignedInRequest, session_id: int) -> HttpResponse:
    """The holder offers the turn, or somebody else offers to take it."""
    session = session_or_404(request, session_id)
    if session.facilitator is None or not session.is_scheduled:
        messages.error(request, _("This session has nobody's turn to ask about, or it is no longer to come."))
        return redirect("sessions:rota", session.learning_set_id)
    form = TurnForm(
        typed(request),
        session=session,
        reader=request.user,
        people=people_in(session.learning_set),
        others=list(session.learning_set.sessions.to_come().select_related("facilitator")),
    )
    if request.method == "POST" and form.is_valid():
        try:
            asked = turns.ask(
                session=session,
                by=request.user,
                taker=form.cleaned_data["taker"],
                in_return=form.cleaned_data["in_return"],
                now=timezone.now(),
            )
        except turns.CantAsk as refusal:
            form.add_error("way", str(refusal))
        else:
            messages.success(request, _("%(name)s is asked by e-mail.") % {"name": asked.asked.name})
            return redirect("sessions:rota", session.learning_set_id)
    context = {"form": form, "session": session, "gives": session.facilitator == request.user}
    return render(request, "sessions/ask_turn.html", context, status=422 if form.errors else 200)


@require_POST
def answer_turn(request: SignedInRequest, turn_id: int) -> HttpResponse:
    found = _between_two(request, turn_id)
    if found.asked != request.user:
        raise PermissionDenied
    accepts = request.POST.get("answer") == "yes"
    return _done(
        request,
        found.session,
        lambda: turns.answer(request=found, by=request.user, accepts=accepts, now=timezone.now()),
        _("Agreed: the rota has changed.") if accepts else _("Declined. The rota stays as it was."),
    )


@require_POST
def withdraw_turn(request: SignedInRequest, turn_id: int) -> HttpResponse:
    found = _between_two(request, turn_id)
    if found.asked_by != request.user:
        raise PermissionDenied
    return _done(
        request,
        found.session,
        lambda: turns.withdraw(request=found, by=request.user, now=timezone.now()),
        _("Withdrawn."),
    )


def _between_two(request: SignedInRequest, turn_id: int) -> TurnRequest:
    return get_object_or_404(TurnRequest.objects.visible_to(request.user).with_sessions(), pk=turn_id)


def _done(request: SignedInRequest, session: Session, act: Callable[[], object], words: str) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect("sessions:rota", session.learning_set_id)
