"""Sessions in a person's own calendar: the private address, and what a calendar reads there."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from als_project.users.requests import SignedInRequest
from sessions.models import CalendarFeed
from sessions.services import calendar_feeds


@require_safe
def calendar(request: SignedInRequest) -> HttpResponse:
    feed = CalendarFeed.objects.filter(user=request.user).first()
    return render(request, "sessions/calendar.html", {"feed": feed})


@require_POST
@never_cache
def make_feed(request: SignedInRequest) -> HttpResponse:
    """The one answer that shows the address: it is kept nowhere in readable form."""
    secret = calendar_feeds.make_feed(by=request.user, now=timezone.now())
    address = settings.SITE_URL + reverse("sessions:feed", args=[secret])
    context = {"feed": True, "address": address, "opens": "webcal://" + address.partition("://")[2]}
    return render(request, "sessions/calendar.html", context)


@require_POST
def revoke_feed(request: SignedInRequest) -> HttpResponse:
    calendar_feeds.revoke_feed(by=request.user)
    messages.success(request, _("The address no longer works. Calendars that used it stop at their next look."))
    return redirect("sessions:calendar")


@login_not_required
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Whoever knows the address reads when and where, and nothing else; an address that leads nowhere says no more."""
    found = calendar_feeds.feed_for(secret)
    if found is None:
        raise Http404
    reading = calendar_feeds.read(found, now=timezone.now())
    changed = int(found.changed_at.timestamp())
    response = get_conditional_response(request, etag=reading.etag, last_modified=changed)
    if response is None:
        response = HttpResponse(reading.text(), content_type="text/calendar; charset=utf-8")
        response.headers["Content-Disposition"] = 'inline; filename="sessions.ics"'
    response["ETag"], response["Last-Modified"] = reading.etag, http_date(changed)
    response["Cache-Control"], response["X-Robots-Tag"] = "private, no-cache", "noindex"
    return response
