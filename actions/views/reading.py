"""The list of actions, and one action with its thread."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from actions.access import with_action
from actions.lists import sort_for
from actions.models import Action
from actions.permissions import can_discard, is_asked_to_support, owns
from als_project.users.requests import SignedInRequest


@require_GET
def actions(request: SignedInRequest) -> HttpResponse:
    rows = Action.objects.visible_to(request.user).for_lists()
    return render(request, "actions/actions.html", {"piles": sort_for(request.user, rows)})


@require_GET
@with_action
def action(request: SignedInRequest, action: Action) -> HttpResponse:
    """The thread: the topic it came from, what was committed to, and each report-back."""
    context = {
        "action": action,
        "reports": list(action.report_backs.visible_to(request.user).select_related("session", "written_by")),
        "owns": owns(request.user, action),
        "asked": is_asked_to_support(request.user, action),
        "may_discard": action.is_proposed and can_discard(request.user, action),
    }
    return render(request, "actions/action.html", context)
