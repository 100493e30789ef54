"""Wall clocks and instants, around the nights on which the clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from als_project import clock

LONDON, NEW_YORK, LORD_HOWE, CASABLANCA = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("local", "zone", "instant"),
    [
        ("2026-07-01T10:00", LONDON, "2026-07-01T09:00+00:00"),
        ("2026-12-01T10:00", LONDON, "2026-12-01T10:00+00:00"),
        ("2026-07-01T10:00", NEW_YORK, "2026-07-01T14:00+00:00"),
        ("2026-07-01T10:00", LORD_HOWE, "2026-06-30T23:30+00:00"),
        ("2026-12-01T10:00", LORD_HOWE, "2026-11-30T23:00+00:00"),
    ],
)
def test_an_ordinary_time_names_one_instant(local: str, zone: str, instant: str) -> None:
    assert clock.to_instant(at(local), zone) == at(instant)


@pytest.mark.parametrize(
    ("local", "zone"),
    [
        ("2026-03-29T01:30", LONDON),
        ("2026-03-08T02:30", NEW_YORK),
        ("2026-10-04T02:15", LORD_HOWE),
        ("2026-03-22T02:30", CASABLANCA),
    ],
)
def test_a_time_the_clock_jumps_over_is_refused(local: str, zone: str) -> None:
    with pytest.raises(clock.GapInClock):
        clock.to_instant(at(local), zone)


@pytest.mark.parametrize(
    ("local", "zone", "first", "second"),
    [
        ("2026-10-25T01:30", LONDON, "2026-10-25T00:30+00:00", "2026-10-25T01:30+00:00"),
        ("2026-11-01T01:30", NEW_YORK, "2026-11-01T05:30+00:00", "2026-11-01T06:30+00:00"),
        ("2026-04-05T01:45", LORD_HOWE, "2026-04-04T14:45+00:00", "2026-04-04T15:15+00:00"),
        ("2026-02-15T02:30", CASABLANCA, "2026-02-15T01:30+00:00", "2026-02-15T02:30+00:00"),
    ],
)
def test_a_time_that_shows_twice_must_be_told_apart(local: str, zone: str, first: str, second: str) -> None:
    with pytest.raises(clock.FoldInClock):
        clock.to_instant(at(local), zone)
    assert clock.to_instant(at(local), zone, fold=0) == at(first)
    assert clock.to_instant(at(local), zone, fold=1) == at(second)


def test_words_have_the_weekday_and_the_place() -> None:
    instant = datetime(2026, 10, 13, 13, 0, tzinfo=UTC)
    assert clock.in_words(instant, LONDON) == "Tuesday 13 October 2026, 14:00 (London)"
    assert clock.in_words(instant, NEW_YORK, with_zone=False) == "Tuesday 13 October 2026, 09:00"


@pytest.mark.parametrize("name", ["Atlantis/Nowhere", "", "+02:00", "GMT+1"])
def test_a_zone_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        clock.validate_time_zone(name)


def test_in_english_a_day_is_called_as_it_always_was() -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(366)]
    assert [clock.day_in_words(day) for day in days] == [f"{day:%A} {day.day} {day:%B %Y}" for day in days]
    assert [clock.weekday_in_words(day) for day in days] == [f"{day:%A}" for day in days]


def test_weekday_and_month_are_called_as_the_language_has_them() -> None:
    instant = datetime(2026, 10, 13, 13, 0, tzinfo=UTC)
    with translation.override("de"):
        assert clock.in_words(instant, LONDON) == "Dienstag 13 Oktober 2026, 14:00 (London)"
    with translation.override(None):
        assert clock.in_words(instant, LONDON) == "Tuesday 13 October 2026, 14:00 (London)"
