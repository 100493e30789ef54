"""From a topic to an action, and its words."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from actions.access import typed, way_on, with_action, with_slot
from actions.forms import CommitForm, ConfirmForm, DraftForm, WhenForm, WordsForm
from actions.models import Action
from actions.permissions import can_commit, can_discard, can_propose, owns
from actions.services import committing
from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sessions.models import Slot
from sets.models import Membership


@require_http_methods(["GET", "POST"])
@with_slot
def commit(request: SignedInRequest, slot: Slot) -> HttpResponse:
    """The presenter commits; one who looks after the set drafts for them."""
    if can_commit(request.user, slot):
        form = CommitForm(typed(request), session=slot.session, owner=request.user, kept_as=f"commit-{slot.pk}")
        return _saved_or_asked(request, slot, form, service=committing.commit)
    if can_propose(request.user, slot, Membership.objects.present_in(slot.session.learning_set, request.user)):
        draft = DraftForm(typed(request), kept_as=f"draft-{slot.pk}")
        return _saved_or_asked(request, slot, draft, service=committing.propose)
    raise PermissionDenied


def _saved_or_asked(request: SignedInRequest, slot: Slot, form: Any, *, service: Any) -> HttpResponse:
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            action = service(slot=slot, by=request.user, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _what_was_saved(action))
            return redirect(way_on(request, action.get_absolute_url()))
    context = {
        "slot": slot,
        "form": form,
        "commits": can_commit(request.user, slot),
        "reached": committing.is_reached(slot) or form.is_bound,
        "next": way_on(request, ""),
    }
    return render(request, "actions/commit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@with_action
def confirm(request: SignedInRequest, action: Action) -> HttpResponse:
    if not owns(request.user, action):
        raise PermissionDenied
    if request.method == "GET" and not action.is_proposed:
        return redirect(action)
    form = ConfirmForm(
        typed(request),
        session=action.session,
        owner=request.user,
        initial=_words_of(action),
        kept_as=f"confirm-{action.pk}",
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            action = committing.confirm(action=action, by=request.user, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _what_was_saved(action))
            return redirect(way_on(request, action.get_absolute_url()))
    return render(request, "actions/confirm.html", {"action": action, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
@with_action
def change(request: SignedInRequest, action: Action) -> HttpResponse:
    """Other words until the first report-back, another day at any time. A form without words changes the day only."""
    if not owns(request.user, action):
        raise PermissionDenied
    if action.is_proposed:
        return redirect("actions:confirm", action.pk)
    reported = action.report_backs.exists()
    words = "what" in request.POST if request.method == "POST" else not reported
    form = (WordsForm if words else WhenForm)(typed(request), initial=_words_of(action), kept_as=f"action-{action.pk}")
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            committing.change(action=action, by=request.user, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("Changed."))
            return redirect(action)
    return render(request, "actions/change.html", {"action": action, "form": form, "reported": reported}, status=status)


@require_POST
@with_action
def discard(request: SignedInRequest, action: Action) -> HttpResponse:
    if not can_discard(request.user, action):
        raise PermissionDenied
    try:
        committing.discard(action=action, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(action)
    messages.success(request, _("The draft is gone."))
    return redirect("actions:actions")


def _words_of(action: Action) -> dict[str, Any]:
    return {name: getattr(action, name) for name in (*committing.WORDS, "due_on")}


def _what_was_saved(action: Action) -> str:
    if action.is_proposed:
        return _("The draft is saved. It counts once the presenter confirms it in their own words.")
    if action.due_on is None:
        return _("Your action is saved. By when would you like to have done it? You can also leave that open.")
    return _("Your action is saved.")
