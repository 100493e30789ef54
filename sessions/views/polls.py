"""Finding a date: propose, answer, choose."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from als_project.refusals import Refused
from als_project.users.models import User
from als_project.users.requests import SignedInRequest
from als_project.written_once import written_once
from sessions.away import away_soon
from sessions.forms import polls as forms
from sessions.forms.schedule import initial_for
from sessions.models import Poll
from sessions.poll_grid import grid_of
from sessions.services import polling
from sessions.services.scheduling import DateRefused
from sets.access import caretaker_or_403, membership_or_404
from sets.models import Membership
from sets.permissions import looks_after
from sets.views.typed import typed


@require_http_methods(["GET", "POST"])
def open_poll(request: SignedInRequest, set_id: int) -> HttpResponse:
    learning_set = caretaker_or_403(request, set_id).learning_set
    now = timezone.now()
    usual = {**initial_for(learning_set, request.user), "minimum": learning_set.minimum_to_run}
    form = forms.PollForm(typed(request), initial=usual, learning_set=learning_set, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            dates = [starts_at for _option, starts_at in form.dates.proposed()]
            poll = polling.open_poll(learning_set=learning_set, by=request.user, dates=dates, now=now, **form.details())
        except (polling.PollRefused, DateRefused) as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("Everyone in the set is asked by e-mail. Say what suits you, too."))
            return redirect(poll)
    context = {"form": form, "learning_set": learning_set, "away": away_soon(learning_set, now=now)}
    return render(request, "sessions/open_poll.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def poll(request: SignedInRequest, poll_id: int) -> HttpResponse:
    """Everyone's answers, and mine to give."""
    found, membership = _found(request, poll_id)
    grid = grid_of(found, membership, now=timezone.now(), data=typed(request))
    if request.method == "POST" and (grid.form is None or grid.form.is_valid()):
        answers = grid.form.answers() if grid.form else {}
        return _done(
            request,
            found,
            lambda: polling.answer_poll(poll=found, by=request.user, answers=answers, now=timezone.now()),
            _("Thank you. You can change your answer until the deadline, or until a date is chosen."),
        )
    status = 422 if grid.form and grid.form.errors else 200
    return render(request, "sessions/poll.html", {"grid": grid, "poll": found}, status=status)


@require_http_methods(["GET", "POST"])
def change_poll(request: SignedInRequest, poll_id: int) -> HttpResponse:
    found = _to_be_changed(request, poll_id)
    if not found.is_open:
        return _over(request, found)
    now = timezone.now()
    form = forms.PollForm(
        typed(request), poll=found, initial=forms.initial_from(found), learning_set=found.learning_set, now=now
    )
    if request.method == "POST" and form.is_valid():
        try:
            polling.change_poll(poll=found, by=request.user, dates=form.dates.proposed(), now=now, **form.details())
        except polling.PollOver as refusal:
            return _over(request, found, refusal)
        except (polling.PollRefused, DateRefused) as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("Saved. Only those whom a new date concerns are asked again."))
            return redirect(found)
    context = {"form": form, "poll": found, "learning_set": found.learning_set}
    return render(request, "sessions/change_poll.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
def choose_date(request: SignedInRequest, poll_id: int, option_id: int) -> HttpResponse:
    """What choosing this date means, and one button that does it."""
    found = _to_be_changed(request, poll_id)
    membership = membership_or_404(request, found.learning_set_id)
    option = found.options.filter(pk=option_id).first()
    if not found.is_open or option is None:
        return _over(request, found, None if option else polling.DatesChanged())
    if request.method == "POST":
        option.poll = found
        try:
            session = polling.choose_date(option=option, by=request.user, now=timezone.now())
        except Refused as refusal:
            return _over(request, found, refusal)
        messages.success(request, _("The date is chosen. Everyone in the set is told by e-mail."))
        return redirect(session)
    grid = grid_of(found, membership, now=timezone.now())
    row = next(row for row in grid.rows if row.option == option)
    return render(request, "sessions/choose_date.html", {"poll": found, "row": row, "grid": grid})


@require_http_methods(["GET", "POST"])
def close_poll(request: SignedInRequest, poll_id: int) -> HttpResponse:
    found = _to_be_changed(request, poll_id)
    if not found.is_open:
        return _over(request, found)
    if request.method == "POST":
        return _done(
            request,
            found,
            lambda: polling.close_poll(poll=found, by=request.user, now=timezone.now()),
            _("The poll is closed without a date."),
        )
    return render(request, "sessions/close_poll.html", {"poll": found})


def _found(request: SignedInRequest, poll_id: int) -> tuple[Poll, Membership]:
    found = next(iter(_visible(poll_id, request.user)), None)
    if found is None:
        raise Http404
    return found, membership_or_404(request, found.learning_set_id)


@written_once
def _visible(poll_id: int, user: User) -> QuerySet[Poll]:
    rows = Poll.objects.visible_to(user).filter(pk=poll_id)
    return rows.select_related("learning_set", "session", "opened_by", "decided_by")


def _to_be_changed(request: SignedInRequest, poll_id: int) -> Poll:
    found, membership = _found(request, poll_id)
    if not looks_after(membership):
        raise PermissionDenied
    return found


def _done(request: SignedInRequest, found: Poll, act: Any, words: str) -> HttpResponse:
    """Back to the poll, with what was done or why it can't be."""
    try:
        act()
    except Refused as refusal:
        return _over(request, found, refusal)
    messages.success(request, words)
    return redirect(found)


def _over(request: SignedInRequest, found: Poll, refusal: Refused | None = None) -> HttpResponse:
    """Somebody was quicker, or it is over: the page that shows how things stand now, and why."""
    messages.error(request, str(refusal) if refusal else _("This poll is over; its dates stand as they were."))
    session = getattr(refusal, "session", None)
    return redirect(session or found)


def _show(form: forms.PollForm, refusal: Refused) -> None:
    form.add_error("answer_by" if isinstance(refusal, polling.DeadlineRefused) else None, str(refusal))


def _status(form: forms.PollForm) -> int:
    return 422 if form.is_bound and not form.is_valid() else 200
