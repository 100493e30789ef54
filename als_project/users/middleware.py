"""What every request gets: a way back after signing in, the reader's time zone, and no copy of a private page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.deprecation import MiddlewareMixin
from django.views.defaults import page_not_found

GetResponse = Callable[[HttpRequest], HttpResponse]


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Who is not signed in is sent to sign in, and comes back to the page they were on.

    A form that arrives after the sign-in has ended leads back to the page of the form, where the browser has kept
    what was typed; a fragment asked for by htmx makes the whole page go, instead of a sign-in form inside a page.
    """

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        sign_in = super().process_view(request, view_func, view_args, view_kwargs)
        if sign_in and "HX-Request" in request.headers:
            return HttpResponse(status=204, headers={"HX-Redirect": sign_in["Location"]})
        return sign_in

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        return redirect_to_login(page_of(request), resolve_url(self.get_login_url(view_func)), REDIRECT_FIELD_NAME)


def page_of(request: HttpRequest) -> str:
    """The path of the page a person looks at: the one asked for, or the one that holds the form or fragment."""
    if request.method in ("GET", "HEAD") and "HX-Request" not in request.headers:
        return request.get_full_path()
    page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    if page.netloc != request.get_host():
        return "/"
    return f"{page.path}?{page.query}" if page.query else page.path


class LocalTimeMiddleware:
    """Times are shown in the signed-in person's zone, words in the site's language."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The session is looked at before the user: a visitor without a cookie costs no query.
        zone = request.user.time_zone if request.user.is_authenticated else None
        here = timezone.override(ZoneInfo(zone) if zone else timezone.get_default_timezone())
        # An active language is found at once; the default one is missed first, at every word, number and link.
        with here, translation.override(settings.LANGUAGE_CODE):
            return self.get_response(request)


class PrivatePagesMiddleware:
    """A page made for one person is kept by no cache: who leaves a set can't page back into it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class OwnNotFoundMiddleware(MiddlewareMixin):
    """For development: what isn't there looks as it does anywhere else. Django's page would list every address."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return page_not_found(request, exception) if isinstance(exception, Http404) else None
