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
from als_project.live.passes import Pass
from als_project.live.presence import Presence

log = logging.getLogger(__name__)

# What a listener can be owed. A set of flags, not a queue: what happens twice is told once.
CHANGED, BEAT, DISMISSED, END, STOP, LEFT = 1, 2, 4, 8, 16, 32

BEAT_EVERY = 10.0  # seconds: a page that hears nothing for longer than two beats knows that it is cut off
SPOKES = 20  # the beats of all listeners are spread over as many moments, so that none holds up a change
LASTS = 600.0  # seconds a stream lasts; then its page comes in by the door again
SPREAD = 30.0  # seconds over which many listeners are asked to do the same


class Listener:
    """One open stream."""

    __slots__ = ("_owed", "_waiting", "channel", "is_in", "person", "spoke", "until")

    def __init__(self, person: int, channel: str) -> None:
        self.person = person
        self.channel = channel
        self.is_in = False
        self.spoke = random.randrange(SPOKES)  # noqa: S311
        self.until = asyncio.get_running_loop().time() + LASTS
        self._owed = 0
        self._waiting: asyncio.Future[None] | None = None

    def owe(self, what: int) -> None:
        self._owed |= what
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    async def owed(self) -> int:
        """What there is to tell, waiting until there is something."""
        if not self._owed:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
            self._waiting = None
        owed, self._owed = self._owed, 0
        return owed


class Hub:
    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.door = Door()
        self.presence = Presence(self.people_on, bus)
        self._channels: dict[str, set[Listener]] = {}
        self._wheel: list[set[Listener]] = [set() for _ in range(SPOKES)]
        self._loop = asyncio.get_running_loop()
        # A task that nothing refers to can be collected while it waits.
        self._tasks: set[asyncio.Task[None]] = set()

    # --- Listening ---------------------------------------------------------------------------
    @contextmanager
    def listening(self, asked: Pass) -> Iterator[Listener]:
        """From before the door is asked: who is dismissed in between has heard of it."""
        listener = Listener(asked.person, asked.channel)
        self._channels.setdefault(listener.channel, set()).add(listener)
        self._wheel[listener.spoke].add(listener)
        try:
            yield listener
        finally:
            self._wheel[listener.spoke].discard(listener)
            self._forget(listener)

    def _forget(self, listener: Listener) -> None:
        listeners = self._channels[listener.channel]
        listeners.discard(listener)
        if not listeners:
            del self._channels[listener.channel]
        if listener.is_in:
            self.presence.stir(listener.channel)

    def let_in(self, listener: Listener) -> None:
        listener.is_in = True
        self.presence.stir(listener.channel)

    def people_on(self, channel: str) -> frozenset[int]:
        return frozenset(listener.person for listener in self._channels.get(channel, ()) if listener.is_in)

    # --- Telling -----------------------------------------------------------------------------
    def hear(self, word: str) -> None:
        """A word from the bus (see `wire`)."""
        what, *about = word.split(" ")
        if what == "everyone":
            self.tell_everyone(CHANGED)
        elif what == "changed":
            for listener in self._channels.get(about[0], ()):
                listener.owe(CHANGED)
        elif what == "dismissed":
            channel, person = about
            for listener in self._channels.get(channel, ()):
                if listener.person == int(person):
                    listener.owe(DISMISSED)

    def tell_everyone(self, what: int) -> None:
        for listener in self._everyone():
            listener.owe(what)

    def _everyone(self) -> Iterator[Listener]:
        return chain.from_iterable(self._wheel)

    def from_elsewhere(self, work: Callable[..., None], *about: Any) -> None:
        """From another thread, or a signal: done as soon as the loop comes to it."""
        self._loop.call_soon_threadsafe(work, *about)

    def bus_is_back(self) -> None:
        """Something may have been missed: every page looks again now, and comes in by the door again soon."""
        now = self._loop.time()
        for listener in self._everyone():
            listener.owe(CHANGED)
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
                    listener.owe(END if listener.until < now else CHANGED if unsure else BEAT)

    # --- Life --------------------------------------------------------------------------------
    def start(self) -> None:
        self.keep("bus", lambda: self.bus.listen(self.hear, self.bus_is_back))
        self.keep("wheel", self.turn_the_wheel)
        self.keep("presence", self.presence.keep)

    def keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Work that never ends: should it fail, that is logged and it begins again."""
        task = asyncio.create_task(_again_and_again(name, work), name=f"live-{name}")
        self._tasks.add(task)

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
