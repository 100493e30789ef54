"""Planning a run of sessions: the rule, then its dates to look at, then one button."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sessions.forms.runs import RunForm
from sessions.forms.schedule import initial_for
from sessions.recurrence import FEWEST_SESSIONS
from sessions.run_preview import Preview, preview_of
from sessions.services import rota, runs
from sets.access import caretaker_or_403
from sets.models import LearningSet
from sets.views.typed import typed


@require_http_methods(["GET", "POST"])
def plan_run(request: SignedInRequest, set_id: int) -> HttpResponse:
    """Nothing is kept between the steps but in the form itself: whoever goes back finds what they typed."""
    learning_set = caretaker_or_403(request, set_id).learning_set
    now = timezone.now()
    usual = initial_for(learning_set, request.user)
    form = RunForm(typed(request), initial=usual, learning_set=learning_set, now=now)
    if "back" in request.POST or not form.is_valid():
        return _ask(request, form, learning_set)
    try:
        preview = _preview(request, form, learning_set)
        if "plan" in request.POST and preview.is_settled and len(preview.kept) >= FEWEST_SESSIONS:
            return _plan(request, form, learning_set, preview)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _ask(request, form, learning_set)
    return _show(request, form, learning_set, preview)


def _ask(request: SignedInRequest, form: RunForm, learning_set: LearningSet) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "sessions/plan_run.html", {"form": form, "learning_set": learning_set}, status=status)


def _preview(request: SignedInRequest, form: RunForm, learning_set: LearningSet) -> Preview:
    return preview_of(
        form.cleaned_data["recurrence"].days(),
        form.at,
        learning_set=learning_set,
        zone=form.cleaned_data["time_zone"],
        minutes=form.cleaned_data["minutes"],
        reader=request.user,
        sent=request.POST,
    )


def _show(request: SignedInRequest, form: RunForm, learning_set: LearningSet, preview: Preview) -> HttpResponse:
    tried = "plan" in request.POST
    context: dict[str, Any] = {
        "form": form,
        "learning_set": learning_set,
        "preview": preview,
        "recurrence": form.cleaned_data["recurrence"],
        "zone": form.cleaned_data["time_zone"],
        "tried": tried,
        "too_few": tried and len(preview.kept) < FEWEST_SESSIONS,
    }
    return render(request, "sessions/run_preview.html", context, status=422 if tried else 200)


def _plan(request: SignedInRequest, form: RunForm, learning_set: LearningSet, preview: Preview) -> HttpResponse:
    where = form.where()
    first = where.pop("facilitator")
    count = len(preview.dates)
    together = learning_set.is_self_facilitated
    runs.schedule_run(
        learning_set=learning_set,
        by=request.user,
        rule=form.cleaned_data["recurrence"].rule,
        dates=preview.dates,
        facilitators=rota.turns(learning_set, first=first, count=count) if together else [first] * count,
        form_key=form.cleaned_data["form_key"],
        now=timezone.now(),
        **where,
    )
    words = _("%(count)s sessions are planned. Everyone in the set is told once by e-mail.")
    messages.success(request, words % {"count": count})
    return redirect(learning_set)
