"""What travels between processes: names and ids, never what anybody said."""

import re
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

CHANNEL = re.compile(r"[a-z]+:[0-9]+")
# Presence that is not renewed is forgotten: its process has died.
FORGOTTEN_AFTER = 45.0  # seconds
# A page says every half minute that it is there. Who has not for so long has lost the network.
FADES_AFTER = 45.0  # seconds

EVERYONE = "everyone"


def named(channel: str) -> str:
    """The channel, whose name is a kind and an id: nothing that could be content."""
    if not CHANNEL.fullmatch(channel):
        raise ValueError("A channel is called like set:12.")
    return channel


def changed(channel: str) -> str:
    return f"changed {named(channel)}"


def dismissed(channel: str, person: int) -> str:
    return f"dismissed {named(channel)} {person}"


@lru_cache(maxsize=1)
def redis() -> "Redis":
    """For the processes that serve pages. A request waits a second at most, and a stale connection is tried anew."""
    return Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 1), protocol=2
    )


def topic() -> str:
    """Redis publishes across its numbered databases; the number in the name keeps two products apart."""
    return f"live:{redis().connection_pool.connection_kwargs.get('db') or 0}"


# --- Who is present: a hash for each channel, with a field for each process that serves streams ----
def present_key(channel: str) -> str:
    return f"live:present:{named(channel)}"


def write_present(people: Iterable[int]) -> str:
    return f"{int(time.time() + FORGOTTEN_AFTER)} {','.join(str(person) for person in sorted(people))}"


def read_present(written: Iterable[Any]) -> set[int]:
    """What every process wrote, taken together."""
    present: set[int] = set()
    for each in written:
        until, _, people = each.decode().partition(" ")
        if int(until) >= time.time() and people:
            present.update(int(person) for person in people.split(","))
    return present


# --- When whose pages last gave a sign of life: a hash for each channel, with a field for each person
SIGNS_LAST = 900  # seconds: longer than a stream


def signs_key(channel: str) -> str:
    return f"live:signs:{named(channel)}"
