"""The owner asks, the supporter answers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from actions.access import typed, way_on, with_action
from actions.forms import AskForm
from actions.models import Action
from actions.permissions import is_asked_to_support, owns
from actions.services import supporting
from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest


@require_http_methods(["GET", "POST"])
@with_action
def ask_supporter(request: SignedInRequest, action: Action) -> HttpResponse:
    if not owns(request.user, action):
        raise PermissionDenied
    form = AskForm(typed(request), action=action, owner=request.user)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            action = supporting.ask(action=action, by=request.user, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            asked = _("Asked. You hear when they answer.") if action.supporter else _("Nobody is asked, for now.")
            messages.success(request, asked)
            return redirect(action)
    return render(request, "actions/ask_supporter.html", {"action": action, "form": form}, status=status)


@require_POST
@with_action
def answer_support(request: SignedInRequest, action: Action) -> HttpResponse:
    if not is_asked_to_support(request.user, action):
        raise PermissionDenied
    accepts = request.POST.get("answer") == "accept"
    try:
        supporting.answer_support(action=action, by=request.user, accepts=accepts, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("Thank you. They are told that you support them.") if accepts else _("Thank you. They are told.")
        messages.success(request, said)
    return redirect(way_on(request, action.get_absolute_url()))
