"""When I can't come: said once, for all my sets."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from als_project.users.requests import SignedInRequest
from sessions.forms.away import AwayForm
from sessions.models import AwayDates
from sessions.services import being_away
from sets.views.typed import typed


@require_http_methods(["GET", "HEAD", "POST"])
def away(request: SignedInRequest) -> HttpResponse:
    form = AwayForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            being_away.add_away(by=request.user, now=timezone.now(), **form.cleaned_data)
        except being_away.AwayRefused as refusal:
            form.add_error("until_on", str(refusal))
        else:
            messages.success(request, _("Noted. Whoever plans sessions for a set of yours sees it."))
            return redirect("sessions:away")
    coming = AwayDates.objects.of(request.user).filter(until_on__gte=timezone.localdate())
    return render(request, "sessions/away.html", {"form": form, "coming": coming}, status=422 if form.errors else 200)


@require_POST
def remove_away(request: SignedInRequest, away_id: int) -> HttpResponse:
    found = get_object_or_404(AwayDates.objects.of(request.user), pk=away_id)
    being_away.remove_away(away=found, by=request.user)
    messages.success(request, _("Taken out."))
    return redirect("sessions:away")
