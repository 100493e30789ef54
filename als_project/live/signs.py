"""Whose pages give signs of life. The network behind a stream can be gone for minutes before the stream itself ends.

Every page says each half minute that it is there: a small POST to its stream's own address, which asks
no database. Who has stopped saying so loses the stream. A page that is there after all is back in a second or two.
"""

import asyncio
import time
from collections.abc import Mapping, Set

from als_project.live.bus import Bus, Signs
from als_project.live.listener import STOP, Listener
from als_project.live.presence import a_few_of
from als_project.live.wire import FADES_AFTER

WRITE_EVERY = 1.0  # seconds: what all pages said in the meantime is written at once
READ_EVERY = 5.0


class SignsOfLife:
    def __init__(self, channels: Mapping[str, Set[Listener]], bus: Bus) -> None:
        self._channels = channels
        self._bus = bus
        self._given: Signs = {}
        self._reads_at = 0.0

    def note(self, channel: str, person: int) -> None:
        """A page of theirs is there. It may listen through another process."""
        self._given.setdefault(channel, {})[person] = time.time()

    def excuse_all(self) -> None:
        """Signs may have been lost: nobody is missed before they could give another."""
        self._reads_at = asyncio.get_running_loop().time() + FADES_AFTER

    async def keep(self) -> None:
        while True:
            await asyncio.sleep(WRITE_EVERY)
            given, self._given = self._given, {}
            if given and not await self._bus.note_signs(given):
                self.excuse_all()
            now = asyncio.get_running_loop().time()
            if now >= self._reads_at:
                self._reads_at = now + READ_EVERY
                await self._miss()

    async def _miss(self) -> None:
        """Ends the streams of who has fallen silent. Who never gave a sign has no page that does."""
        for some in a_few_of(list(self._channels)):
            signs = await self._bus.signs_on(some)
            for channel, people in signs.items():
                silent = {person for person, at in people.items() if at < time.time() - FADES_AFTER}
                if silent:
                    self._end(channel, silent)

    def _end(self, channel: str, silent: set[int]) -> None:
        settled = asyncio.get_running_loop().time() - FADES_AFTER
        for listener in list(self._channels.get(channel, ())):
            if listener.person in silent and listener.since < settled:
                listener.tell(STOP)
