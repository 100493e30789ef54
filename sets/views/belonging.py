"""Roles, removing, leaving, and handing over."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from als_project.clock import day_in_words
from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sets.access import caretaker_or_403, membership_or_404
from sets.forms.belonging import (
    TO_ALL,
    HandOverForm,
    LastFacilitatorLeavesForm,
    NameFacilitatorForm,
    RolesForm,
    SuccessionForm,
)
from sets.models import LearningSet, Membership
from sets.services import belonging, going_on
from sets.views.typed import typed


@require_http_methods(["GET", "POST"])
def roles(request: SignedInRequest, set_id: int, membership_id: int) -> HttpResponse:
    person = _person(request, set_id, membership_id)
    if person.learning_set.is_self_facilitated:
        return redirect("sets:facilitation", set_id)
    form = RolesForm(typed(request), initial=_roles_of(person))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            belonging.set_roles(membership=person, by=request.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("sets:people", set_id)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
    return render(request, "sets/roles.html", {"form": form, "person": person}, status=status)


@require_http_methods(["GET", "POST"])
def remove(request: SignedInRequest, set_id: int, membership_id: int) -> HttpResponse:
    person = _person(request, set_id, membership_id)
    if person.user_id == request.user.pk:
        return redirect("sets:leave", set_id)
    if request.method == "POST":
        try:
            belonging.remove(membership=person, by=request.user, now=timezone.now())
            messages.success(request, _("%(name)s no longer belongs to the set.") % {"name": person.user.name})
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("sets:people", set_id)
    return render(request, "sets/remove.html", {"person": person})


@require_http_methods(["GET", "POST"])
def leave(request: SignedInRequest, set_id: int) -> HttpResponse:
    """What leaving means, said first; the last facilitator says who looks after the set from then on."""
    membership = membership_or_404(request, set_id)
    learning_set = membership.learning_set
    others = learning_set.memberships.present().exclude(pk=membership.pk).exists()
    form = None
    if others and belonging.is_last_facilitator(membership):
        form = LastFacilitatorLeavesForm(typed(request), learning_set=learning_set, without=membership)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            belonging.leave(membership=membership, by=request.user, now=timezone.now(), **_succession(form))
            messages.success(request, _("You have left “%(name)s”.") % {"name": learning_set.name})
            return redirect("home")
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("sets:leave", set_id)
    context = {"membership": membership, "learning_set": learning_set, "form": form, "others": others}
    return render(request, "sets/leave.html", context)


@require_http_methods(["GET", "POST"])
def facilitation(request: SignedInRequest, set_id: int) -> HttpResponse:
    membership = caretaker_or_403(request, set_id)
    form = _facilitation_form(request, membership)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            _hand_over(request, membership, form.cleaned_data)
            return _to_the_set(request, membership)
        except Refused as refusal:
            form.add_error("from_day" if isinstance(refusal, going_on.DayRefused) else None, str(refusal))
            status = 409
    context = {"membership": membership, "learning_set": membership.learning_set, "form": form}
    return render(request, "sets/facilitation.html", context, status=status)


@require_POST
def keep_facilitator(request: SignedInRequest, set_id: int) -> HttpResponse:
    """No day is agreed any more on which the facilitation ends."""
    learning_set = caretaker_or_403(request, set_id).learning_set
    try:
        going_on.agree_on_day(learning_set=learning_set, by=request.user, day=None, now=timezone.now())
        if learning_set.self_facilitated_from:
            messages.success(request, _("The set keeps its facilitator. Everybody is told."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(learning_set)


def _person(request: SignedInRequest, set_id: int, membership_id: int) -> Membership:
    """A present person of a set that the asking one looks after."""
    membership = membership_or_404(request, set_id)
    present = membership.learning_set.memberships.present().select_related("learning_set", "user")
    person = get_object_or_404(present, pk=membership_id)
    caretaker_or_403(request, set_id)
    return person


def _roles_of(person: Membership) -> dict[str, bool]:
    return {"is_member": person.is_member, "is_facilitator": person.is_facilitator}


def _succession(form: SuccessionForm | None) -> dict[str, Any]:
    if form is None:
        return {}
    if form.cleaned_data["way"] == TO_ALL:
        return {"self_facilitated": True}
    return {"successor": form.cleaned_data["successor"]}


def _facilitation_form(request: SignedInRequest, membership: Membership) -> SuccessionForm:
    learning_set = membership.learning_set
    if learning_set.is_self_facilitated:
        return NameFacilitatorForm(typed(request), learning_set=learning_set, without=None)
    if learning_set.is_closed:
        return HandOverForm(typed(request), learning_set=learning_set, without=membership)
    day = learning_set.self_facilitated_from
    agreed = {"from_day": day, "way": TO_ALL} if day else {}
    return SuccessionForm(typed(request), initial=agreed, learning_set=learning_set, without=membership)


def _hand_over(request: SignedInRequest, membership: Membership, chosen: dict[str, Any]) -> None:
    learning_set, now = membership.learning_set, timezone.now()
    if chosen.get("way") == TO_ALL:
        _to_all(request, learning_set, chosen["from_day"], stays=chosen["stays"], now=now)
        return
    stays = chosen.get("stays", True)
    belonging.hand_over(learning_set=learning_set, by=request.user, to=chosen["successor"], now=now, stays=stays)
    name = chosen["successor"].user.name
    messages.success(request, _("From now on %(name)s facilitates the set.") % {"name": name})


def _to_all(
    request: SignedInRequest, learning_set: LearningSet, day: date | None, *, stays: bool, now: datetime
) -> None:
    if day is not None:
        going_on.agree_on_day(learning_set=learning_set, by=request.user, day=day, now=now)
        messages.success(request, _words_for(learning_set, day))
        return
    going_on.go_self_facilitated(learning_set=learning_set, by=request.user, now=now, stays=stays)
    messages.success(request, _("The set goes on self-facilitated: every member looks after it."))


def _words_for(before: LearningSet, day: date) -> str:
    if before.self_facilitated_from == day:
        return _("Saved.")
    return _("From %(day)s the set goes on self-facilitated. Everybody is told.") % {"day": day_in_words(day)}


def _to_the_set(request: SignedInRequest, membership: Membership) -> HttpResponse:
    """Back to the set's page; home for one who has handed over and left."""
    still_there = Membership.objects.present_in(membership.learning_set, request.user)
    return redirect(membership.learning_set) if still_there else redirect("home")
