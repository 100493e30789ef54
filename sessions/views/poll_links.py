"""The page that a poll's mail leads to. Looking at it changes nothing: mail scanners follow links."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.forms.polls import AnswerForm
from sessions.models import Poll, PollAnswer
from sessions.services import poll_links
from sets.models import Membership
from sets.views.typed import typed


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_by_link(request: HttpRequest, answer_token: str) -> HttpResponse:
    """One person's answers to one poll, shown only to them, signed in: whoever holds the mail may not be its reader."""
    now = timezone.now()
    try:
        poll, membership = poll_links.asked_by(answer_token, now=now)
    except poll_links.LinkForged:
        return render(request, "sessions/link_forged.html", status=404)
    except poll_links.LinkGone as gone:
        return render(request, "sessions/link_gone.html", {"reason": str(gone)}, status=410)
    if isinstance(request.user, User) and request.user != membership.user:
        return render(request, "sessions/link_of_another.html", {"person": membership.user}, status=403)
    return _ask(request, poll, membership)


def _ask(request: HttpRequest, poll: Poll, membership: Membership) -> HttpResponse:
    person, signed_in, refused = membership.user, request.user.is_authenticated, False
    said = PollAnswer.objects.filter(option__poll=poll, user=person).values_list("option", "answer")
    form = AnswerForm(typed(request), options=poll.options.all(), said=dict(said), shows_said=signed_in)
    with timezone.override(person.time_zone):
        if request.method == "POST" and form.is_valid():
            given, now = form.answers(), timezone.now()
            try:
                poll_links.answer_by_link(poll=poll, person=person, answers=given, signed_in=signed_in, now=now)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                refused = True
            else:
                return redirect(poll) if signed_in else _thank(request, poll, person, form)
        context = {"poll": poll, "person": person, "rows": [(o, form.field_of(o)) for o in form.options], "form": form}
        status = 409 if refused else 422 if form.errors else 200
        return render(request, "sessions/answer_by_link.html", context, status=status)


def _thank(request: HttpRequest, poll: Poll, person: User, form: AnswerForm) -> HttpResponse:
    """What was said just now, and nothing of what was said before."""
    given = form.given()
    answers = [(option, given[option.pk].label) for option in form.options if option.pk in given]
    context = {"poll": poll, "person": person, "answers": answers, "some_are_open": len(given) < len(form.options)}
    return render(request, "sessions/answered_by_link.html", context)
