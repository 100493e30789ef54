"""After a session: what was said, by topic and stage."""

from django.http import HttpResponse
from django.shortcuts import render

from als_project.users.requests import SignedInRequest
from sessions.access import rules_first
from sessions.models import Session
from sessions.record import record_of


def record(request: SignedInRequest, session: Session) -> HttpResponse:
    """For who was there, or may read the past of the set; others see when and where it was, and why not more."""
    if elsewhere := rules_first(request, session):
        return elsewhere
    if not Session.objects.readable_by(request.user).filter(pk=session.pk).exists():
        return render(request, "sessions/record_not_yours.html", {"session": session}, status=403)
    return render(request, "sessions/record.html", {"session": session, "record": record_of(session, request.user)})
