"""Where a mail about several actions leads: what waits for its owner's word, each with a button a word."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from actions.access import with_action
from actions.answers import IN_ONE_WORD
from actions.models import Action
from actions.permissions import owns
from actions.services import reporting
from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest


@require_GET
def owed(request: SignedInRequest) -> HttpResponse:
    waiting = Action.objects.awaiting_report().owned_by(request.user).visible_to(request.user)
    context = {"actions": waiting.select_related("learning_set", "session"), "answers": IN_ONE_WORD}
    return render(request, "actions/owed.html", context)


@require_POST
@with_action
def stands(request: SignedInRequest, action: Action) -> HttpResponse:
    if not owns(request.user, action):
        raise PermissionDenied
    state = request.POST.get("state", "")
    try:
        reporting.say_where_it_stands(action=action, by=request.user, state=state, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted, thank you"))
    return redirect("actions:owed")
