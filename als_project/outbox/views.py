"""Which messages a person gets, and the pages that links in messages lead to."""

from dataclasses import replace
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from als_project.outbox import addresses, links, preferences, pressing, unsubscribing
from als_project.outbox.forms import WishesForm
from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def preferences_page(request: SignedInRequest) -> HttpResponse:
    form = WishesForm(request.POST or None, wishes=preferences.wishes_of(request.user))
    if form.is_valid():
        preferences.wish(by=request.user, wishes=form.wishes())
        messages.success(request, _("Your messages come as you wish."))
        return redirect("outbox:preferences")
    context = {
        "form": form,
        "needed": preferences.needed_kinds(),
        "is_refused": addresses.is_refused(request.user.email),
    }
    return render(request, "outbox/preferences.html", context)


@csrf_exempt  # a mail program has no cookie of ours; the signature says whose message it is, and of which kind
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def off(request: HttpRequest, signed: str) -> HttpResponse:
    """One button for people, one POST for mail programs (RFC 8058). Looking at it changes nothing."""
    try:
        user, kind = unsubscribing.read(signed)
    except unsubscribing.NoSuchLink:
        return render(request, "outbox/no_such_link.html", status=404)
    if request.method == "POST":
        unsubscribing.turn_off(user=user, kind=kind)
    return render(request, "outbox/off.html", {"kind": kind, "is_off": unsubscribing.is_off(user=user, kind=kind)})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, link: str) -> HttpResponse:
    """What a link in a message offers to do: asked on GET, done on POST.

    What stands is told to its person alone, signed in. Others who hold the mail meet one page, whatever the reason that
    nothing is asked of them: they learn neither whether it was answered nor what.
    """
    now = timezone.now()
    try:
        found = links.read_link(link, now=now)
    except links.LinkForged:
        return render(request, "outbox/no_such_link.html", status=404)
    except links.LinkExpired:
        return render(request, "outbox/link_over.html", status=410)
    if request.user.is_authenticated and request.user != found.person:
        return render(request, "outbox/link_foreign.html", status=403)
    with timezone.override(found.person.time_zone):
        return _ask_or_do(request, replace(found, signed_in=request.user.is_authenticated), now=now)


def _ask_or_do(request: HttpRequest, link: links.Link, *, now: datetime) -> HttpResponse:
    if "thanks" in request.GET and not link.signed_in:
        return render(request, "outbox/thanks.html")
    purpose = links.purpose_called(link.purpose)
    page = purpose.page(link, now=now) if purpose else None
    if page is None or not (page.button or link.signed_in):
        return render(request, "outbox/link_over.html", status=410)
    context = {"page": page, "person": link.person}
    if request.method != "POST" or not page.button:
        return render(request, "outbox/act.html", context)
    try:
        pressing.press(link, now=now)
    except Refused as refusal:
        return render(request, "outbox/act.html", {**context, "refusal": refusal}, status=409)
    return redirect(request.path if link.signed_in else f"{request.path}?thanks")
