"""What pages show of replies by mail. A template places a panel."""

from typing import Any

from django import template
from django.db.models import QuerySet

from als_project.inbox.models import MailedReply
from als_project.users.models import User
from als_project.written_once import written_once

register = template.Library()


@register.inclusion_tag("inbox/_home.html", takes_context=True)
def inbox_home(context: template.Context) -> dict[str, Any]:
    """What I wrote by mail and have not sent yet."""
    return {"replies": _waiting(context["request"].user)}


@written_once
def _waiting(user: User) -> QuerySet[MailedReply]:
    return MailedReply.objects.visible_to(user).waiting().defer("text")


@register.inclusion_tag("inbox/mine.txt", takes_context=True)
def inbox_mine(context: template.Context) -> dict[str, Any]:
    """The same as plain text, to take along."""
    return {"replies": MailedReply.objects.visible_to(context["request"].user).waiting()}
