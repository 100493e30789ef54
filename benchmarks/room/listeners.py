"""Thousands of open pages in one process: they listen, and note when they heard of a change."""

import asyncio
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
THREAD = ThreadPoolExecutor(max_workers=1)
PATIENCE = 60.0  # seconds after which a page has heard nothing
CONNECTING = 64  # at once: a server's queue of connections is only so long
CHANGED = b"event: changed"


class Page(asyncio.Protocol):
    """One listener. `heard` is the instant of the last change it was told of."""

    __slots__ = ("heard", "lost", "opened", "request", "transport")

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.heard = 0.0
        self.lost = False
        self.opened = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if CHANGED in data:
            self.heard = time.monotonic()
            if not self.opened.done():
                self.opened.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("A listener was turned away."))


async def open_pages(port: int, requests: Iterable[bytes]) -> list[Page]:
    turns = asyncio.Semaphore(CONNECTING)

    async def open_one(request: bytes) -> Page:
        async with turns:
            _, page = await asyncio.get_running_loop().create_connection(lambda: Page(request), "127.0.0.1", port)
            await page.opened
        return page

    return await asyncio.gather(*(open_one(request) for request in requests))


async def seconds_for_each(
    rooms: dict[int, list[Page]], tell: Callable[[int], None], *, a_second: float
) -> list[float]:
    """One change in every room, so many a second: for each, the seconds from telling until its last page has heard."""
    told = []
    begun = time.monotonic()
    for count, number in enumerate(rooms):
        await asyncio.sleep(max(0.0, begun + count / a_second - time.monotonic()))
        told.append(time.monotonic())
        await in_a_thread(tell, number)
    return [await _seconds_until_heard(pages, at) for pages, at in zip(rooms.values(), told, strict=True)]


async def seconds_for_all(pages: list[Page], tell: Callable[[], None]) -> float:
    """From telling everyone until the last has heard."""
    told = time.monotonic()
    await in_a_thread(tell)
    return await _seconds_until_heard(pages, told)


async def _seconds_until_heard(pages: list[Page], told: float) -> float:
    while any(page.heard < told for page in pages):
        if time.monotonic() - told > PATIENCE:
            raise TimeoutError("Somebody heard nothing.")
        await asyncio.sleep(0.1)
    return max(page.heard for page in pages) - told


async def in_a_thread(work: Callable[..., T], *about: int) -> T:
    """Django does not let itself be called from a loop. Always the same thread: it has the one connection."""
    return await asyncio.get_running_loop().run_in_executor(THREAD, work, *about)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
