"""Addresses that take no mail: noted when their server says so for good, forgotten when they take some after all."""

from collections.abc import Callable
from datetime import datetime

from als_project.outbox.models import Message, RefusedAddress

Listener = Callable[[str, datetime, datetime], None]
_listeners: list[Listener] = []


def when_refused(listener: Listener) -> Listener:
    """Call `listener(address, since, now)` whenever an address that is refused for good was sent something in vain.

    For a higher floor to tell whoever looks after its owner, or has invited it, kindly and once: it is called for every
    message, because the address may have found another owner, who may have come to another set. `since` stays the same
    until the address takes something again. Registered in an app's `emails.py`.
    """
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def mark(message: Message, *, answer: str, now: datetime) -> None:
    """Noted, once until the address has taken something again, and told."""
    RefusedAddress.objects.update_or_create(
        address=message.leads_to.lower(),
        defaults={"answer": answer},
        create_defaults={"answer": answer, "refused_at": now},
    )
    tell(message, now=now)


def tell(message: Message, *, now: datetime) -> None:
    """Whoever wants to know hears that nothing can be sent where this message leads. Nothing where that has passed."""
    refused = RefusedAddress.objects.filter(address=message.leads_to.lower()).first()
    if refused:
        for listener in _listeners:
            listener(refused.address, refused.refused_at, now)


def unmark(message: Message) -> None:
    RefusedAddress.objects.filter(address=message.leads_to.lower()).delete()


def is_refused(address: str) -> bool:
    return RefusedAddress.objects.filter(address=address.lower()).exists()
