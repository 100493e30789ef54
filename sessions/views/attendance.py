"""How many are coming, and who was there."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sessions import permissions
from sessions.access import session_or_404
from sessions.attendance_table import attendance_of
from sessions.away import people_in
from sessions.forms.attendance import PresenceForm
from sessions.models import Session
from sessions.services import attending, quorum, scheduling
from sets.access import membership_or_404
from sets.permissions import looks_after
from sets.views.typed import typed


@require_safe
def numbers(request: SignedInRequest, session_id: int) -> HttpResponse:
    """How many are coming, and what to do about it."""
    session = _looked_after(request, session_id)
    if not session.is_scheduled:
        messages.error(request, str(scheduling.NoLongerScheduled()))
        return redirect(session)
    context = {"session": session, "numbers": quorum.numbers_of(session), "is_short": quorum.is_short(session)}
    return render(request, "sessions/numbers.html", context)


@require_POST
def run_anyway(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = _looked_after(request, session_id)
    try:
        quorum.run_anyway(session=session, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It takes place. Everyone gets the usual reminder."))
    return redirect(session)


@require_http_methods(["GET", "POST"])
def who_was_there(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = session_or_404(request, session_id)
    if not permissions.may_run(session, membership_or_404(request, session.learning_set_id)):
        raise PermissionDenied
    if not (session.is_running or session.is_closed):
        messages.error(request, _("Who is here is noted once the session has begun."))
        return redirect(session)
    known = dict(session.attendances.values_list("user", "presence"))
    people = [(person, known.get(person.pk, "")) for person in people_in(session.learning_set)]
    form = PresenceForm(typed(request), people=people)
    if request.method == "POST" and form.is_valid():
        note(request, session, form, said=_("Noted who was there."))
        return redirect(session)
    return render(request, "sessions/who_was_there.html", {"form": form, "session": session})


def note(request: SignedInRequest, session: Session, form: PresenceForm, *, said: str) -> None:
    """What the sender changed is noted; where somebody noted another word meanwhile, that one stands, and is told."""
    changed = form.changed if form.is_valid() else {}
    stale = attending.note_presence(
        session=session, by=request.user, presences=changed, seen=form.seen if changed else {}, now=timezone.now()
    )
    for row in stale:
        told = {"name": row.user.name, "word": row.get_presence_display()}
        messages.error(request, _("Meanwhile %(name)s was noted as %(word)s. That stands; yours was not saved.") % told)
    if not stale or len(stale) < len(changed):
        messages.success(request, said)


@require_safe
def attendance_table(request: SignedInRequest, set_id: int) -> HttpResponse:
    learning_set = membership_or_404(request, set_id).learning_set
    context = {"learning_set": learning_set, "table": attendance_of(learning_set)}
    return render(request, "sessions/attendance_table.html", context)


def _looked_after(request: SignedInRequest, session_id: int) -> Session:
    session = session_or_404(request, session_id)
    if not looks_after(membership_or_404(request, session.learning_set_id)):
        raise PermissionDenied
    return session
