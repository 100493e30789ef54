"""The outbox's own messages: what a person wants once a week, in one; and that a link in a message was used."""

import json
from collections.abc import Sequence
from datetime import datetime
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
    """Gone when none of its parts has a reason any more. Each part is asked for its reason again, as it leaves.

    Of use until the first of its parts is of none.
    """

    name = WEEKLY_MESSAGE
    title = _("The weekly message")
    is_weekly = True

    def context(self, message: Message) -> dict[str, Any] | None:
        unwanted = Preference.objects.filter(user=message.to, how=How.NEVER).values("kind")
        parts = message.parts.unsettled().exclude(kind__in=unwanted).select_related("to").order_by("due_at", "pk")
        known = [(part, kind) for part in parts if (kind := kind_called(part.kind))]
        standing = [(part, kind, said) for part, kind in known if (said := kind.context(part)) is not None]
        if not standing:
            return None
        limits = [limit for _part, kind, said in standing if (limit := kind.useful_until(said))]
        return {
            "parts": [words_of(part, said) for part, _kind, said in standing],
            "holds": [part.pk for part, _kind, _said in standing],
            "until": min(limits, default=None),
        }

    def useful_until(self, context: dict[str, Any]) -> datetime | None:
        until: datetime | None = context["until"]
        return until

    def holds(self, context: dict[str, Any]) -> Sequence[int]:
        ids: list[int] = context["holds"]
        return ids


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
