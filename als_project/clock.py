"""Instants are kept in UTC; people speak in wall-clock time of a named zone. This is the one place that converts."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS_ALT, WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

AREAS = frozenset(
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"]
)


class ClockError(ValueError):
    """A wall-clock time that does not name exactly one instant in its zone."""


class GapInClock(ClockError):
    """The clock is put forward over this time: it never shows."""


class FoldInClock(ClockError):
    """The clock is put back over this time: it shows twice."""


def usual_time_zone() -> str:
    return str(settings.USUAL_TIME_ZONE)


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """The zones a person can pick: places, not abbreviations, offsets or the older names of countries."""
    return (*sorted(z for z in available_timezones() if z.split("/")[0] in AREAS), "UTC")


def validate_time_zone(name: str) -> None:
    if name not in zone_names():
        raise ValidationError(_("There is no time zone called “%(name)s”."), params={"name": name}, code="zone")


def to_instant(local: datetime, zone: str, *, fold: int | None = None) -> datetime:
    """The instant at which the clocks of `zone` show `local` (naive), in UTC.

    `fold` 0 or 1 says which of two equal times is meant when the clock is put back.
    Raises GapInClock where the time never shows, FoldInClock where it shows twice and `fold` is None.
    """
    tz = ZoneInfo(zone)
    first, second = (local.replace(tzinfo=tz, fold=f) for f in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(tz).replace(tzinfo=None) != local:
        raise GapInClock
    if fold is None:
        raise FoldInClock
    return (second if fold else first).astimezone(UTC)


def to_local(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone))


def end_of_day(day: date, zone: str) -> datetime:
    """Its last minute on the clocks of the zone; an hour before, where the clocks jump over midnight."""
    last = datetime.combine(day, time(23, 59))
    try:
        return to_instant(last, zone, fold=1)
    except GapInClock:
        return to_instant(last - timedelta(hours=1), zone, fold=1)


def in_words(instant: datetime, zone: str, *, with_zone: bool = True) -> str:
    """“Tuesday 14 October 2026, 14:00 (London)”: always with the weekday and, unless told, the zone's place."""
    local = to_local(instant, zone)
    words = f"{day_in_words(local)}, {local.hour:02}:{local.minute:02}"
    return f"{words} ({zone_in_words(zone)})" if with_zone else words


def day_in_words(local: date) -> str:
    """“Tuesday 14 October 2026”, with the names that the active language has."""
    weekdays, months = _names(get_language())
    return f"{weekdays[local.weekday()]} {local.day} {months[local.month]} {local.year}"


def month_in_words(local: date) -> str:
    """“October 2026”."""
    return f"{_names(get_language())[1][local.month]} {local.year}"


def weekday_in_words(local: date) -> str:
    return _names(get_language())[0][local.weekday()]


@lru_cache(maxsize=16)
def _names(language: str | None) -> tuple[dict[int, str], dict[int, str]]:
    """Of weekdays and months, in `language`, which is the active one: looked up once, because every row has a date."""
    return ({n: str(name) for n, name in WEEKDAYS.items()}, {n: str(name) for n, name in MONTHS_ALT.items()})


def zone_in_words(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")
