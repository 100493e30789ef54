"""The messages about a person's own account. Their words are ready when they are queued, and travel sealed."""

import json
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.outbox.kinds import MessageKind, register
from als_project.outbox.models import Message


@register
class Notice(MessageKind):
    """Something about the account has changed, or somebody tried an address."""

    name: ClassVar[str] = "users.notice"
    title = _("What changed in your account")
    needed: ClassVar[bool] = True
    urgent: ClassVar[bool] = True

    def context(self, message: Message) -> dict[str, Any] | None:
        return json.loads(message.sealed) if message.sealed else None


@register
class Code(Notice):
    """A code to type in. Once it no longer works, its message has no reason to leave."""

    name: ClassVar[str] = "users.code"
    title = _("Codes to sign in with")

    def context(self, message: Message) -> dict[str, Any] | None:
        works_until = message.created_at + timedelta(seconds=settings.CODES_LAST_SECONDS)
        return super().context(message) if timezone.now() < works_until else None
