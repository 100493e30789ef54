"""The page an invitation's link leads to. Looking at it changes nothing: mail scanners follow links."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from als_project.refusals import Refused
from als_project.users.models import User
from sets.access import needs_agreement
from sets.forms.inviting import AcceptForm
from sets.models import Invitation, Membership
from sets.services import inviting
from sets.services.inviting import InvitationForged, InvitationGone
from sets.views.typed import typed


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    try:
        found = inviting.invitation_for(token, timezone.now())
    except InvitationForged:
        return render(request, "sets/invitation_forged.html", status=404)
    except InvitationGone as gone:
        return render(request, "sets/invitation_gone.html", {"reason": str(gone)}, status=410)
    if not isinstance(request.user, User):
        return _who_are_you(request, found)
    if present := Membership.objects.present_in(found.learning_set, request.user):
        return _belongs_already(request, present)
    return _will_you(request, found, request.user)


def _who_are_you(request: HttpRequest, found: Invitation) -> HttpResponse:
    """A visitor says whether they have an account; the address that was invited may then sign up."""
    if request.method == "POST":
        request.session["invited_email"] = found.email
        way = "account_signup" if request.POST.get("way") == "sign_up" else "account_login"
        return redirect(f"{resolve_url(way)}?{urlencode({'next': request.path})}")
    return render(request, "sets/invitation.html", {"invitation": found})


def _belongs_already(request: HttpRequest, present: Membership) -> HttpResponse:
    messages.info(request, _("You belong to this set already."))
    return redirect(present.learning_set)


def _will_you(request: HttpRequest, found: Invitation, person: User) -> HttpResponse:
    form = AcceptForm(typed(request), invited=found.email, signed_in=person.email)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            membership = inviting.accept(invitation=found, by=person, now=timezone.now())
            return _welcome(request, membership)
        except InvitationGone as gone:
            return render(request, "sets/invitation_gone.html", {"reason": str(gone)}, status=410)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
    return render(request, "sets/invitation.html", {"invitation": found, "form": form}, status=status)


def _welcome(request: HttpRequest, membership: Membership) -> HttpResponse:
    learning_set = membership.learning_set
    messages.success(request, _("Welcome to “%(name)s”.") % {"name": learning_set.name})
    if needs_agreement(request, learning_set):
        return redirect("sets:rules", learning_set.pk)
    return redirect(learning_set)
