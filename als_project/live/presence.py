"""Who has a page of a channel open: said quietly, once it has lasted two seconds, so that a reload is no news."""

import asyncio
from collections.abc import Callable, Iterator

from als_project.live import wire
from als_project.live.bus import Bus

SETTLES_AFTER = 2.0  # seconds
RENEW_EVERY = wire.FORGOTTEN_AFTER / 3


class Presence:
    def __init__(self, people_on: Callable[[str], frozenset[int]], bus: Bus) -> None:
        # What this process last made known. Read by other threads: entries are replaced, never changed.
        self.shown: dict[str, frozenset[int]] = {}
        self._people_on = people_on
        self._bus = bus
        self._stirred: dict[str, float] = {}
        self._renewed_at = 0.0

    def stir(self, channel: str) -> None:
        """Somebody came or went."""
        self._stirred.setdefault(channel, asyncio.get_running_loop().time())

    def renew_soon(self) -> None:
        """What was written may be lost."""
        self._renewed_at = 0.0

    async def keep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(0.5)
            for some in a_few_of(self._settled(loop.time())):
                await self._show(some)
            if loop.time() - self._renewed_at >= RENEW_EVERY:
                self._renewed_at = loop.time()
                await self._renew()

    def _settled(self, now: float) -> list[str]:
        """The channels where somebody came or went, and it has lasted."""
        settled = [channel for channel, since in self._stirred.items() if now - since >= SETTLES_AFTER]
        for channel in settled:
            del self._stirred[channel]
        return [channel for channel in settled if self._people_on(channel) != self.shown.get(channel, frozenset())]

    async def _show(self, channels: list[str]) -> None:
        news = {channel: self._people_on(channel) for channel in channels}
        self.shown.update(news)
        await self._bus.show(news)
        for channel, people in news.items():
            if not people:
                del self.shown[channel]
            await self._bus.publish(wire.changed(channel))

    async def _renew(self) -> None:
        for some in a_few_of(list(self.shown)):
            await self._bus.show({channel: self.shown[channel] for channel in some if channel in self.shown})

    async def leave(self) -> None:
        """Nobody is present through a process that ends."""
        gone: dict[str, frozenset[int]] = dict.fromkeys(self.shown, frozenset())
        self.shown.clear()
        await self._bus.show(gone)


def a_few_of(channels: list[str]) -> Iterator[list[str]]:
    """A few at a time: nobody's change waits for the presence of a thousand rooms to be written."""
    for at in range(0, len(channels), 20):
        yield channels[at : at + 20]
