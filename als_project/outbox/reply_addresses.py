"""The address to which one person answers one message: signed, so that nobody guesses another's."""

import re
from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from als_project.outbox.kinds import kind_called
from als_project.outbox.models import Message

SIGNED = r"(\d{1,18})-([0-9a-f]{24})"


def address_for(message: Message) -> str:
    """Empty where no reply is taken: the site reads none, or there is nothing to write back to this kind."""
    kind = kind_called(message.kind)
    if not (settings.REPLY_ADDRESS and message.to and message.pk and kind and kind.takes_replies):
        return ""
    address: str = settings.REPLY_ADDRESS
    return address.replace("{token}", f"{message.pk}-{_signature(message)}")


def are_among(addresses: Iterable[str]) -> bool:
    """Whether one of them looks like a reply address, genuine or not."""
    return any(_found(address) for address in addresses)


def message_at(addresses: Iterable[str]) -> Message | None:
    """The message whose own reply address is among these."""
    for address in addresses:
        found = _found(address)
        message = Message.objects.select_related("to").filter(pk=found[1]).first() if found else None
        if found and message and constant_time_compare(found[2], _signature(message)):
            return message
    return None


def _found(address: str) -> re.Match[str] | None:
    if not settings.REPLY_ADDRESS:
        return None
    before, after = (re.escape(part) for part in settings.REPLY_ADDRESS.lower().split("{token}"))
    return re.fullmatch(f"{before}{SIGNED}{after}", address.lower())


def _signature(message: Message) -> str:
    return salted_hmac("outbox.reply", f"{message.pk}.{message.key}", algorithm="sha256").hexdigest()[:24]
