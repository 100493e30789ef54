"""The forms that go on with a reply by mail, and what each starts from."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import Form
from django.http import HttpRequest

from als_project.inbox.models import MailedReply
from als_project.outbox.kinds import Way, kind_called
from als_project.users.models import User


def ways_on(reply: MailedReply) -> list[Way]:
    """The forms that go on with it, each knowing which reply; empty once it is settled, or has nowhere to go."""
    kind = kind_called(reply.kind)
    if kind is None or reply.settled_at:
        return []
    return [Way(way.words, f"{way.path}?mailed={reply.pk}") for way in kind.ways_on(reply.writer, reply.about)]


def continued_in(request: HttpRequest, *, meant: Q) -> MailedReply | None:
    """The reply that a form was opened with: the reader's own, still waiting, and `meant` for this form."""
    named = request.POST.get("mailed") or request.GET.get("mailed") or ""
    if not (named.isdecimal() and len(named) < 19 and isinstance(request.user, User)):
        return None
    return MailedReply.objects.visible_to(request.user).waiting().filter(meant, pk=named).first()


def to_shorten(form: Form) -> Iterator[str]:
    """What the form would say of the words it starts from: a mail knows no limits."""
    for name, text in form.initial.items():
        if name in form.fields and isinstance(text, str) and text:
            try:
                form.fields[name].clean(text)
            except ValidationError as error:
                yield from (f"{form.fields[name].label}: {said}" for said in error.messages)
