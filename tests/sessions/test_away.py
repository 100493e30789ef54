"""Away-dates: said once, seen by those who look after one's sets, and by nobody else."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from als_project.users.models import User
from sessions.models import AwayDates, Poll
from sessions.services import being_away
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.factories import join, make_session, make_set
from tests.sessions.pages import words
from tests.sessions.poll_acts import ask

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 9, 14), date(2026, 9, 15)


@pytest.fixture(autouse=True)
def _first_of_september() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def away(ben: User) -> AwayDates:
    return being_away.add_away(by=ben, from_on=FIRST, until_on=LAST, now=NOW)


@pytest.fixture
def poll(learning_set: LearningSet, gita: User) -> Poll:
    """Of the fifteenth and the sixteenth of September."""
    return ask(learning_set, gita, now=NOW)


def days_of(user: User) -> list[tuple[str, str]]:
    return [(f"{row.from_on}", f"{row.until_on}") for row in AwayDates.objects.of(user)]


def test_days_are_said_and_taken_out_on_one_page(ben: User, signed_in: SignedIn) -> None:
    client = signed_in(ben)
    client.post("/account/away/", {"from_on": "2026-09-14", "until_on": "2026-09-15"})
    client.post("/account/away/", {"from_on": "2026-10-01"})
    client.post("/account/away/", {"from_on": "2026-10-01"})
    assert days_of(ben) == [("2026-09-14", "2026-09-15"), ("2026-10-01", "2026-10-01")]
    page = words(client.get("/account/away/"))
    assert "Monday 14 September 2026 to Tuesday 15 September 2026" in page
    client.post(f"/account/away/{AwayDates.objects.first().pk}/remove/")
    assert days_of(ben) == [("2026-10-01", "2026-10-01")]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"from_on": "2026-09-15", "until_on": "2026-09-14"}, "The last day is before the first."),
        ({"from_on": "2026-08-01", "until_on": "2026-08-31"}, "Those days are over."),
        ({"from_on": "2026-09-14", "until_on": "2062-09-14"}, "more than two years ahead"),
        ({"from_on": "soon"}, "Enter a valid date."),
        ({}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said(ben: User, signed_in: SignedIn, typed: dict[str, str], wrong: str) -> None:
    page = signed_in(ben).post("/account/away/", typed)
    assert (page.status_code, wrong in words(page), days_of(ben)) == (422, True, [])


def test_today_is_today_by_ones_own_clock(asha: User) -> None:
    asha.time_zone = "Australia/Lord_Howe"
    with pytest.raises(being_away.AwayRefused):
        being_away.add_away(by=asha, from_on=NOW.date(), until_on=NOW.date(), now=NOW + timedelta(hours=14))


def test_days_that_are_over_make_room_and_fifty_are_enough(ben: User) -> None:
    AwayDates.objects.bulk_create(
        AwayDates(user=ben, from_on=FIRST + timedelta(days=n), until_on=FIRST + timedelta(days=n)) for n in range(50)
    )
    with pytest.raises(being_away.AwayRefused, match="fifty"):
        being_away.add_away(by=ben, from_on=date(2027, 1, 1), until_on=date(2027, 1, 1), now=NOW)
    being_away.add_away(
        by=ben, from_on=date(2027, 1, 1), until_on=date(2027, 1, 1), now=datetime(2026, 9, 20, tzinfo=UTC)
    )
    assert (AwayDates.objects.first().from_on, AwayDates.objects.count()) == (date(2026, 9, 20), 45)


def test_nobody_takes_out_anothers_days(away: AwayDates, gita: User, signed_in: SignedIn) -> None:
    assert signed_in(gita).post(f"/account/away/{away.pk}/remove/").status_code == 404
    assert AwayDates.objects.count() == 1


def test_a_poll_shows_it_to_who_looks_after_the_set_alone(
    poll: Poll, away: AwayDates, gita: User, asha: User, signed_in: SignedIn
) -> None:
    seen = [words(signed_in(person).get(f"/polls/{poll.pk}/")).count("Ben is away.") for person in (gita, asha)]
    assert seen == [1, 0]
    first, second = poll.options.all()
    pages = [signed_in(gita).get(f"/polls/{poll.pk}/dates/{option.pk}/choose/") for option in (first, second)]
    assert ["Ben is away." in words(page) for page in pages] == [True, False]


def test_whoever_schedules_moves_or_asks_sees_who_is_away(
    learning_set: LearningSet, away: AwayDates, gita: User, signed_in: SignedIn
) -> None:
    session = make_session(learning_set)
    for path in (
        f"/sets/{learning_set.pk}/sessions/schedule/",
        f"/sets/{learning_set.pk}/polls/open/",
        f"/sessions/{session.pk}/move/",
    ):
        page = words(signed_in(gita).get(path))
        assert "Ben is away: Monday 14 September 2026 to Tuesday 15 September 2026" in page


def test_people_of_other_sets_and_days_that_are_over_are_not_shown(
    away: AwayDates, gita: User, signed_in: SignedIn
) -> None:
    other = make_set("Other")
    join(other, gita, facilitates=True)
    AwayDates.objects.create(user=gita, from_on=date(2026, 8, 1), until_on=date(2026, 8, 31))
    assert "is away" not in words(signed_in(gita).get(f"/sets/{other.pk}/sessions/schedule/"))
