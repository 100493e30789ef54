"""The clock that an entry carries is the clock of its zone, on the nights when it is changed too."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from icalendar import Calendar

from sessions.calendar_zones import clock, vtimezone

CHANGES = {
    "Europe/London": [datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)],
    "America/New_York": [datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2027, 3, 14, 7, tzinfo=UTC)],
    "Australia/Lord_Howe": [datetime(2026, 10, 3, 15, 30, tzinfo=UTC), datetime(2027, 4, 3, 15, tzinfo=UTC)],
    "Africa/Casablanca": [datetime(2027, 2, 7, 2, tzinfo=UTC), datetime(2027, 3, 14, 2, tzinfo=UTC)],
    "Africa/Nairobi": [],
}
FIRST, LAST = datetime(2026, 9, 20, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC)


def written(zone: str) -> str:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "test")
    calendar.add_component(vtimezone(zone, FIRST, LAST))
    return calendar.to_ical().decode()


@pytest.mark.parametrize("zone", CHANGES)
def test_each_change_of_the_clock_is_written(zone: str) -> None:
    assert [change.at for change in clock(zone, FIRST, LAST)[1:]] == CHANGES[zone]


@pytest.mark.parametrize("zone", CHANGES)
def test_an_independent_reader_finds_the_clock_of_the_zone_at_every_hour(zone: str) -> None:
    read = tzical(StringIO(written(zone))).get()
    hours = [FIRST + timedelta(minutes=30 * n) for n in range(2 * int((LAST - FIRST).total_seconds() // 3600))]
    # What a wall clock shows names one instant, or by the rule for entries the first of two.
    shown = [at.astimezone(ZoneInfo(zone)) for at in hours]
    once = [(at, local) for at, local in zip(hours, shown, strict=True) if not local.fold]
    wrong = [local for at, local in once if local.replace(tzinfo=read, fold=0).astimezone(UTC) != at]
    assert (len(once) > 10_000, wrong) == (True, [])


@pytest.mark.parametrize(
    ("zone", "starts"),
    [
        ("Europe/London", ["DAYLIGHT 20260329T010000", "STANDARD 20261025T020000", "DAYLIGHT 20270328T010000"]),
        ("America/New_York", ["DAYLIGHT 20260308T020000", "STANDARD 20261101T020000", "DAYLIGHT 20270314T020000"]),
        ("Australia/Lord_Howe", ["STANDARD 20260405T020000", "DAYLIGHT 20261004T020000", "STANDARD 20270404T020000"]),
        ("Africa/Casablanca", ["DAYLIGHT 20260322T020000", "STANDARD 20270207T030000", "DAYLIGHT 20270314T020000"]),
        ("Africa/Nairobi", ["STANDARD 19700101T000000"]),
    ],
)
def test_a_change_begins_at_the_time_the_old_clock_showed(zone: str, starts: list[str]) -> None:
    parts = vtimezone(zone, FIRST, LAST).subcomponents
    assert [f"{part.name} {part['dtstart'].to_ical().decode()}" for part in parts] == starts
