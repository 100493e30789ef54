"""What each kind of message is: apps describe theirs in `emails.py`; the outbox imports no app.

The words stand in `templates/emails/<app>/<message>/subject.txt` and `body.txt` for the kind "<app>.<message>".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.text import capfirst

from als_project.outbox.models import Message
from als_project.users.models import User

# The message that holds what a person wants only once a week.
WEEKLY_MESSAGE = "outbox.digest"


@dataclass(frozen=True)
class CalendarPart:
    """An iTIP message (RFC 5546): what a calendar reads of a mail. `text` is the whole VCALENDAR."""

    method: str
    text: str


@dataclass(frozen=True)
class Way:
    """One thing to do with a reply by mail: what it is called, and the path of its form."""

    words: str
    path: str


class MessageKind:
    """One kind of message. Subclass it, name it, decorate it with `@register`."""

    name: ClassVar[str]
    # What the preferences page calls it: “Reminders before a session”.
    title: ClassVar[str | Promise] = ""
    # Nobody can take part without it: it can't be turned off, and the preferences page says so.
    needed: ClassVar[bool] = False
    # Somebody is waiting for it, or it is about today: it goes first, and at any hour.
    urgent: ClassVar[bool] = False
    # Comes once a week by itself: it is not kept for the weekly message, nor counted.
    is_weekly: ClassVar[bool] = False
    # Not sent any more so long after it was due.
    stale_after: ClassVar[timedelta | None] = None

    # What people write back to it is kept as their own draft.
    takes_replies: ClassVar[bool] = False

    def context(self, message: Message) -> dict[str, Any] | None:
        """What the templates need, fetched at the moment the message leaves; None when its reason is gone.

        Asked once more here: does the cause still stand, and may this person still read it?
        """
        raise NotImplementedError

    def useful_until(self, context: dict[str, Any]) -> datetime | None:
        """After this instant the message is of no use.

        It leaves by night rather than too late, and, unless weekly was chosen for it, above a week's most.
        """
        return None

    def holds(self, context: dict[str, Any]) -> Sequence[int]:
        """The ids of the messages that leave within this one."""
        return ()

    def ways_on(self, writer: User, about: int) -> Sequence[Way]:
        """What the writer of a reply may do with it now; nothing when they have left, or it is over."""
        return ()

    def calendars(self, message: Message, context: dict[str, Any]) -> Sequence[CalendarPart]:
        """What the reader's calendar is told by the same mail. One stands beside the words; several are attached."""
        return ()

    @property
    def called(self) -> str:
        return str(self.title) or capfirst(self.name.split(".")[-1].replace("_", " "))


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


def is_urgent(name: str) -> bool:
    return name in _kinds and _kinds[name].urgent


def optional_kinds() -> list[str]:
    """What a person can turn off, by name."""
    return [name for name in all_kinds() if not _kinds[name].needed]


def counted_kinds() -> list[str]:
    """What counts against the most that a person wants in a week."""
    return [name for name in optional_kinds() if not _kinds[name].is_weekly]
