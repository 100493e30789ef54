"""Tells the writer of a reply by mail that nobody has read it yet, or that nothing of it could be kept."""

import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from als_project.inbox import services
from als_project.inbox.models import MailedReply
from als_project.outbox.kinds import MessageKind, register
from als_project.outbox.models import Message


@register
class ReplyKept(MessageKind):
    """Gone once they have sent it themselves, or thrown it away."""

    name = "inbox.reply_kept"
    title = _("Your reply by mail is kept as your own draft")
    needed = True
    urgent = True

    def context(self, message: Message) -> dict[str, Any] | None:
        if message.to is None:
            return None
        reply = MailedReply.objects.visible_to(message.to).waiting().filter(pk=message.about or 0).first()
        return {"reply_id": reply.pk} if reply else None


@register
class ReplyNotKept(MessageKind):
    """To who wrote back in vain, perhaps from an address that we don't know to be theirs."""

    name = services.NOT_KEPT
    title = _("Nothing of your reply by mail could be kept")
    needed = True
    urgent = True

    def context(self, message: Message) -> dict[str, Any] | None:
        return {"from_elsewhere": False, **json.loads(message.sealed or "{}")}
