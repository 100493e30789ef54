"""What is asked of each part, and what it answers. No check raises."""

import os
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import redis
from django.conf import settings
from django.db import DatabaseError, connection

from als_project.outbox import condition


@dataclass(frozen=True)
class Wellness:
    """What is well, by name; and for how many seconds the longest-waiting message that is due has waited."""

    parts: dict[str, bool]
    oldest_unsent: float | None

    @property
    def is_well(self) -> bool:
        return all(self.parts.values())


def look(*, now: datetime) -> Wellness:
    if not database_answers():
        return Wellness({"database": False, "broker": broker_answers()}, None)
    waits = condition.oldest_unsent(now=now)
    return Wellness(
        {
            "database": True,
            "broker": broker_answers(),
            condition.WORKER: condition.seen_lately(condition.WORKER, now=now),
            condition.BEAT: condition.seen_lately(condition.BEAT, now=now),
        },
        waits.total_seconds() if waits else 0.0,
    )


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM outbox_seen LIMIT 1")
    except DatabaseError:
        return False
    return True


def broker_answers() -> bool:
    """Redis, or where the broker is a folder: it can be written to."""
    if not settings.REDIS_URL:
        return os.access(settings.BROKER_DIR / "queue", os.W_OK)
    try:
        with closing(redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)) as broker:
            return bool(broker.ping())
    except redis.RedisError:
        return False
