"""The list of actions, and one action with its thread."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from actions.access import with_action
from actions.lists import sort_for
from actions.models import Action
from actions.permissions import can_discard, is_asked_to_support, owns
from als_project.users.models import User
from als_project.users.requests import SignedInRequest
from als_project.written_once import written_once


@require_GET
def actions(request: SignedInRequest) -> HttpResponse:
    return render(request, "actions/actions.html", {"piles": sort_for(request.user, _readable(request.user))})


@written_once
def _readable(user: User) -> QuerySet[Action]:
    return Action.objects.visible_to(user).for_lists()


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
