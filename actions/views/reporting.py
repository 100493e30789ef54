from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actions.access import typed, way_on, with_action
from actions.forms import ReportBackForm
from actions.models import Action
from actions.permissions import owns
from actions.services import reporting
from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest


@require_http_methods(["GET", "POST"])
@with_action
def report_back(request: SignedInRequest, action: Action) -> HttpResponse:
    if not owns(request.user, action):
        raise PermissionDenied
    if request.method == "GET" and action.is_proposed:
        return redirect("actions:confirm", action.pk)
    form = ReportBackForm(typed(request), kept_as=f"report-{action.pk}")
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            reporting.report_back(action=action, by=request.user, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("Thank you: your report-back is saved."))
            return redirect(way_on(request, action.get_absolute_url()))
    context = {"action": action, "form": form, "next": way_on(request, "")}
    return render(request, "actions/report_back.html", context, status=status)
