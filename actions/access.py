"""What a view starts from: a row the person may read. Rules come first for who has not agreed; others find nothing."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from actions.models import Action
from als_project.users.requests import SignedInRequest
from sessions.models import Session, Slot
from sets.access import needs_agreement
from sets.models import LearningSet

ActionView = Callable[[SignedInRequest, Action], HttpResponse]
SlotView = Callable[[SignedInRequest, Slot], HttpResponse]


def with_action(view: ActionView) -> Callable[[SignedInRequest, int], HttpResponse]:
    """Gives the view the action that its address names."""

    @wraps(view)
    def opened(request: SignedInRequest, action_id: int) -> HttpResponse:
        rows = Action.objects.filter(pk=action_id)
        related = ("owner", "supporter", "drafted_by", "learning_set", "session", "slot__bid__topic")
        action = rows.visible_to(request.user).with_absences().select_related(*related).first()
        if action:
            return view(request, action)
        hidden = rows.filter(session__in=Session.objects.visible_to(request.user)).select_related("learning_set")
        return _rules_or_404(request, *(row.learning_set for row in hidden))

    return opened


def with_slot(view: SlotView) -> Callable[[SignedInRequest, int], HttpResponse]:
    """Gives the view the slot that its address names, with its stages."""

    @wraps(view)
    def opened(request: SignedInRequest, slot_id: int) -> HttpResponse:
        rows = Slot.objects.filter(pk=slot_id).select_related("session__learning_set", "presenter", "bid__topic")
        slot = rows.visible_to(request.user).prefetch_related("stages").first()
        if slot:
            return view(request, slot)
        hidden = rows.filter(session__in=Session.objects.visible_to(request.user))
        return _rules_or_404(request, *(row.session.learning_set for row in hidden))

    return opened


def typed(request: SignedInRequest) -> QueryDict | None:
    """What a form was sent with; None while it is only being opened."""
    return request.POST if request.method == "POST" else None


def way_on(request: SignedInRequest, otherwise: str) -> str:
    """Where the form was opened from, when that is a page of ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if ours else otherwise


def _rules_or_404(request: SignedInRequest, *sets: LearningSet) -> HttpResponse:
    for learning_set in sets:
        if needs_agreement(request, learning_set):
            messages.info(request, _("Please read and agree to the ground rules first."))
            return redirect("sets:rules", learning_set.pk)
    raise Http404
