"""Home, the account, what we hold about a person, and the pages for what went wrong."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from als_project.users import services
from als_project.users.devices import devices_of
from als_project.users.forms import AccountForm
from als_project.users.requests import SignedInRequest


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is next for me, put together from each app's panels; a visitor sees what this is."""
    return render(request, "home/home.html" if request.user.is_authenticated else "home/welcome.html")


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: SignedInRequest) -> HttpResponse:
    known = {"name": request.user.name, "time_zone": request.user.time_zone}
    form = AccountForm(request.POST or None, initial=known)
    if form.is_valid():
        services.change_account(by=request.user, **form.cleaned_data)
        messages.success(request, _("Your account is saved."))
        return redirect("account")
    return render(request, "account/account.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: SignedInRequest) -> HttpResponse:
    """Where the person is signed in; POST signs them out everywhere but here."""
    here = str(request.session.session_key)
    if request.method == "POST":
        services.sign_out_elsewhere(by=request.user, here=here)
        messages.success(request, _("You are signed out everywhere else."))
        return redirect("devices")
    return render(request, "account/devices.html", {"devices": devices_of(request.user, here=here)})


@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """What the person who asks has written and agreed to here, and belongs to, as a plain text to keep."""
    text = render_to_string("account/my_data.txt", {"now": timezone.now()}, request)
    return HttpResponse(
        text,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="my-data.txt"'},
    )


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Instead of Django's page for a form whose security token is out of date."""
    return render(request, "403_form.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Written without the request: what broke may be the very database that knows the reader."""
    return HttpResponseServerError(render_to_string("500.html", {"site_name": settings.SITE_NAME}))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(render_to_string("400.html", {"site_name": settings.SITE_NAME}), status=400)
