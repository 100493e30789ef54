"""A set closes; and goes on after all."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from als_project.clock import to_local
from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sets.access import caretaker_or_403
from sets.forms.closing import CloseForm
from sets.models import LearningSet
from sets.services import closing
from sets.views.typed import typed

# Offered for a start.
USUALLY = timedelta(days=30)


@require_http_methods(["GET", "POST"])
def close(request: SignedInRequest, set_id: int) -> HttpResponse:
    learning_set = caretaker_or_403(request, set_id).learning_set
    if learning_set.is_forgotten:
        return redirect(learning_set)
    now, zone = timezone.now(), learning_set.time_zone
    offered = to_local(learning_set.notes_end_at or now + USUALLY, zone).date()
    form = CloseForm(typed(request), initial={"last_day": offered}, zone=zone)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            closing.close_set(learning_set=learning_set, by=request.user, notes_end_at=form.notes_end_at, now=now)
            messages.success(request, _words_for(learning_set, form))
            return redirect(learning_set)
        except Refused as refusal:
            form.add_error("last_day" if isinstance(refusal, closing.EndRefused) else None, str(refusal))
            status = 409
    return render(request, "sets/close.html", {"form": form, "learning_set": learning_set}, status=status)


def _words_for(before: LearningSet, form: CloseForm) -> str:
    if not before.is_closed:
        return _("The set has closed. Everybody else in it is told.")
    return _("Saved.") if before.notes_end_at == form.notes_end_at else _("Saved. Everybody else in the set is told.")


@require_POST
def open_again(request: SignedInRequest, set_id: int) -> HttpResponse:
    learning_set = caretaker_or_403(request, set_id).learning_set
    closing.open_again(learning_set=learning_set, by=request.user, now=timezone.now())
    if learning_set.is_closed:
        messages.success(request, _("The set goes on. Everybody else in it is told."))
    return redirect(learning_set)
