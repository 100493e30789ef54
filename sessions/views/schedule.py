"""Giving the set its sessions, and looking back at them."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from als_project.clock import in_words
from als_project.refusals import Refused
from als_project.users.models import User
from als_project.users.requests import SignedInRequest
from sessions.access import session_or_404
from sessions.away import away_soon
from sessions.forms.schedule import ReachForm, ScheduleForm, initial_for, initial_from
from sessions.models import Session
from sessions.services import runs, scheduling
from sets.access import caretaker_or_403, membership_or_404
from sets.permissions import looks_after
from sets.views.typed import typed


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
    context = {"form": form, "learning_set": learning_set, "away": away_soon(learning_set, now=now)}
    return render(request, "sessions/schedule.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
def move(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = _to_be_changed(request, session_id)
    if not session.is_scheduled:
        return _refused(request, session, scheduling.NoLongerScheduled())
    now = timezone.now()
    form = ScheduleForm(
        request.POST or None,
        initial=initial_from(session),
        learning_set=session.learning_set,
        now=now,
        later=_later(session),
    )
    try:
        moved = _try(form, lambda: _move(session, form, by=request.user, now=now))
    except scheduling.NoLongerScheduled as refusal:
        return _refused(request, session, refusal)
    if moved:
        messages.success(request, _what_became_of_the_move(session, moved))
        return redirect(moved)
    context = {"form": form, "session": session, "away": away_soon(session.learning_set, now=now)}
    return render(request, "sessions/move.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
def cancel(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = _to_be_changed(request, session_id)
    if not session.is_scheduled:
        return _refused(request, session, scheduling.NoLongerScheduled())
    form = ReachForm(typed(request), later=_later(session))
    if request.method == "POST" and form.is_valid():
        try:
            words = _cancel(session, form, by=request.user)
        except scheduling.NoLongerScheduled as refusal:
            return _refused(request, session, refusal)
        messages.success(request, words)
        return redirect(session)
    context = {"form": form, "session": session, "learning_set": session.learning_set}
    return render(request, "sessions/cancel.html", context, status=422 if form.errors else 200)


@require_safe
def past(request: SignedInRequest, set_id: int) -> HttpResponse:
    membership = membership_or_404(request, set_id)
    sessions = Session.objects.filter(learning_set=membership.learning_set).over().with_numbers()
    context = {"learning_set": membership.learning_set, "sessions": sessions}
    return render(request, "sessions/past.html", context)


def _to_be_changed(request: SignedInRequest, session_id: int) -> Session:
    session = session_or_404(request, session_id)
    if not looks_after(membership_or_404(request, session.learning_set_id)):
        raise PermissionDenied
    return session


def _later(session: Session) -> int:
    """How many later ones of its run are still scheduled."""
    return max(0, len(runs.from_here(session)) - 1)


def _move(session: Session, form: ScheduleForm, *, by: User, now: datetime) -> Session:
    if form.and_later:
        return runs.move_from_here(session=session, by=by, now=now, **form.details())[0]
    return scheduling.move_session(session=session, by=by, now=now, **form.details())


def _cancel(session: Session, form: ReachForm, *, by: User) -> str:
    if form.and_later:
        count = len(runs.cancel_from_here(session=session, by=by, now=timezone.now()))
        return _("%(count)s sessions are cancelled. Everyone in the set is told once by e-mail.") % {"count": count}
    scheduling.cancel_session(session=session, by=by, now=timezone.now())
    return _("The session is cancelled. Everyone in the set is told by e-mail.")


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
