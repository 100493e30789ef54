"""What each kind of message is: apps describe theirs in `emails.py`; the outbox imports no app.

The words stand in `templates/emails/<app>/<message>/subject.txt` and `body.txt` for the kind "<app>.<message>".
"""

from typing import Any, ClassVar

from als_project.outbox.models import Message


class MessageKind:
    """One kind of message. Subclass it, name it, decorate it with `@register`."""

    name: ClassVar[str]

    def context(self, message: Message) -> dict[str, Any] | None:
        """What the templates need, fetched at the moment the message leaves; None when its reason is gone.

        Asked once more here: does the cause still stand, and may this person still read it?
        """
        raise NotImplementedError


_kinds: dict[str, MessageKind] = {}


def register(kind: type[MessageKind]) -> type[MessageKind]:
    if kind.name in _kinds and type(_kinds[kind.name]) is not kind:
        raise ValueError(f"Two kinds of message are called {kind.name}.")
    _kinds[kind.name] = kind()
    return kind


def kind_called(name: str) -> MessageKind | None:
    return _kinds.get(name)


def all_kinds() -> list[str]:
    return sorted(_kinds)
