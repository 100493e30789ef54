from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from als_project.devmail.mailbox import mail_called, newest_first


@login_not_required
@require_GET
@never_cache
def mails(request: HttpRequest) -> HttpResponse:
    return render(request, "dev/mails.html", {"mails": newest_first()})


@login_not_required
@require_GET
@never_cache
def mail(request: HttpRequest, name: str) -> HttpResponse:
    found = mail_called(name)
    if found is None:
        raise Http404
    return render(request, "dev/mail.html", {"mail": found})
