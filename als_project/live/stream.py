"""The small ASGI application beside Django: `/live/<pass>/` is a stream of server-sent events without content.

A POST to the same address says that the page is there.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from types import FrameType
from typing import Any

from als_project.live.hub import Hub, close_hub, hub_here
from als_project.live.listener import Send
from als_project.live.passes import Pass, read_pass

Scope = dict[str, Any]
Event = Mapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

PREFIX = "/live/"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    # When the stream ends, nothing is left of it.
    (b"connection", b"close"),
    # nginx would keep events back to fill its buffer.
    (b"x-accel-buffering", b"no"),
]


def beside(django: Application) -> Application:
    """Streams here, every other request to Django."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await respond(scope, receive, send)
        else:
            await django(scope, receive, send)

    return application


async def lifespan(receive: Receive, send: Send) -> None:
    """The hub lives as long as the server."""
    await receive()
    end_streams_when_told_to_stop(hub_here())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await close_hub()
    await send({"type": "lifespan.shutdown.complete"})


def end_streams_when_told_to_stop(hub: Hub) -> None:
    """A server that is told to stop waits for what is open, and a stream would be open for ever."""
    for number in (signal.SIGTERM, signal.SIGINT):
        servers_own = signal.getsignal(number)
        if callable(servers_own):
            signal.signal(number, partial(stop, hub, servers_own))


def stop(hub: Hub, servers_own: Callable[[int, FrameType | None], Any], number: int, frame: FrameType | None) -> None:
    hub.from_elsewhere(hub.end_streams)
    servers_own(number, frame)


async def respond(scope: Scope, receive: Receive, send: Send) -> None:
    asked = read_pass(scope["path"].removeprefix(PREFIX).removesuffix("/"))
    if scope["method"] not in ("GET", "POST"):
        await answer(send, HTTPStatus.METHOD_NOT_ALLOWED)
    elif asked is None:
        await answer(send, HTTPStatus.FORBIDDEN)
    elif scope["method"] == "POST":
        # The door is not asked: this lets nobody in, and only keeps open a stream that is open already.
        hub_here().signs.note(asked.channel, asked.person)
        await answer(send, HTTPStatus.OK)
    else:
        await listen(hub_here(), asked, scope, receive, send)


async def answer(send: Send, status: HTTPStatus) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"0"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def listen(hub: Hub, asked: Pass, scope: Scope, receive: Receive, send: Send) -> None:
    """Until the page leaves or the hub ends the stream. The hub does all the telling."""
    cookies = cookies_in(scope)
    # A listener is held for minutes; what its request brought along is not needed any more.
    scope["headers"].clear()
    with suppress(asyncio.CancelledError), hub.listening(asked, send) as listener:
        status = await hub.door.answer(asked, cookies)
        if status is not HTTPStatus.OK:
            await answer(send, status)
            return
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        hub.let_in(listener)
        while (await receive())["type"] != "http.disconnect":
            pass


def cookies_in(scope: Scope) -> str:
    return "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
