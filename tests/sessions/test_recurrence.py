from datetime import date

import pytest
from dateutil.rrule import rrulestr

from sessions.enums import Pattern
from sessions.recurrence import Recurrence, RunRefused


def days(pattern: Pattern, first: date, **how: object) -> list[str]:
    return [f"{day:%y-%m-%d}" for day in Recurrence(pattern, first, **how).days()]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pattern", "first", "how", "expected"),
    [
        (Pattern.WEEKLY, date(2026, 10, 13), {"count": 3}, ["26-10-13", "26-10-20", "26-10-27"]),
        (Pattern.WEEKLY, date(2026, 10, 13), {"count": 3, "every": 5}, ["26-10-13", "26-11-17", "26-12-22"]),
        (Pattern.WEEKLY, date(2026, 10, 13), {"until": date(2026, 10, 27)}, ["26-10-13", "26-10-20", "26-10-27"]),
        (Pattern.WEEKLY, date(2026, 10, 13), {"until": date(2026, 10, 26)}, ["26-10-13", "26-10-20"]),
        (Pattern.MONTHLY_DATE, date(2026, 10, 13), {"count": 3}, ["26-10-13", "26-11-13", "26-12-13"]),
        (Pattern.MONTHLY_DATE, date(2026, 10, 13), {"count": 3, "every": 2}, ["26-10-13", "26-12-13", "27-02-13"]),
        (Pattern.MONTHLY_DATE, date(2026, 12, 31), {"count": 4}, ["26-12-31", "27-01-31", "27-02-28", "27-03-31"]),
        (Pattern.MONTHLY_DATE, date(2026, 12, 29), {"count": 3}, ["26-12-29", "27-01-29", "27-02-28"]),
        (Pattern.MONTHLY_DATE, date(2027, 12, 30), {"count": 3}, ["27-12-30", "28-01-30", "28-02-29"]),
        (Pattern.MONTHLY_WEEKDAY, date(2026, 10, 13), {"count": 3}, ["26-10-13", "26-11-10", "26-12-08"]),
        (Pattern.MONTHLY_WEEKDAY, date(2026, 10, 1), {"count": 3}, ["26-10-01", "26-11-05", "26-12-03"]),
        (Pattern.MONTHLY_WEEKDAY, date(2026, 9, 29), {"count": 3}, ["26-09-29", "26-10-27", "26-11-24"]),
        (Pattern.MONTHLY_LAST, date(2026, 10, 27), {"count": 3}, ["26-10-27", "26-11-24", "26-12-29"]),
        (Pattern.MONTHLY_LAST, date(2026, 10, 13), {"count": 2}, ["26-10-27", "26-11-24"]),
    ],
)
def test_days(pattern: Pattern, first: date, how: dict[str, object], expected: list[str]) -> None:
    assert days(pattern, first, **how) == expected


@pytest.mark.parametrize("pattern", list(Pattern))
@pytest.mark.parametrize("first", [date(2026, 10, 13), date(2026, 9, 29), date(2026, 12, 31)])
def test_the_rule_in_its_standard_form_gives_the_same_days(pattern: Pattern, first: date) -> None:
    recurrence = Recurrence(pattern, first, every=2, count=6)
    standard = rrulestr(f"DTSTART:{first:%Y%m%d}T000000\nRRULE:{recurrence.rule}")
    assert [moment.date() for moment in standard] == recurrence.days()


@pytest.mark.parametrize("how", [{"count": 10_000}, {"count": 61}, {"until": date(2099, 1, 1)}])
def test_a_run_has_sixty_sessions_at_most(how: dict[str, object]) -> None:
    with pytest.raises(RunRefused, match="sixty"):
        days(Pattern.WEEKLY, date(2026, 10, 13), **how)
    assert len(days(Pattern.WEEKLY, date(2026, 10, 13), count=60)) == 60


@pytest.mark.parametrize("how", [{"count": 1}, {"until": date(2026, 10, 19)}, {"until": date(2026, 10, 1)}])
def test_a_run_has_two_sessions_at_least(how: dict[str, object]) -> None:
    with pytest.raises(RunRefused, match="one session or none"):
        days(Pattern.WEEKLY, date(2026, 10, 13), **how)


@pytest.mark.parametrize(
    ("pattern", "first", "every", "words"),
    [
        (Pattern.WEEKLY, date(2026, 10, 13), 1, "Every week on Tuesday"),
        (Pattern.WEEKLY, date(2026, 10, 13), 5, "Every 5 weeks on Tuesday"),
        (Pattern.MONTHLY_DATE, date(2026, 10, 13), 1, "Every month on day 13"),
        (Pattern.MONTHLY_DATE, date(2026, 10, 31), 1, "Every month on day 31, or the last of a shorter month"),
        (Pattern.MONTHLY_WEEKDAY, date(2026, 10, 13), 2, "Every 2 months on the second Tuesday"),
        (Pattern.MONTHLY_WEEKDAY, date(2026, 9, 29), 1, "Every month on the last Tuesday"),
        (Pattern.MONTHLY_LAST, date(2026, 10, 13), 1, "Every month on the last Tuesday"),
    ],
)
def test_in_words(pattern: Pattern, first: date, every: int, words: str) -> None:
    assert Recurrence(pattern, first, every=every, count=3).in_words == words
