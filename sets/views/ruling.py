"""Ground rules: read, propose, publish, agree, look back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sets.access import caretaker_or_403, membership_or_404
from sets.forms.ruling import PublishForm, RulesForm, starting_text
from sets.models import GroundRules, LearningSet
from sets.permissions import looks_after, may_discard
from sets.rule_changes import by_category, changes
from sets.services import ruling
from sets.services.ruling import ChangedMeanwhile, as_pairs
from sets.views.agreement import agreement
from sets.views.typed import typed


@require_safe
def rules(request: SignedInRequest, set_id: int) -> HttpResponse:
    """The version in force as a document, who has agreed, the proposal beside it, and earlier versions."""
    membership = membership_or_404(request, set_id)
    learning_set = membership.learning_set
    in_force, proposal = _in_force(learning_set), _proposal(learning_set)
    people = list(learning_set.memberships.present().with_agreement().select_related("user"))
    context = {
        "membership": membership,
        "learning_set": learning_set,
        "looks_after": looks_after(membership),
        "rules": in_force,
        "text": by_category(as_pairs(in_force)) if in_force else [],
        "proposal": proposal,
        "proposed": changes(as_pairs(in_force) if in_force else [], as_pairs(proposal)) if proposal else [],
        "proposed_text": by_category(as_pairs(proposal)) if proposal else [],
        "publish_form": PublishForm(initial={"seen": proposal.changed_at.isoformat()}) if proposal else None,
        "may_discard": proposal is not None and may_discard(membership, proposal),
        **agreement(people, membership),
        "versions": learning_set.ground_rules.published().select_related("published_by"),
    }
    return render(request, "sets/rules.html", context)


@require_safe
def rules_version(request: SignedInRequest, set_id: int, number: int) -> HttpResponse:
    """One version to read, with what changed since the one before it."""
    learning_set = membership_or_404(request, set_id).learning_set
    versions = learning_set.ground_rules.published().prefetch_related("rules").select_related("published_by")
    version = get_object_or_404(versions, number=number)
    before = versions.filter(number=number - 1).first()
    context = {
        "learning_set": learning_set,
        "version": version,
        "before": before,
        "newest": learning_set.ground_rules.published().first(),
        "text": by_category(as_pairs(version)),
        "changes": changes(as_pairs(before), as_pairs(version)) if before else [],
        "is_the_same": before is not None and as_pairs(before) == as_pairs(version),
    }
    return render(request, "sets/rules_version.html", context)


@require_http_methods(["GET", "POST"])
def propose_rules(request: SignedInRequest, set_id: int) -> HttpResponse:
    learning_set = membership_or_404(request, set_id).learning_set
    in_force, proposal = _in_force(learning_set), _proposal(learning_set)
    start = {"seen": proposal.changed_at.isoformat() if proposal else "", **starting_text(proposal or in_force)}
    form = RulesForm(typed(request), initial=start, set_id=set_id)
    context = {"learning_set": learning_set, "form": form, "proposal": proposal, "rules": in_force}
    if request.method == "POST" and form.is_valid():
        try:
            ruling.propose(
                learning_set=learning_set,
                by=request.user,
                rules=form.rules,
                now=timezone.now(),
                seen=form.cleaned_data["seen"],
            )
            messages.success(request, _("Your proposal is saved. The set can read it now; it is not in force yet."))
            return redirect("sets:rules", set_id)
        except ChangedMeanwhile as meanwhile:
            form = _ready_to_save_again(request, form, seen=start["seen"])
            form.add_error(None, str(meanwhile))
            theirs = by_category(as_pairs(proposal)) if proposal else []
            return render(request, "sets/propose_rules.html", {**context, "form": form, "theirs": theirs}, status=409)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return render(request, "sets/propose_rules.html", context, status=409)
    return render(request, "sets/propose_rules.html", context)


@require_POST
def publish_rules(request: SignedInRequest, set_id: int) -> HttpResponse:
    learning_set = caretaker_or_403(request, set_id).learning_set
    proposal = get_object_or_404(learning_set.ground_rules.proposed())
    form = PublishForm(request.POST)
    try:
        if not form.is_valid():
            raise ChangedMeanwhile(_("This page is out of date. Please read the proposal again."))
        published = ruling.publish(ground_rules=proposal, by=request.user, now=timezone.now(), **form.cleaned_data)
        words = _("Version %(number)s is published. Everyone is asked to read it and agree.")
        messages.success(request, words % {"number": published.number})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("sets:rules", set_id)


@require_POST
def discard_rules(request: SignedInRequest, set_id: int) -> HttpResponse:
    membership = membership_or_404(request, set_id)
    proposal = get_object_or_404(membership.learning_set.ground_rules.proposed())
    if not may_discard(membership, proposal):
        raise PermissionDenied
    try:
        ruling.discard(ground_rules=proposal, by=request.user, now=timezone.now())
        messages.success(request, _("The proposal is discarded."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("sets:rules", set_id)


@require_POST
def agree(request: SignedInRequest, set_id: int) -> HttpResponse:
    """Agreement to the version the page showed: a newer one has to be read first."""
    membership = membership_or_404(request, set_id)
    version = get_object_or_404(membership.learning_set.ground_rules.published(), number=_number_read(request))
    try:
        ruling.agree(ground_rules=version, membership=membership, by=request.user, now=timezone.now())
        messages.success(request, _("Thank you: you have agreed to the ground rules."))
        return redirect(membership.learning_set)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("sets:rules", set_id)


def _number_read(request: SignedInRequest) -> int:
    number = request.POST.get("number", "")
    return int(number) if number.isdecimal() and len(number) < 5 else 0


def _in_force(learning_set: LearningSet) -> GroundRules | None:
    versions = learning_set.ground_rules.published().prefetch_related("rules")
    return versions.select_related("published_by", "learning_set").first()


def _proposal(learning_set: LearningSet) -> GroundRules | None:
    proposals = learning_set.ground_rules.proposed().prefetch_related("rules")
    return proposals.select_related("proposed_by", "changed_by", "learning_set").first()


def _ready_to_save_again(request: SignedInRequest, form: RulesForm, *, seen: str) -> RulesForm:
    """The form with what was typed, ready to be saved over what stands now: a second save is a decision."""
    again = RulesForm({**request.POST.dict(), "seen": seen}, set_id=form.set_id)
    again.is_valid()
    return again
