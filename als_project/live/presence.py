"""Who has a page of a channel open: said quietly, once it has lasted two seconds, so that a reload is no news."""

import asyncio
from collections.abc import Callable

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

    def stir(self, channel: str) -> None:
        """Somebody came or went."""
        self._stirred.setdefault(channel, asyncio.get_running_loop().time())

    async def keep(self) -> None:
        loop = asyncio.get_running_loop()
        renew_at = loop.time() + RENEW_EVERY
        while True:
            await asyncio.sleep(0.5)
            await self._show({channel for channel in self._settled(loop.time()) if self._is_news(channel)})
            if loop.time() >= renew_at:
                renew_at = loop.time() + RENEW_EVERY
                await self._bus.show(self.shown)

    def _settled(self, now: float) -> list[str]:
        settled = [channel for channel, since in self._stirred.items() if now - since >= SETTLES_AFTER]
        for channel in settled:
            del self._stirred[channel]
        return settled

    def _is_news(self, channel: str) -> bool:
        return self._people_on(channel) != self.shown.get(channel, frozenset())

    async def _show(self, channels: set[str]) -> None:
        if not channels:
            return
        news = {channel: self._people_on(channel) for channel in channels}
        self.shown.update(news)
        await self._bus.show(news)
        for channel in channels:
            if not self.shown[channel]:
                del self.shown[channel]
            await self._bus.publish(wire.changed(channel))

    async def leave(self) -> None:
        """Nobody is present through a process that ends."""
        gone: dict[str, frozenset[int]] = dict.fromkeys(self.shown, frozenset())
        self.shown.clear()
        await self._bus.show(gone)
