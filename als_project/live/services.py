"""What an app says to open pages, and asks about them. Import as `from als_project.live import services as live`."""

import logging
import time
from functools import partial

from django.conf import settings
from django.db import transaction
from redis.exceptions import RedisError

from als_project.live import hub, wire
from als_project.live.door import guard

__all__ = ["dismiss", "guard", "note_look", "present_on", "tell", "tell_everyone"]

log = logging.getLogger(__name__)


def tell(channel: str) -> None:
    """Once this transaction is committed, every page open on the channel looks again. Costs one Redis round trip.

    Never fails its caller: a page that could not be told finds out by itself within seconds.
    """
    transaction.on_commit(partial(_send, wire.changed(channel)))


def tell_everyone() -> None:
    """Every open page of every channel looks again: after a database was restored, or before the servers stop."""
    transaction.on_commit(partial(_send, wire.EVERYONE))


def dismiss(person_id: int, channel: str) -> None:
    """Once this transaction is committed, the person's streams on the channel end, and their pages with them.

    Whether they may come back is for the channel's guard to say.
    """
    transaction.on_commit(partial(_send, wire.dismissed(channel, person_id)))


def present_on(channel: str) -> set[int]:
    """The ids of those who have a page of the channel open, as far as is known: late by two seconds or so."""
    if not settings.REDIS_URL:
        return hub.here.presence.present_on(channel) if hub.here else set()
    try:
        pipe = wire.redis().pipeline(transaction=False)
        pipe.hvals(wire.present_key(channel))
        pipe.hgetall(wire.looks_key(channel))
        streams, looks = pipe.execute()
        return wire.read_present(streams) - wire.read_faded(looks)
    except RedisError:
        log.warning("Who is present could not be read: Redis does not answer.")
        return set()


def note_look(person_id: int, channel: str) -> None:
    """A page of theirs has just looked at what changed on the channel: they are there. Never fails its caller."""
    if not settings.REDIS_URL:
        if hub.here:
            hub.here.presence.note_look(channel, person_id)
        return
    try:
        key = wire.looks_key(channel)
        pipe = wire.redis().pipeline(transaction=False)
        pipe.hset(key, str(person_id), str(time.time()))
        pipe.expire(key, wire.LOOKS_LAST)
        pipe.execute()
    except RedisError:
        log.warning("That a page looked could not be noted: Redis does not answer.")


def _send(word: str) -> None:
    if not settings.REDIS_URL:
        if hub.here:
            hub.here.from_elsewhere(hub.here.hear, word)
        return
    try:
        wire.redis().publish(wire.topic(), word)
    except RedisError:
        log.warning("Open pages could not be told of a change: Redis does not answer.")
