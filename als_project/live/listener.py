"""One open stream, and the events it can be told. None of them says what has changed."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

Send = Callable[[Mapping[str, Any]], Coroutine[Any, Any, None]]
Event = dict[str, Any]


def _event(body: bytes, *, more: bool = True) -> Event:
    return {"type": "http.response.body", "body": body, "more_body": more}


BEAT = _event(b"event: beat\ndata: 0\n\n")
CHANGED = _event(b"event: changed\ndata: 0\n\n")
# The figure: over how many milliseconds pages spread their looking, so that a site doesn't look all at once.
CHANGED_FOR_ALL = _event(b"event: changed\ndata: 10000\n\n")
# The last of a stream. After an orderly end the page comes back at once; when the server stops, in a second or two.
COME_AGAIN = _event(b"retry: 50\n\n", more=False)
STOP = _event(b"", more=False)
DISMISSED = _event(b"event: dismissed\ndata: 0\n\n", more=False)


def _first() -> Event:
    """Something may have happened between the page and its stream. Many that are cut off don't come back as one."""
    return _event(b"retry: %d\n" % random.randrange(1000, 2000) + CHANGED["body"])  # noqa: S311


class Listener:
    __slots__ = ("_is_dismissed", "_send", "_task", "channel", "is_in", "person", "since", "until")

    def __init__(self, person: int, channel: str, send: Send, until: float) -> None:
        self.person = person
        self.channel = channel
        self.until = until
        self.is_in = False
        self.since = 0.0
        self._is_dismissed = False
        self._send = send
        self._task = asyncio.current_task()

    def begin(self) -> None:
        self.is_in = True
        self.since = asyncio.get_running_loop().time()
        self.tell(DISMISSED if self._is_dismissed else _first())

    def dismiss(self) -> None:
        self._is_dismissed = True
        self.tell(DISMISSED)

    def end(self) -> None:
        self.is_in = False

    def tell(self, event: Event) -> None:
        """Written before this returns. A task to wake for each listener would take two and a half times as long.

        Who has left so much unread that the server would have to wait is cut off; the first event of their next
        stream says all that they missed.
        """
        if not self.is_in:
            return
        self.is_in = event["more_body"]
        writing = self._send(event)
        try:
            writing.send(None)
        except StopIteration:
            return
        writing.close()
        self.end()
        if self._task:
            self._task.cancel()
