"""Giving the set its sessions, and looking back at them."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from als_project.clock import in_words
from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sessions import permissions
from sessions.access import session_or_404
from sessions.forms.schedule import ScheduleForm, initial_for, initial_from
from sessions.models import Session
from sessions.services import scheduling
from sets.access import caretaker_or_403, membership_or_404


@require_http_methods(["GET", "POST"])
def schedule(request: SignedInRequest, set_id: int) -> HttpResponse:
    learning_set = caretaker_or_403(request, set_id).learning_set
    now = timezone.now()
    form = ScheduleForm(
        request.POST or None, initial=initial_for(learning_set, request.user), learning_set=learning_set, now=now
    )
    session = _try(
        form, lambda: scheduling.schedule_session(learning_set=learning_set, by=request.user, now=now, **form.details())
    )
    if session:
        messages.success(request, _("Scheduled for %(when)s. Everyone in the set is told by e-mail.") % _when(session))
        return redirect(session)
    context = {"form": form, "learning_set": learning_set}
    return render(request, "sessions/schedule.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
def move(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = _to_be_changed(request, session_id)
    if not session.is_scheduled:
        return _refused(request, session, scheduling.NoLongerScheduled())
    now = timezone.now()
    form = ScheduleForm(request.POST or None, initial=initial_from(session), learning_set=session.learning_set, now=now)
    try:
        moved = _try(form, lambda: scheduling.move_session(session=session, by=request.user, now=now, **form.details()))
    except scheduling.NoLongerScheduled as refusal:
        return _refused(request, session, refusal)
    if moved:
        messages.success(request, _what_became_of_the_move(session, moved))
        return redirect(moved)
    context = {"form": form, "session": session, "learning_set": session.learning_set}
    return render(request, "sessions/move.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
def cancel(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = _to_be_changed(request, session_id)
    if not session.is_scheduled:
        return _refused(request, session, scheduling.NoLongerScheduled())
    if request.method == "POST":
        try:
            scheduling.cancel_session(session=session, by=request.user, now=timezone.now())
        except scheduling.NoLongerScheduled as refusal:
            return _refused(request, session, refusal)
        messages.success(request, _("The session is cancelled. Everyone in the set is told by e-mail."))
        return redirect(session)
    return render(request, "sessions/cancel.html", {"session": session, "learning_set": session.learning_set})


@require_safe
def past(request: SignedInRequest, set_id: int) -> HttpResponse:
    membership = membership_or_404(request, set_id)
    sessions = Session.objects.filter(learning_set=membership.learning_set).over().with_numbers()
    context = {"learning_set": membership.learning_set, "sessions": sessions}
    return render(request, "sessions/past.html", context)


def _to_be_changed(request: SignedInRequest, session_id: int) -> Session:
    session = session_or_404(request, session_id)
    if not permissions.may_schedule(membership_or_404(request, session.learning_set_id)):
        raise PermissionDenied
    return session


def _try(form: ScheduleForm, save: Callable[[], Session]) -> Session | None:
    """The session saved; None where the form asks again, with the reason beside the date."""
    if not form.is_valid():
        return None
    try:
        return save()
    except scheduling.DateRefused as refusal:
        form.add_error("date", str(refusal))
        return None


def _status(form: ScheduleForm) -> int:
    return 422 if form.errors else 200


def _refused(request: SignedInRequest, session: Session, refusal: Refused) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect(session)


def _when(session: Session) -> dict[str, str]:
    return {"when": in_words(session.starts_at, session.time_zone)}


def _what_became_of_the_move(before: Session, after: Session) -> str:
    if after.revision == before.revision:
        return _("Nothing was changed, so nobody is told.")
    if (after.starts_at, after.minutes) == (before.starts_at, before.minutes):
        return _("Changed. Everyone in the set is told by e-mail; replies stand.")
    return _("Moved to %(when)s. Everyone in the set is told by e-mail and asked to reply again.") % _when(after)
