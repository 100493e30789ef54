"""After a session: what was said, by topic and stage."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from als_project.clock import to_local
from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sessions.access import rules_first, session_or_404
from sessions.models import Session
from sessions.paper import pdf_of
from sessions.permissions import may_read, may_run
from sessions.record import record_of
from sets.access import membership_or_404, read_alone

RecordView = Callable[[SignedInRequest, Session], HttpResponse]


def for_who_may_read(view: RecordView) -> RecordView:
    """For who was there, or may read the past of the set; others see when and where it was, and why not more."""

    @wraps(view)
    def entered(request: SignedInRequest, session: Session) -> HttpResponse:
        read_alone(request, session.learning_set)
        if elsewhere := rules_first(request, session):
            return elsewhere
        if not may_read(session, membership_or_404(request, session.learning_set_id)):
            return render(request, "sessions/record_not_yours.html", {"session": session}, status=403)
        return view(request, session)

    return entered


@for_who_may_read
def record(request: SignedInRequest, session: Session) -> HttpResponse:
    membership = membership_or_404(request, session.learning_set_id)
    context = {"session": session, "record": record_of(session, request.user), "may_run": may_run(session, membership)}
    return render(request, "sessions/record.html", context)


@require_safe
def record_pdf(request: SignedInRequest, session_id: int) -> HttpResponse:
    """The same record on paper; where no PDF can be made, the page itself, which prints."""
    session = session_or_404(request, session_id)
    if not session.is_closed:
        messages.info(request, _("There is a record once the session is closed."))
        return redirect(session)
    return _on_paper(request, session)


@for_who_may_read
def _on_paper(request: SignedInRequest, session: Session) -> HttpResponse:
    context = {"session": session, "record": record_of(session, request.user)}
    try:
        document = pdf_of(render_to_string("sessions/record_paper.html", context, request))
    except Refused as refusal:
        messages.info(request, str(refusal))
        return redirect(session)
    name = f"session-{to_local(session.starts_at, session.time_zone):%Y-%m-%d}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(document, content_type="application/pdf", headers=headers)
