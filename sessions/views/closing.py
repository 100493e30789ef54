"""Closing a session. Whoever closes it before its review is asked for one, or for the reason why not."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sessions.forms.running import CloseForm
from sessions.models import Session
from sessions.services import closing
from sessions.views.room import act, for_those_who_run_it, leave
from sets.models import Membership


@require_POST
@for_those_who_run_it
def close(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    form = CloseForm(request.POST, session=session)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        closing.close_session(session=session, by=request.user, now=timezone.now(), without_review=reason)
    except closing.ReviewNotHeld:
        return _ask(request, session, form)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The session is closed. Everyone in the set can read what was captured."))
    return leave(request, session)


def _ask(request: SignedInRequest, session: Session, form: CloseForm) -> HttpResponse:
    """First asked, nothing is wrong yet; afterwards the reason is."""
    asked = "reason" in request.POST
    if asked and not form.errors:
        form.add_error("reason", _("Say in a few words why."))
    context = {
        "session": session,
        "form": form if asked else CloseForm(session=session),
        "minutes": closing.SHORT_REVIEW,
    }
    return render(request, "sessions/close_early.html", context, status=422 if asked else 409)


@require_POST
@for_those_who_run_it
def go_to_review(request: SignedInRequest, session: Session, membership: Membership) -> HttpResponse:
    return act(
        request, session, membership, lambda: closing.go_to_review(session=session, by=request.user, now=timezone.now())
    )
