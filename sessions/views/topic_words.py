"""What a presenter does with the words on their topic, in the room and afterwards."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from als_project.refusals import Refused
from als_project.users.requests import SignedInRequest
from sessions import permissions
from sessions.access import rules_first, session_or_404
from sessions.forms.together import RedactForm
from sessions.models import Contribution
from sessions.services import keeping

WordsView = Callable[[SignedInRequest, Contribution], HttpResponse]


def for_the_presenter(view: WordsView) -> Callable[[SignedInRequest, int, int], HttpResponse]:
    """Gives the view words on the reader's own topic. Who may not read them finds nothing; other readers may not."""

    @wraps(view)
    def entered(request: SignedInRequest, session_id: int, contribution_id: int) -> HttpResponse:
        session = session_or_404(request, session_id)
        if elsewhere := rules_first(request, session):
            return elsewhere
        rows = Contribution.objects.visible_to(request.user).select_related("author", "stage__slot", "stage__session")
        contribution = get_object_or_404(rows, pk=contribution_id, stage__session=session)
        if not permissions.is_about_topic_of(contribution, request.user):
            raise PermissionDenied
        return view(request, contribution)

    return entered


@require_POST
@for_the_presenter
def landed(request: SignedInRequest, contribution: Contribution) -> HttpResponse:
    mark = request.POST.get("landed") != "no"
    return _done(
        request,
        contribution,
        lambda: keeping.mark_landed(contribution=contribution, by=request.user, landed=mark, now=timezone.now()),
    )


@require_http_methods(["GET", "POST"])
@for_the_presenter
def take_out(request: SignedInRequest, contribution: Contribution) -> HttpResponse:
    """Parts of the entry, or all of it: asked on a page of its own, as it can't be undone."""
    if request.method == "POST" and "all" in request.POST:
        return _done(
            request,
            contribution,
            lambda: keeping.withdraw_words(contribution=contribution, by=request.user, now=timezone.now()),
            said=_("The entry is withdrawn."),
        )
    form = RedactForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if form.is_valid():
        try:
            words = form.cleaned_data["words"]
            keeping.redact(contribution=contribution, by=request.user, words=words, now=timezone.now())
        except Refused as refusal:
            form.add_error("words", str(refusal))
            status = 409
        else:
            messages.success(request, _("The words are taken out."))
            return _back(contribution)
    context = {"form": form, "contribution": contribution, "session": contribution.stage.session}
    return render(request, "sessions/take_out.html", context, status=status)


def _done(
    request: SignedInRequest, contribution: Contribution, act: Callable[[], object], said: str = ""
) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if said:
            messages.success(request, said)
    return _back(contribution)


def _back(contribution: Contribution) -> HttpResponse:
    """To the room while the session runs; to its record afterwards."""
    session = contribution.stage.session
    return redirect("sessions:room", session.pk) if session.is_running else redirect(session)
