"""What an app says to open pages, and asks about them. Import as `from als_project.live import services as live`."""

import logging
from functools import partial

from django.conf import settings
from django.db import transaction
from redis.exceptions import RedisError

from als_project.live import hub, wire
from als_project.live.door import guard

__all__ = ["dismiss", "guard", "present_on", "tell", "tell_everyone"]

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
        return set(hub.here.presence.shown.get(channel, ())) if hub.here else set()
    try:
        return wire.read_present(wire.redis().hvals(wire.present_key(channel)))
    except RedisError:
        log.warning("Who is present could not be read: Redis does not answer.")
        return set()


def _send(word: str) -> None:
    if not settings.REDIS_URL:
        if hub.here:
            hub.here.from_elsewhere(hub.here.hear, word)
        return
    try:
        wire.redis().publish(wire.topic(), word)
    except RedisError:
        log.warning("Open pages could not be told of a change: Redis does not answer.")
