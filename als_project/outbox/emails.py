"""The outbox's own messages: what a person wants once a week, in one; and that a link in a message was used."""

import json
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from als_project.outbox import pressing
from als_project.outbox.kinds import WEEKLY_MESSAGE, MessageKind, kind_called, register
from als_project.outbox.links import purpose_called
from als_project.outbox.models import How, Message, Preference
from als_project.outbox.writing import words_of


@register
class Weekly(MessageKind):
    """Gone when none of its parts has a reason any more. Each part is asked for its reason again, as it leaves."""

    name = WEEKLY_MESSAGE
    title = _("The weekly message")
    is_weekly = True

    def context(self, message: Message) -> dict[str, Any] | None:
        unwanted = Preference.objects.filter(user=message.to, how=How.NEVER).values("kind")
        parts = message.parts.unsettled().exclude(kind__in=unwanted).select_related("to").order_by("due_at", "pk")
        standing = [(part, context) for part in parts if (context := _context_of(part)) is not None]
        return {"parts": [words_of(part, context) for part, context in standing]} if standing else None


def _context_of(part: Message) -> dict[str, Any] | None:
    kind = kind_called(part.kind)
    return kind.context(part) if kind else None


@register
class Answered(MessageKind):
    """To whose link it was: somebody who had not signed in has answered for them. Perhaps they themselves."""

    name = pressing.KIND
    title = _("What was answered by a link in a message, without signing in")
    needed = True
    urgent = True

    def context(self, message: Message) -> dict[str, Any] | None:
        said = json.loads(message.sealed) if message.sealed else {}
        purpose = purpose_called(said.get("purpose", ""))
        return {"answered": purpose.says, "page": settings.SITE_URL + said["path"]} if purpose else None
