"""The learning log: its author alone."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from actions.access import typed
from actions.forms import ChangeEntryForm, LogEntryForm
from actions.models import LogEntry
from actions.services import learning_log
from als_project.users.requests import SignedInRequest

ENTRIES_A_PAGE = 50


@require_http_methods(["GET", "POST"])
def log(request: SignedInRequest) -> HttpResponse:
    form = LogEntryForm(typed(request), kept_as="log")
    if request.method == "POST" and form.is_valid():
        learning_log.write_entry(by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Written in your log."))
        return redirect("actions:log")
    pages = Paginator(LogEntry.objects.visible_to(request.user), ENTRIES_A_PAGE)
    return render(request, "actions/log.html", {"form": form, "page": pages.get_page(request.GET.get("page"))})


@require_http_methods(["GET", "POST"])
def log_entry(request: SignedInRequest, entry_id: int) -> HttpResponse:
    entry = get_object_or_404(LogEntry.objects.visible_to(request.user), pk=entry_id)
    form = ChangeEntryForm(typed(request), initial={"text": entry.text}, kept_as=f"log-{entry.pk}")
    if request.method == "POST" and form.is_valid():
        learning_log.change_entry(entry=entry, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Changed."))
        return redirect("actions:log")
    return render(request, "actions/log_entry.html", {"entry": entry, "form": form})


@require_POST
def delete_log_entry(request: SignedInRequest, entry_id: int) -> HttpResponse:
    entry = get_object_or_404(LogEntry.objects.visible_to(request.user), pk=entry_id)
    learning_log.delete_entry(entry=entry, by=request.user, now=timezone.now())
    messages.success(request, _("Deleted."))
    return redirect("actions:log")
