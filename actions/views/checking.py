"""A day on which the owner wants to be asked how it is going."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actions.access import typed, with_action
from actions.forms import CheckForm
from actions.models import Action
from actions.permissions import owns
from actions.services import checking
from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest


@require_http_methods(["GET", "POST"])
@with_action
def check(request: SignedInRequest, action: Action) -> HttpResponse:
    if not owns(request.user, action):
        raise PermissionDenied
    now, status = timezone.now(), 200
    form = CheckForm(typed(request), initial={"check_on": action.check_on or checking.halfway(action, now=now)})
    if request.method == "POST" and form.is_valid():
        try:
            checking.ask_in_between(action=action, by=request.user, on=form.cleaned_data["check_on"], now=now)
        except Refused as refusal:
            form.add_error("check_on", str(refusal))
            status = 409
        else:
            messages.success(request, _("You are asked then.") if form.cleaned_data["check_on"] else _("Not asked."))
            return redirect(action)
    return render(request, "actions/check.html", {"action": action, "form": form}, status=status)
