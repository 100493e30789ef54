"""Who listens to what, in this process."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from als_project.live.bus import Bus, bus_of_this_product
from als_project.live.door import Door
from als_project.live.listener import BEAT, CHANGED, CHANGED_FOR_ALL, COME_AGAIN, STOP, Listener, Send
from als_project.live.passes import Pass
from als_project.live.presence import Presence
from als_project.live.signs import SignsOfLife

log = logging.getLogger(__name__)

BEAT_EVERY = 10.0  # seconds: a page that hears nothing for longer than two beats knows that it is cut off
SPOKES = 100  # the beats of all listeners are spread over as many moments, so that none holds up a change
LASTS = 600.0  # seconds a stream lasts; then its page comes in by the door again
SPREAD = 30.0  # seconds over which many listeners are asked to do the same


class Hub:
    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.door = Door()
        self.presence = Presence(self.people_on, bus)
        self._channels: dict[str, set[Listener]] = {}
        self.signs = SignsOfLife(self._channels, bus)
        self._wheel: list[set[Listener]] = [set() for _ in range(SPOKES)]
        self._changed: set[str] = set()
        self._loop = asyncio.get_running_loop()
        # A task that nothing refers to can be collected while it waits.
        self._tasks: set[asyncio.Task[None]] = set()

    # --- Listening ---------------------------------------------------------------------------
    @contextmanager
    def listening(self, asked: Pass, send: Send) -> Iterator[Listener]:
        """From before the door is asked: who is dismissed in between has heard of it."""
        listener = Listener(asked.person, asked.channel, send, until=self._loop.time() + LASTS)
        spoke = random.choice(self._wheel)  # noqa: S311
        spoke.add(listener)
        self._channels.setdefault(listener.channel, set()).add(listener)
        try:
            yield listener
        finally:
            spoke.discard(listener)
            listener.end()
            self._forget(listener)

    def _forget(self, listener: Listener) -> None:
        others = self._channels[listener.channel]
        others.discard(listener)
        if not others:
            del self._channels[listener.channel]
        self.presence.stir(listener.channel)

    def let_in(self, listener: Listener) -> None:
        listener.begin()
        self.presence.stir(listener.channel)

    def people_on(self, channel: str) -> frozenset[int]:
        return frozenset(listener.person for listener in self._channels.get(channel, ()) if listener.is_in)

    # --- Telling -----------------------------------------------------------------------------
    def hear(self, word: str) -> None:
        """A word from the bus (see `wire`)."""
        what, *about = word.split(" ")
        if what == "changed":
            self._change(*about)
        elif what == "dismissed":
            self._dismiss(*about)
        elif what == "everyone":
            self.tell_everyone(CHANGED_FOR_ALL)

    def _change(self, channel: str) -> None:
        """However often a channel changes before the loop comes round, its listeners are told once."""
        if not self._changed:
            self._loop.call_soon(self._tell_of_changes)
        self._changed.add(channel)

    def _tell_of_changes(self) -> None:
        changed, self._changed = self._changed, set()
        for channel in changed:
            for listener in self._channels.get(channel, ()):
                listener.tell(CHANGED)

    def _dismiss(self, channel: str, person: str) -> None:
        for listener in self._channels.get(channel, ()):
            if listener.person == int(person):
                listener.dismiss()

    def tell_everyone(self, event: dict[str, Any]) -> None:
        for listener in self._everyone():
            listener.tell(event)

    def _everyone(self) -> Iterator[Listener]:
        return chain.from_iterable(self._channels.values())

    def from_elsewhere(self, work: Callable[..., None], *about: Any) -> None:
        """From another thread, or a signal: done as soon as the loop comes to it."""
        self._loop.call_soon_threadsafe(work, *about)

    def bus_is_back(self) -> None:
        """Something may have been missed: every page looks again soon, and comes in by the door again."""
        self.presence.renew_soon()
        self.signs.excuse_all()
        now = self._loop.time()
        for listener in self._everyone():
            listener.tell(CHANGED_FOR_ALL)
            listener.until = now + random.random() * SPREAD  # noqa: S311

    async def turn_the_wheel(self) -> None:
        """Each listener hears from the hub at every turn; while the bus is down, that it had better look."""
        turn = 0
        while True:
            turn += 1
            for spoke in self._wheel:
                await asyncio.sleep(BEAT_EVERY / SPOKES)
                unsure = self.bus.look_every and turn % self.bus.look_every == 0
                now = self._loop.time()
                for listener in spoke:
                    listener.tell(COME_AGAIN if listener.until < now else CHANGED if unsure else BEAT)

    # --- Life --------------------------------------------------------------------------------
    def start(self) -> None:
        self.keep("bus", lambda: self.bus.listen(self.hear, self.bus_is_back))
        self.keep("wheel", self.turn_the_wheel)
        self.keep("presence", self.presence.keep)
        self.keep("signs", self.signs.keep)

    def keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Work that never ends: should it fail, that is logged and it begins again."""
        task = asyncio.create_task(_again_and_again(name, work), name=f"live-{name}")
        self._tasks.add(task)

    def end_streams(self) -> None:
        self.tell_everyone(STOP)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.door.close()
        await self.presence.leave()
        await self.bus.close()


async def _again_and_again(name: str, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Exception:
            log.exception("The live %s failed; it begins again.", name)
        await asyncio.sleep(1)


# The hub of this process: there is one where streams are served, none elsewhere.
here: Hub | None = None


def hub_here() -> Hub:
    global here
    if here is None:
        here = Hub(bus_of_this_product())
        here.start()
    return here


async def close_hub() -> None:
    global here
    if here is not None:
        closing, here = here, None
        await closing.stop()
