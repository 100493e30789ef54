"""A zone's clock changes, written for calendars: VTIMEZONE.

Written out here from the zone data itself, because the library's own gives a change's start on the wrong one of the two
clocks, and ends some zones' changes (Africa/Casablanca) too early.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

STEP = timedelta(days=1)
# The change that set the clock as it is when a session begins lies no further back, or there was none worth naming.
LOOK_BACK = timedelta(days=400)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Change:
    """The clock goes from one offset to another at an instant."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str

    def as_component(self) -> Timezone:
        """Begins, as RFC 5545 wants it, at the wall-clock time that the clock showed when it was changed."""
        part = TimezoneDaylight() if self.after > self.before else TimezoneStandard()
        part.add("dtstart", (self.at + self.before).replace(tzinfo=None))
        part.add("tzoffsetfrom", self.before)
        part.add("tzoffsetto", self.after)
        part.add("tzname", self.name)
        return part  # type: ignore[return-value]


def vtimezone(zone: str, first: datetime, last: datetime) -> Timezone:
    """How the clock of `zone` runs between two instants."""
    timezone = Timezone()
    timezone.add("tzid", zone)
    for change in clock(zone, _midnight(first), _midnight(last) + STEP):
        timezone.add_component(change.as_component())
    return timezone


@lru_cache(maxsize=256)
def clock(zone: str, first: datetime, last: datetime) -> tuple[Change, ...]:
    """The change in force at `first`, then each until `last`. A clock that is never changed has one, in 1970."""
    tz = ZoneInfo(zone)
    changes = list(_changes(tz, first - LOOK_BACK, last))
    in_force = [change for change in changes if change.at <= first][-1:]
    later = [change for change in changes if change.at > first]
    if not in_force:
        start = first.astimezone(tz)
        offset = _offset(tz, first)
        in_force = [Change(BEGINNING - offset, offset, offset, start.tzname() or zone)]
    return (*in_force, *later)


def _changes(tz: ZoneInfo, first: datetime, last: datetime) -> Iterator[Change]:
    at = first
    while at < last:
        before, after = _offset(tz, at), _offset(tz, at + STEP)
        if before != after:
            changed = _found_between(tz, at, at + STEP)
            yield Change(changed, before, after, changed.astimezone(tz).tzname() or str(tz))
        at += STEP


def _found_between(tz: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second at which the clock shows the new offset."""
    before = _offset(tz, low)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if _offset(tz, middle) == before else (low, middle)
    return high


def _offset(tz: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(tz).utcoffset() or timedelta(0)


def _midnight(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
