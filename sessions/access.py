"""What a view fetches first: the session a person may see. A stranger meets a 404."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from als_project.users.requests import SignedInRequest
from sessions.models import Session
from sets.access import needs_agreement


def session_or_404(request: SignedInRequest, session_id: int) -> Session:
    sessions = Session.objects.visible_to(request.user).select_related("learning_set", "facilitator")
    return get_object_or_404(sessions, pk=session_id)


def rules_first(request: SignedInRequest, session: Session) -> HttpResponseRedirect | None:
    """Where a newcomer goes before anything said in the set; None for everyone who has agreed to its rules."""
    if not needs_agreement(request.user, session.learning_set):
        return None
    messages.info(request, _("Please read the ground rules and agree to them first. Then this page is yours too."))
    return redirect("sets:rules", session.learning_set_id)
