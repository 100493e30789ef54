"""The product as it is served, at a quicker pace, and beside it what a test wants said in that same process."""

import os
from typing import Any

from asgiref.sync import sync_to_async

from als_project.asgi import application as product
from als_project.live import bus, hub, presence, signs
from als_project.live import services as live

hub.BEAT_EVERY = 2.0
hub.SPREAD = 3.0
presence.SETTLES_AFTER = 1.0
signs.FADES_AFTER = float(os.environ.get("FADES_AFTER", signs.FADES_AFTER))
signs.READ_EVERY = 0.5
bus.LocalBus.look_every = int(os.environ.get("LOOK_EVERY", bus.LocalBus.look_every))

SAY = {
    "tell": live.tell,
    "dismiss": lambda person, channel: live.dismiss(int(person), channel),
    "present": lambda channel: sorted(live.present_on(channel)),
}
PAGE = """<!doctype html><title>A page</title>
<template id="words" data-connection-lost="Connection lost; trying again…"></template>
<main data-live="/live/{token}/">A page</main>
<script type="module" src="/say/script/counting.js"></script><script type="module" src="/static/js/live.js"></script>"""
COUNTING = """window.looks = 0;
document.body.addEventListener("live:changed", () => { window.looks += 1; });"""
is_shut: list[bool] = []
CSP = b"default-src 'none'; script-src 'self'; connect-src 'self'"


async def application(scope: Any, receive: Any, send: Any) -> None:
    """`/say/WHAT/ABOUT/…`; views of Django run in a thread as this does."""
    if scope["type"] != "http" or not scope["path"].startswith("/say/"):
        await product(scope, receive, send)
        return
    what, *about = scope["path"].strip("/").split("/")[1:]
    if what == "shut":
        is_shut.append(True)
        await answer(send, "", b"text/plain")
    elif what == "page" and is_shut:
        await answer(send, "Not found", b"text/plain", status=404)
    elif what == "page":
        await answer(send, PAGE.format(token=about[0]), b"text/html; charset=utf-8")
    elif what == "script":
        await answer(send, COUNTING, b"text/javascript")
    else:
        await answer(send, str(await sync_to_async(SAY[what])(*about)), b"text/plain")


async def answer(send: Any, text: str, kind: bytes, *, status: int = 200) -> None:
    headers = [(b"content-type", kind), (b"content-security-policy", CSP), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
