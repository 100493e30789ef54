"""A session may end with a review of more than itself: in the middle of a cycle, and at its end."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from als_project.users.requests import SignedInRequest
from sessions.access import session_or_404
from sessions.forms.looking_back import LooksBackForm
from sessions.services.looking_back import StagesStand, look_back
from sets.access import caretaker_or_403


@require_http_methods(["GET", "POST"])
def looks_back(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = session_or_404(request, session_id)
    session.learning_set = caretaker_or_403(request, session.learning_set_id).learning_set
    form = LooksBackForm(request.POST or None, session=session)
    try:
        if not session.is_scheduled:
            raise StagesStand
        if form.is_valid():
            session = look_back(session=session, by=request.user, on=form.chosen)
            messages.success(request, _("The review looks back on %(what)s.") % {"what": form.chosen.label})
            return redirect(session)
    except StagesStand as refusal:
        messages.error(request, str(refusal))
        return redirect(session)
    context = {"form": form, "session": session}
    return render(request, "sessions/looks_back.html", context, status=422 if form.errors else 200)
