"""How a word reaches the process that holds the streams: through Redis, or within the one process there is."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Protocol
from uuid import uuid4

from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from als_project.live import wire

log = logging.getLogger(__name__)

SILENCE = 5.0  # seconds without a word after which Redis is asked whether it is there
LONGEST_PAUSE = 4.0  # seconds between two attempts to reach it

Hear = Callable[[str], None]
Present = Mapping[str, frozenset[int]]
# When whose pages last gave a sign of life, by channel and person.
Signs = dict[str, dict[int, float]]


class Bus(Protocol):
    # Pages look for themselves at every so many beats, for what the bus may not carry; 0 is never.
    look_every: int

    async def listen(self, hear: Hear, is_back: Callable[[], None]) -> None: ...
    async def publish(self, word: str) -> None: ...
    async def show(self, present: Present) -> None: ...
    async def note_signs(self, signs: Signs) -> bool: ...
    async def signs_on(self, channels: Iterable[str]) -> Signs: ...
    async def close(self) -> None: ...


class LocalBus:
    """Without Redis, web serves pages and streams in one process. What a worker changes is found by looking."""

    look_every = 3

    def __init__(self) -> None:
        self._signs: Signs = {}

    async def listen(self, hear: Hear, is_back: Callable[[], None]) -> None:
        self._hear = hear
        await asyncio.Event().wait()

    async def publish(self, word: str) -> None:
        self._hear(word)

    async def show(self, present: Present) -> None:
        """Those who ask are in this process, and look themselves."""

    async def note_signs(self, signs: Signs) -> bool:
        for channel, people in signs.items():
            self._signs.setdefault(channel, {}).update(people)
        return True

    async def signs_on(self, channels: Iterable[str]) -> Signs:
        return {channel: self._signs.get(channel, {}) for channel in channels}

    async def close(self) -> None:
        """Nothing is open."""


class RedisBus:
    """One subscription for the whole process, however many listen."""

    look_every = 1

    def __init__(self) -> None:
        self._process = uuid4().hex
        # No retries of its own: a subscription that was renewed in silence would hide that words were missed.
        self._redis = Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=5, retry=Retry(NoBackoff(), 0), protocol=2
        )

    async def listen(self, hear: Hear, is_back: Callable[[], None]) -> None:
        pause = 0.25
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
                    await pubsub.subscribe(wire.topic())
                    self.look_every, pause = 0, 0.25
                    is_back()
                    await _hear_all(pubsub, hear)
            except (RedisError, OSError) as error:
                if self.look_every == 0:
                    log.warning("Redis does not answer (%s): open pages look for themselves.", type(error).__name__)
                self.look_every = 1
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def publish(self, word: str) -> None:
        with suppress(RedisError, OSError):
            await self._redis.publish(wire.topic(), word)

    async def show(self, present: Present) -> None:
        """Other processes read it there; what could not be written now is renewed within seconds."""
        with suppress(RedisError, OSError):
            async with self._redis.pipeline(transaction=False) as pipe:
                for channel, people in present.items():
                    key = wire.present_key(channel)
                    if people:
                        pipe.hset(key, self._process, wire.write_present(people))
                        pipe.expire(key, int(wire.FORGOTTEN_AFTER) + 15)
                    else:
                        pipe.hdel(key, self._process)
                await pipe.execute()

    async def note_signs(self, signs: Signs) -> bool:
        """Whether they could be written."""
        with suppress(RedisError, OSError):
            async with self._redis.pipeline(transaction=False) as pipe:
                for channel, people in signs.items():
                    key = wire.signs_key(channel)
                    pipe.hset(key, mapping={str(person): str(at) for person, at in people.items()})
                    pipe.expire(key, wire.SIGNS_LAST)
                await pipe.execute()
                return True
        return False

    async def signs_on(self, channels: Iterable[str]) -> Signs:
        """None while Redis does not answer."""
        asked = list(channels)
        with suppress(RedisError, OSError):
            async with self._redis.pipeline(transaction=False) as pipe:
                for channel in asked:
                    pipe.hgetall(wire.signs_key(channel))
                return {
                    channel: {int(person): float(at) for person, at in people.items()}
                    for channel, people in zip(asked, await pipe.execute(), strict=True)
                }
        return {}

    async def close(self) -> None:
        with suppress(RedisError, OSError):
            await self._redis.aclose()


async def _hear_all(pubsub: PubSub, hear: Hear) -> None:
    """Returns never; raises when Redis is gone, or says nothing even when asked."""
    asked = False
    while True:
        message = await pubsub.get_message(timeout=SILENCE)
        if message is None and asked:
            raise TimeoutError
        if message is None:
            await pubsub.ping()
        elif message["type"] == "message":
            hear(message["data"].decode())
        asked = message is None


def bus_of_this_product() -> Bus:
    return RedisBus() if settings.REDIS_URL else LocalBus()
