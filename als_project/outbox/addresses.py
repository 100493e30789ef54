"""Addresses that take no mail: noted when their server says so for good, forgotten when they take some after all."""

from collections.abc import Callable
from datetime import datetime

from als_project.outbox.models import Message, RefusedAddress
from als_project.users.models import User

Listener = Callable[[User, datetime], None]
_listeners: list[Listener] = []


def when_refused(listener: Listener) -> Listener:
    """Call `listener(person, now)` when a person's address was refused for good, in the transaction that notes it.

    For a higher floor to tell whoever looks after that person, kindly. Registered in an app's `emails.py`.
    """
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def mark(message: Message, *, answer: str, now: datetime) -> None:
    """Noted once; told once, until the address has taken something again."""
    _, is_new = RefusedAddress.objects.update_or_create(
        address=message.leads_to.lower(),
        defaults={"answer": answer},
        create_defaults={"answer": answer, "refused_at": now},
    )
    if is_new and message.to:
        for listener in _listeners:
            listener(message.to, now)


def unmark(message: Message) -> None:
    RefusedAddress.objects.filter(address=message.leads_to.lower()).delete()


def is_refused(address: str) -> bool:
    return RefusedAddress.objects.filter(address=address.lower()).exists()
