from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from actions.access import typed, way_on, with_action
from actions.forms import ChangeReportForm, ReportBackForm
from actions.models import Action, ReportBack
from actions.permissions import owns
from actions.replies import replies_about
from actions.services import reporting, reporting_for
from als_project.inbox.models import MailedReply
from als_project.inbox.ways import continued_in, to_shorten
from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sessions.permissions import may_write_for_others
from sets.models import Membership


@require_http_methods(["GET", "POST"])
@with_action
def report_back(request: SignedInRequest, action: Action) -> HttpResponse:
    """The owner's; in the room also whoever writes for others, as long as report-backs are given."""
    if not owns(request.user, action):
        return _report_for(request, action)
    if request.method == "GET" and action.is_proposed:
        return redirect("actions:confirm", action.pk)
    mailed = continued_in(request, meant=replies_about(action))
    service = partial(reporting.report_back, mailed=mailed)
    return _saved_or_asked(request, action, service, _("Thank you: your report-back is saved."), mailed)


def _report_for(request: SignedInRequest, action: Action) -> HttpResponse:
    session = reporting_for.running_session(action)
    membership = Membership.objects.present_in(action.learning_set, request.user)
    if session is None or membership is None or not may_write_for_others(session, membership):
        raise PermissionDenied
    if request.method == "GET" and action.owner_id not in reporting_for.whose_reports(session, request.user):
        messages.info(request, _("Report-backs are written down as they are given, for who is here."))
        return redirect(action)
    said = _("Written down for %(name)s.") % {"name": action.owner.name}
    return _saved_or_asked(request, action, reporting_for.report_for, said)


def _saved_or_asked(
    request: SignedInRequest, action: Action, service: Any, said: str, mailed: MailedReply | None = None
) -> HttpResponse:
    initial = {"did": mailed.text} if mailed else {}
    if state := reporting.said_in_one_word(action):
        initial["state"] = state
    form = ReportBackForm(typed(request), kept_as=f"report-{action.pk}", initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            service(action=action, by=request.user, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, said)
            return redirect(way_on(request, action.get_absolute_url()))
    context = {"action": action, "form": form, "next": way_on(request, ""), "owns": owns(request.user, action)}
    context.update(mailed=mailed, to_shorten=[] if form.is_bound else list(to_shorten(form)))
    return render(request, "actions/report_back.html", context, status=status)


@require_http_methods(["GET", "POST"])
def written_report(request: SignedInRequest, report_id: int) -> HttpResponse:
    """What somebody wrote down for the owner: confirmed as it stands, or changed into their own words."""
    report = _own_report_or_404(request, report_id)
    if not report.awaits_owner:
        return redirect(report.action)
    if request.POST.get("way") == "confirm":
        reporting_for.confirm_report(report=report, by=request.user, now=timezone.now())
        messages.success(request, _("Confirmed."))
        return redirect(way_on(request, report.action.get_absolute_url()))
    return _changed_or_asked(request, report)


@require_POST
def discard_report(request: SignedInRequest, report_id: int) -> HttpResponse:
    report = _own_report_or_404(request, report_id)
    try:
        reporting_for.discard_report(report=report, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is gone. Your own report-back is still to come."))
    return redirect(way_on(request, report.action.get_absolute_url()))


def _own_report_or_404(request: SignedInRequest, report_id: int) -> ReportBack:
    rows = ReportBack.objects.visible_to(request.user).select_related("action__owner", "action__learning_set")
    report = get_object_or_404(rows.select_related("written_by"), pk=report_id)
    if not owns(request.user, report.action):
        raise PermissionDenied
    return report


def _changed_or_asked(request: SignedInRequest, report: ReportBack) -> HttpResponse:
    initial = {name: getattr(report, name) for name in ("state", "did", "happened", "learned", "next_step")}
    form = ChangeReportForm(typed(request), initial=initial, kept_as=f"written-{report.pk}")
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            reporting_for.change_report(report=report, by=request.user, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("These are your words now."))
            return redirect(way_on(request, report.action.get_absolute_url()))
    context = {"report": report, "action": report.action, "form": form, "next": way_on(request, "")}
    return render(request, "actions/written_report.html", context, status=status)
