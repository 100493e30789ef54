"""Who is in a set, who is invited, and inviting more."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sets.access import caretaker_or_403, membership_or_404
from sets.forms.inviting import InviteForm
from sets.models import USUAL_SIZES, Invitation, Membership
from sets.permissions import looks_after
from sets.services import inviting


@require_safe
def people(request: SignedInRequest, set_id: int) -> HttpResponse:
    return _page(request, membership_or_404(request, set_id))


@require_POST
def invite(request: SignedInRequest, set_id: int) -> HttpResponse:
    """The good addresses are invited; the page comes back with what still needs a hand."""
    membership = caretaker_or_403(request, set_id)
    now = timezone.now()
    form = _form(membership, request.POST)
    form.is_valid()
    try:
        if form.good:
            inviting.invite(
                learning_set=membership.learning_set, by=request.user, emails=form.good, now=now, **form.roles
            )
    except Refused as refusal:
        form.add_error("addresses", str(refusal))
        return _page(request, membership, form, status=409)
    _say_who_is_invited(request, form)
    if not form.errors:
        return redirect("sets:people", set_id)
    form.keep_what_is_bad()
    return _page(request, membership, form)


@require_POST
def resend(request: SignedInRequest, set_id: int, invitation_id: int) -> HttpResponse:
    invitation = _invitation(request, set_id, invitation_id)
    try:
        inviting.resend(invitation=invitation, by=request.user, now=timezone.now())
        messages.success(
            request, _("Sent again to %(email)s. The earlier link no longer works.") % {"email": invitation.email}
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("sets:people", set_id)


@require_POST
def withdraw(request: SignedInRequest, set_id: int, invitation_id: int) -> HttpResponse:
    invitation = _invitation(request, set_id, invitation_id)
    try:
        inviting.withdraw(invitation=invitation, by=request.user, now=timezone.now())
        messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": invitation.email})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("sets:people", set_id)


def _invitation(request: SignedInRequest, set_id: int, invitation_id: int) -> Invitation:
    membership = caretaker_or_403(request, set_id)
    invitations = membership.learning_set.invitations.select_related("learning_set")
    return get_object_or_404(invitations, pk=invitation_id)


def _form(membership: Membership, data: object = None) -> InviteForm:
    known = inviting.known(membership.learning_set, now=timezone.now())
    return InviteForm(data, known=known, self_facilitated=membership.learning_set.is_self_facilitated)


def _say_who_is_invited(request: SignedInRequest, form: InviteForm) -> None:
    if form.good:
        words = ngettext(
            "An invitation is on its way to %(who)s.", "Invitations are on their way to %(who)s.", len(form.good)
        )
        messages.success(request, words % {"who": ", ".join(form.good)})
    if form.read.repeated:
        who = ", ".join(dict.fromkeys(form.read.repeated))
        messages.info(request, _("%(who)s was there more than once, and counts once.") % {"who": who})


def _page(
    request: SignedInRequest, membership: Membership, form: InviteForm | None = None, *, status: int = 200
) -> HttpResponse:
    learning_set, now = membership.learning_set, timezone.now()
    present = list(learning_set.memberships.present().select_related("user"))
    caring = looks_after(membership)
    invitations = list(learning_set.invitations.undecided()) if caring else []
    unreachable = learning_set.memberships.present().unreachable() if caring else Membership.objects.none()
    undeliverable = learning_set.invitations.undecided().unreachable() if caring else Invitation.objects.none()
    invited = sum(invitation.as_member and invitation.expires_at > now for invitation in invitations)
    size = sum(person.is_member for person in present) + invited
    context = {
        "membership": membership,
        "learning_set": learning_set,
        "looks_after": caring,
        "people": present,
        "invitations": invitations,
        "unreachable": set(unreachable.values_list("pk", flat=True)),
        "undeliverable": set(undeliverable.values_list("pk", flat=True)),
        "now": now,
        "size": size,
        "is_small": size < min(USUAL_SIZES),
        "is_large": size > max(USUAL_SIZES),
        # In a closed set nobody is invited; what was typed before it closed comes back.
        "form": form or (_form(membership) if caring and not learning_set.is_closed else None),
    }
    return render(request, "sets/people.html", context, status=status)
