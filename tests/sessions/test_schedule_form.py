"""The nights on which the clocks change, and everything else that can be wrong with a date."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from als_project.users.models import User
from sessions.forms.schedule import ScheduleForm, initial_from
from sets.models import LearningSet
from tests.factories import end, join, make_session, make_user

NOW = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)


@pytest.fixture
def typed(learning_set: LearningSet, gita: User) -> dict[str, Any]:
    return {
        "date": "2026-02-10",
        "time": "14:00",
        "time_zone": "Europe/London",
        "minutes": "120",
        "place": "Room 4",
        "link": "",
        "facilitator": str(gita.pk),
    }


def form_for(learning_set: LearningSet, typed: dict[str, Any], *, now: datetime = NOW, **other: Any) -> ScheduleForm:
    return ScheduleForm({**typed, **other}, learning_set=learning_set, now=now)


@pytest.mark.parametrize(
    ("day", "time", "zone", "starts_at"),
    [
        ("2026-02-10", "14:00", "Europe/London", "2026-02-10T14:00+00:00"),
        ("2026-07-07", "14:00", "Europe/London", "2026-07-07T13:00+00:00"),
        ("2026-07-07", "14:00", "America/New_York", "2026-07-07T18:00+00:00"),
        ("2026-07-07", "14:00", "Australia/Lord_Howe", "2026-07-07T03:30+00:00"),
        ("2026-03-01", "14:00", "Africa/Casablanca", "2026-03-01T14:00+00:00"),
        ("2026-07-07", "14:00", "Africa/Casablanca", "2026-07-07T13:00+00:00"),
    ],
)
def test_a_time_on_the_clocks_of_a_place_becomes_an_instant(
    learning_set: LearningSet, typed: dict[str, Any], day: str, time: str, zone: str, starts_at: str
) -> None:
    form = form_for(learning_set, typed, date=day, time=time, time_zone=zone)
    assert form.errors == {}
    assert form.details()["starts_at"] == datetime.fromisoformat(starts_at)


@pytest.mark.parametrize(
    ("day", "time", "zone", "place", "nearest"),
    [
        ("2026-03-29", "01:30", "Europe/London", "London", "00:55 or 02:00"),
        ("2026-03-08", "02:30", "America/New_York", "New York", "01:55 or 03:00"),
        ("2026-10-04", "02:15", "Australia/Lord_Howe", "Lord Howe", "01:55 or 02:30"),
        ("2026-03-22", "02:07", "Africa/Casablanca", "Casablanca", "01:55 or 03:00"),
    ],
)
def test_a_time_the_clocks_jump_over_is_refused_with_the_nearest_ones(
    learning_set: LearningSet, typed: dict[str, Any], day: str, time: str, zone: str, place: str, nearest: str
) -> None:
    form = form_for(learning_set, typed, date=day, time=time, time_zone=zone)
    assert form.errors == {
        "time": [f"The clocks in {place} go forward that night and never show {time}. Nearest: {nearest}."]
    }


FOLDS = [
    ("2026-10-25", "01:30", "Europe/London", "UTC+01:00", "UTC+00:00", "2026-10-25T00:30Z", "2026-10-25T01:30Z"),
    ("2026-11-01", "01:30", "America/New_York", "UTC-04:00", "UTC-05:00", "2026-11-01T05:30Z", "2026-11-01T06:30Z"),
    ("2026-04-05", "01:45", "Australia/Lord_Howe", "UTC+11:00", "UTC+10:30", "2026-04-04T14:45Z", "2026-04-04T15:15Z"),
    ("2026-02-15", "02:30", "Africa/Casablanca", "UTC+01:00", "UTC+00:00", "2026-02-15T01:30Z", "2026-02-15T02:30Z"),
]


@pytest.mark.parametrize(("day", "time", "zone", "first", "second", "_a", "_b"), FOLDS)
def test_a_time_that_comes_twice_asks_which_and_keeps_what_was_typed(
    learning_set: LearningSet,
    typed: dict[str, Any],
    day: str,
    time: str,
    zone: str,
    first: str,
    second: str,
    _a: str,
    _b: str,
) -> None:
    form = form_for(learning_set, typed, date=day, time=time, time_zone=zone)
    assert form.errors == {"which": ["Choose one of the two."]}
    assert [label for _value, label in form.fields["which"].choices] == [  # type: ignore[attr-defined]
        f"the first, before the clocks go back ({first})",
        f"the second, after the clocks have gone back ({second})",
    ]
    assert [form[name].value() for name in ("date", "time", "place")] == [day, time, "Room 4"]


@pytest.mark.parametrize(("day", "time", "zone", "_first", "_second", "earlier", "later"), FOLDS)
def test_the_answer_names_one_of_the_two(
    learning_set: LearningSet,
    typed: dict[str, Any],
    day: str,
    time: str,
    zone: str,
    _first: str,
    _second: str,
    earlier: str,
    later: str,
) -> None:
    both = [form_for(learning_set, typed, date=day, time=time, time_zone=zone, which=which) for which in ("0", "1")]
    assert [form.errors for form in both] == [{}, {}]
    assert [form.details()["starts_at"] for form in both] == [
        datetime.fromisoformat(earlier),
        datetime.fromisoformat(later),
    ]


@pytest.mark.parametrize("which", ["2", "-1", "yes"])
def test_an_answer_that_was_not_offered_is_asked_again(
    learning_set: LearningSet, typed: dict[str, Any], which: str
) -> None:
    form = form_for(learning_set, typed, date="2026-10-25", time="01:30", which=which)
    assert list(form.errors) == ["which"]


def test_the_question_is_not_asked_of_a_time_that_comes_once(learning_set: LearningSet, typed: dict[str, Any]) -> None:
    form = form_for(learning_set, typed)
    assert form.is_valid()
    assert "which" not in [pointer.name for pointer in form.helper.layout.get_field_names()]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("date", "2026-01-14", "That time is past. Choose one that is still to come."),
        ("date", "1926-02-10", "That time is past. Choose one that is still to come."),
        ("date", "0001-01-01", "That time is past. Choose one that is still to come."),
        ("date", "2029-02-10", "That is more than two years ahead. Is the year right?"),
        ("date", "9999-12-31", "That is more than two years ahead. Is the year right?"),
        ("date", "someday", "Enter a valid date."),
        ("date", "", "This field is required."),
        ("time", "25:00", "Enter a valid time."),
        ("time_zone", "Europe/Atlantis", "There is no time zone called “Europe/Atlantis”."),
        ("time_zone", "Etc/GMT+5", "There is no time zone called “Etc/GMT+5”."),
        ("minutes", "29", "A session lasts at least 30 minutes."),
        ("minutes", "481", "A session lasts at most 480 minutes (eight hours)."),
        ("minutes", "two hours", "Enter a whole number."),
        ("link", "not a link", "Enter a valid URL."),
        ("link", "javascript:alert(1)", "Enter a valid URL."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    learning_set: LearningSet, typed: dict[str, Any], field: str, value: str, words: str
) -> None:
    form = form_for(learning_set, typed, **{field: value})
    assert form.errors == {field: [words]}
    assert {name: form[name].value() for name in typed} == {**typed, field: value}


def test_earlier_today_is_past(learning_set: LearningSet, typed: dict[str, Any]) -> None:
    form = form_for(learning_set, typed, date="2026-01-15", time="08:59")
    assert form.errors == {"time": ["That time is past. Choose one that is still to come."]}


def test_today_is_today_on_the_clocks_of_the_place(learning_set: LearningSet, typed: dict[str, Any]) -> None:
    """At 09:00 in London it is still the evening before in Honolulu."""
    late = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
    form = form_for(learning_set, typed, now=late, date="2026-01-14", time="23:30", time_zone="Pacific/Honolulu")
    assert form.errors == {}
    assert form.details()["starts_at"] == late + timedelta(minutes=30)


@pytest.mark.parametrize("minutes", ["30", "480"])
def test_half_an_hour_and_eight_hours_are_lengths(
    learning_set: LearningSet, typed: dict[str, Any], minutes: str
) -> None:
    assert form_for(learning_set, typed, minutes=minutes).errors == {}


def test_only_people_of_the_set_facilitate(
    learning_set: LearningSet, typed: dict[str, Any], cara: User, stranger: User
) -> None:
    form = form_for(learning_set, typed)
    assert [user.name for user in form.fields["facilitator"].queryset] == ["Gita", "Asha", "Ben"]  # type: ignore[attr-defined]
    for outsider in (cara, stranger):
        assert list(form_for(learning_set, typed, facilitator=str(outsider.pk)).errors) == ["facilitator"]


def test_one_who_came_back_is_offered_once(learning_set: LearningSet, typed: dict[str, Any]) -> None:
    dev = make_user("Dev")
    end(join(learning_set, dev, facilitates=True))
    join(learning_set, dev)
    names = [user.name for user in form_for(learning_set, typed).fields["facilitator"].queryset]  # type: ignore[attr-defined]
    assert names == ["Gita", "Asha", "Ben", "Dev"]


def test_a_session_is_moved_from_where_it_stands_on_its_own_clocks(learning_set: LearningSet) -> None:
    session = make_session(
        learning_set, starts_at=datetime(2026, 7, 7, 18, 0, tzinfo=UTC), time_zone="America/New_York"
    )
    initial = initial_from(session)
    assert (initial["date"], f"{initial['time']:%H:%M}", initial["time_zone"]) == (
        date(2026, 7, 7),
        "14:00",
        "America/New_York",
    )
