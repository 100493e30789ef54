"""Quiet hours: when a person's evening and night end, by their own clock. Pure functions of instants and zones."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from als_project.clock import GapInClock, to_instant

MONDAY = 0
MORNING = 8 * 60


@dataclass(frozen=True)
class QuietHours:
    """From and until, as minutes after midnight. The same twice means none."""

    quiet_from: int
    quiet_until: int

    def __bool__(self) -> bool:
        return self.quiet_from != self.quiet_until

    def cover(self, minute: int) -> bool:
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= minute < self.quiet_until
        return minute >= self.quiet_from or minute < self.quiet_until


NONE = QuietHours(0, 0)


def of_the_site() -> QuietHours:
    """What `settings.QUIET_HOURS` (“20:00-08:00”) says; the empty string means none."""
    if not settings.QUIET_HOURS:
        return NONE
    try:
        first, last = (time.fromisoformat(part.strip()) for part in settings.QUIET_HOURS.split("-"))
    except ValueError as error:
        raise ImproperlyConfigured("QUIET_HOURS is written as 20:00-08:00, or empty for none.") from error
    return QuietHours(first.hour * 60 + first.minute, last.hour * 60 + last.minute)


def ends(now: datetime, zone: str, hours: QuietHours) -> datetime | None:
    """When the quiet of this moment ends; None when it isn't quiet."""
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    if not hours.cover(minute):
        return None
    return _at(local, days=int(minute >= hours.quiet_until), minute=hours.quiet_until, zone=zone)


def next_weekly(now: datetime, zone: str, hours: QuietHours) -> datetime:
    """The next Monday morning, as soon as quiet ends."""
    local = now.astimezone(ZoneInfo(zone))
    minute = hours.quiet_until if hours.cover(MORNING) else MORNING
    at = _at(local, days=(MONDAY - local.weekday()) % 7, minute=minute, zone=zone)
    return at if at > now else _at(local, days=7, minute=minute, zone=zone)


def _at(local: datetime, *, days: int, minute: int, zone: str) -> datetime:
    """So many days on at this minute of the wall clock; an hour that is left out or doubled gives its later end."""
    there = datetime.combine((local + timedelta(days=days)).date(), time(minute // 60, minute % 60))
    try:
        return to_instant(there, zone, fold=1)
    except GapInClock:
        return to_instant(there + timedelta(hours=1), zone, fold=1)
