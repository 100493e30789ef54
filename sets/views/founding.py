"""Founding a set, its page, and changing it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sets.access import caretaker_or_403, membership_or_404, people_of
from sets.forms.founding import ChangeForm, FoundForm
from sets.forms.lead_times import LeadTimesForm
from sets.forms.notes import FOREVER, NotesForm
from sets.models import NOTES_GRACE, Membership
from sets.permissions import looks_after, may_found
from sets.processes.loader import process_called
from sets.services import founding
from sets.services.notes import agree_on_notes
from sets.views.agreement import agreement
from sets.views.typed import typed


@require_http_methods(["GET", "POST"])
def found(request: SignedInRequest) -> HttpResponse:
    caring = Membership.objects.looking_after().filter(user=request.user).exists()
    if not may_found(request.user, looks_after_a_set=caring):
        raise PermissionDenied
    form = FoundForm(typed(request), initial={"time_zone": request.user.time_zone, "takes_part": True})
    if request.method == "POST" and form.is_valid():
        learning_set = founding.found_set(by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The set is founded. Now invite its people."))
        return redirect("sets:people", learning_set.pk)
    return render(request, "sets/found.html", {"form": form})


@require_safe
def learning_set(request: SignedInRequest, set_id: int) -> HttpResponse:
    membership = membership_or_404(request, set_id)
    people = sorted(people_of(request, set_id), key=lambda person: (person.joined_at, person.pk))
    context = {
        **agreement(people, membership),
        "membership": membership,
        "learning_set": membership.learning_set,
        "looks_after": looks_after(membership),
        "facilitators": [person for person in people if person.is_facilitator],
        "process": process_called(membership.learning_set.process),
    }
    return render(request, "sets/set.html", context)


@require_http_methods(["GET", "POST"])
def change(request: SignedInRequest, set_id: int) -> HttpResponse:
    learning_set = caretaker_or_403(request, set_id).learning_set
    form = ChangeForm(typed(request), initial=model_to_dict(learning_set, fields=ChangeForm.Meta.fields))
    if request.method == "POST" and form.is_valid():
        founding.change_set(learning_set=learning_set, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(learning_set)
    return render(request, "sets/change.html", {"form": form, "learning_set": learning_set})


@require_http_methods(["GET", "POST"])
def notes(request: SignedInRequest, set_id: int) -> HttpResponse:
    learning_set = caretaker_or_403(request, set_id).learning_set
    form = NotesForm(typed(request), initial={"live": learning_set.notes_live_months or FOREVER})
    now, status = timezone.now(), 200
    if request.method == "POST" and form.is_valid():
        months = form.cleaned_data["live"]
        try:
            agreed = agree_on_notes(learning_set=learning_set, by=request.user, months=months, now=now)
            is_new = agreed.notes_agreed_at == now
            messages.success(request, _("Saved. Everybody else in the set is told.") if is_new else _("Saved."))
            return redirect(learning_set)
        except Refused as refusal:
            form.add_error("live", str(refusal))
            status = 409
    context = {"form": form, "learning_set": learning_set, "not_before": now + NOTES_GRACE}
    return render(request, "sets/notes.html", context, status=status)


@require_http_methods(["GET", "POST"])
def lead_times(request: SignedInRequest, set_id: int) -> HttpResponse:
    learning_set = caretaker_or_403(request, set_id).learning_set
    form = LeadTimesForm(typed(request), initial=model_to_dict(learning_set, fields=LeadTimesForm.Meta.fields))
    if request.method == "POST" and form.is_valid():
        founding.change_set(learning_set=learning_set, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved. Messages that have gone out already are not sent again."))
        return redirect(learning_set)
    return render(request, "sets/lead_times.html", {"form": form, "learning_set": learning_set})
