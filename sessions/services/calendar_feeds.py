"""The private feed of a person's sessions: made, read, revoked."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from django.db import transaction

from als_project.users.models import User
from sessions import calendar
from sessions.models import CalendarFeed, Session
from sessions.models.calendar import hashed

# Raised when the same sessions are written differently.
EDITION = 1


@dataclass(frozen=True)
class Reading:
    """What a calendar gets: the text, made only when it is asked for, and how to recognise it."""

    feed: CalendarFeed
    sessions: list[Session]

    @property
    def etag(self) -> str:
        return f'"{self.feed.fingerprint}"'

    def text(self) -> str:
        return calendar.feed(self.sessions, owner=self.feed.user, changed_at=self.feed.changed_at)


@transaction.atomic
def make_feed(*, by: User, now: datetime) -> str:
    """The person's feed has a new secret, and the one before leads nowhere. Returns it: it is not kept readable."""
    User.objects.select_for_update().get(pk=by.pk)
    CalendarFeed.objects.filter(user=by).delete()
    secret = token_urlsafe(32)
    CalendarFeed.objects.create(user=by, secret_hash=hashed(secret), made_at=now, changed_at=now)
    return secret


@transaction.atomic
def revoke_feed(*, by: User) -> None:
    """No address leads to the person's sessions any more."""
    CalendarFeed.objects.filter(user=by).delete()


def feed_for(secret: str) -> CalendarFeed | None:
    """The feed under this address, of somebody who may sign in."""
    return CalendarFeed.objects.select_related("user").filter(secret_hash=hashed(secret), user__is_active=True).first()


def read(feed: CalendarFeed, *, now: datetime) -> Reading:
    """What the feed says now. It notes when that differs from last time: a session may have gone without a trace."""
    sessions = list(feed.sessions(now))
    fingerprint = _fingerprint(feed, sessions)
    if fingerprint != feed.fingerprint:
        feed.fingerprint, feed.changed_at = fingerprint, now
        CalendarFeed.objects.filter(pk=feed.pk).update(fingerprint=fingerprint, changed_at=now)
    return Reading(feed, sessions)


def _fingerprint(feed: CalendarFeed, sessions: list[Session]) -> str:
    said = [
        (s.pk, s.revision, s.starts_at, s.minutes, s.time_zone, s.place, s.link)
        + ((s.learning_set.name,) if s.learning_set.name_in_calendars else ())
        for s in sessions
    ]
    return sha256(repr((EDITION, feed.user.time_zone, said)).encode()).hexdigest()
