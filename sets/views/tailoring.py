"""The set's process, stage by stage, and the set's own way of going through it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sets.access import caretaker_or_403
from sets.forms.tailoring import TailoringForm
from sets.models import LearningSet
from sets.processes import process_called
from sets.services import tailoring
from sets.tailoring import process_of_set
from sets.views.typed import typed


@require_http_methods(["GET", "POST"])
def process(request: SignedInRequest, set_id: int) -> HttpResponse:
    learning_set = caretaker_or_403(request, set_id).learning_set
    plain = process_called(learning_set.process)
    form = TailoringForm(typed(request), plain=plain, own=process_of_set(learning_set))
    as_it_ships = "as-it-ships" in request.POST
    if request.method == "POST" and (as_it_ships or form.is_valid()):
        try:
            _tailor(request, learning_set, form, as_it_ships=as_it_ships)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("sets:process", set_id)
        messages.success(request, _("Saved. Sessions opened from now on go by it."))
        return redirect("sets:process" if as_it_ships else "sets:set", set_id)
    context = {"form": form, "learning_set": learning_set, "process": plain}
    return render(request, "sets/process.html", context, status=422 if form.errors else 200)


def _tailor(request: SignedInRequest, learning_set: LearningSet, form: TailoringForm, *, as_it_ships: bool) -> None:
    tailoring.tailor(
        learning_set=learning_set,
        by=request.user,
        process=request.POST.get("process", ""),
        wanted={} if as_it_ships else form.wanted,
        now=timezone.now(),
    )
