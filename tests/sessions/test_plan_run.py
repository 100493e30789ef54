"""The pages on which a run is planned, moved and cancelled: what is shown before anybody is told."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages

from als_project.users.models import User
from sessions.models import AwayDates, Run, Session
from sessions.run_preview import Occurrence, Preview, preview_of
from sets.enums import Facilitation
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.factories import join, make_session, make_set, make_user
from tests.sessions.acts import told
from tests.sessions.pages import words
from tests.sessions.run_acts import at, dates_of, local, plan

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
LONDON = "Europe/London"


@pytest.fixture(autouse=True)
def _first_of_september() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def typed(gita: User) -> dict[str, Any]:
    """Three second Tuesdays from October on, at ten in London."""
    return {
        "form_key": "7d3ae4b4-5cf5-4c43-a7a1-4d3c8b9d1e9f",
        "date": "2026-10-13",
        "time": "10:00",
        "time_zone": LONDON,
        "pattern": "monthly_weekday",
        "every": "1",
        "ends": "count",
        "count": "3",
        "minutes": "120",
        "place": "Room 4",
        "facilitator": str(gita.pk),
    }


def path(learning_set: LearningSet) -> str:
    return f"/sets/{learning_set.pk}/sessions/plan/"


def look(
    learning_set: LearningSet, reader: User, *days: str, hour: str = "10:00", zone: str = LONDON, **sent: str
) -> Preview:
    return preview_of(
        [date.fromisoformat(day) for day in days],
        time.fromisoformat(hour),
        learning_set=learning_set,
        zone=zone,
        minutes=120,
        reader=reader,
        sent=sent,
    )


def elsewhere(one: Occurrence) -> list[tuple[str, list[str], str, str]]:
    return [(there.place, there.names, there.shows, there.was) for there in one.elsewhere]


# --- The preview ---------------------------------------------------------------------------------


def test_each_date_says_what_it_is_on_each_members_clock_and_marks_a_change(
    learning_set: LearningSet, gita: User
) -> None:
    first, second, third = look(learning_set, gita, "2026-10-20", "2026-10-27", "2026-11-03").occurrences
    assert [elsewhere(one) for one in (first, second, third)] == [
        [("Nairobi", ["Ben"], "12:00", "")],
        [("Nairobi", ["Ben"], "13:00", "12:00")],
        [("Nairobi", ["Ben"], "13:00", "")],
    ]
    assert [one.clock_changes for one in (first, second, third)] == [False, True, False]


def test_another_day_elsewhere_is_named(learning_set: LearningSet, gita: User) -> None:
    join(learning_set, make_user("Ayumi", time_zone="Australia/Lord_Howe"))
    (first, _second) = look(learning_set, gita, "2026-10-20", "2026-10-21", hour="18:00").occurrences
    assert elsewhere(first)[0] == ("Lord Howe", ["Ayumi"], "Wednesday 04:00", "")


def test_who_is_away_is_named_by_their_own_days(learning_set: LearningSet, gita: User, ben: User, asha: User) -> None:
    AwayDates.objects.create(user=ben, from_on=date(2026, 10, 14), until_on=date(2026, 10, 20))
    AwayDates.objects.create(user=asha, from_on=date(2026, 10, 14), until_on=date(2026, 10, 14))
    days = ("2026-10-13", "2026-10-14", "2026-10-20", "2026-10-21")
    assert [one.away for one in look(learning_set, gita, *days).occurrences] == [[], [asha, ben], [ben], []]
    # Late in London it is the next day already in Nairobi.
    assert look(learning_set, gita, "2026-10-13", "2026-10-21", hour="22:30").occurrences[0].away == [asha, ben]


def test_public_holidays_of_the_sets_country_are_pointed_out(learning_set: LearningSet, gita: User) -> None:
    days = ("2026-12-25", "2026-12-29")
    assert [one.holiday for one in look(learning_set, gita, *days).occurrences] == ["", ""]
    learning_set.country = "GB"
    assert [one.holiday for one in look(learning_set, gita, *days).occurrences] == ["Christmas Day", ""]


def test_another_set_of_a_member_is_never_named_save_as_the_readers_own(
    learning_set: LearningSet, gita: User, asha: User
) -> None:
    other = make_set("Secret other set")
    join(other, asha)
    make_session(other, starts_at=at("2026-10-13 11:30"))
    make_session(make_set("Set of strangers"), starts_at=at("2026-11-10 10:00"))
    for reader, said in (
        (gita, "A member has a session of another set then."),
        (asha, "You have a session of another set then."),
    ):
        first, second = look(learning_set, reader, "2026-10-13", "2026-11-10").occurrences
        assert (first.other_overlap, second.other_overlap) == (said, "")


def test_the_sets_own_session_must_be_left_out(learning_set: LearningSet, gita: User) -> None:
    make_session(learning_set, starts_at=at("2026-10-13 11:30"))
    days = ("2026-10-13", "2026-11-10")
    preview = look(learning_set, gita, *days)
    assert ([one.own_overlap for one in preview.occurrences], preview.is_settled) == ([True, False], False)
    preview = look(learning_set, gita, *days, leave_1="1")
    assert (preview.is_settled, preview.dates) == (True, [at("2026-11-10 10:00")])


@pytest.mark.parametrize(
    ("sent", "dates", "settled"),
    [
        ({}, ["2027-03-21 01:30"], False),
        ({"solve_2": "before"}, ["2027-03-21 01:30", "2027-03-28 00:55"], True),
        ({"solve_2": "after"}, ["2027-03-21 01:30", "2027-03-28 02:00"], True),
        ({"leave_2": "1"}, ["2027-03-21 01:30"], True),
        ({"solve_2": "nonsense"}, ["2027-03-21 01:30"], False),
    ],
)
def test_a_time_that_never_shows_is_asked_about(
    learning_set: LearningSet, gita: User, sent: dict[str, str], dates: list[str], settled: bool
) -> None:
    preview = look(learning_set, gita, "2027-03-21", "2027-03-28", hour="01:30", **sent)
    assert (preview.is_settled, preview.dates) == (settled, [at(day) for day in dates])
    assert "never show 01:30" in preview.occurrences[1].question


@pytest.mark.parametrize(("solved", "hour"), [("0", 0), ("1", 1), ("", None)])
def test_a_time_that_comes_twice_is_asked_about(
    learning_set: LearningSet, gita: User, solved: str, hour: int | None
) -> None:
    one = look(learning_set, gita, "2026-10-25", "2026-11-01", hour="01:30", solve_1=solved).occurrences[0]
    assert (one.starts_at.hour if one.starts_at else None, one.is_settled) == (hour, hour is not None)


@pytest.mark.parametrize(
    ("zone", "day", "hour"),
    [
        ("America/New_York", "2027-03-14", "02:30"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15"),
        ("Africa/Casablanca", "2027-03-14", "02:30"),
    ],
)
def test_the_gap_of_each_zone_is_found(learning_set: LearningSet, gita: User, zone: str, day: str, hour: str) -> None:
    one, _other = look(learning_set, gita, day, "2027-05-01", hour=hour, zone=zone).occurrences
    assert (one.starts_at, one.lacks_answer) == (None, True)


def test_a_preview_costs_the_same_for_two_dates_and_for_sixty(
    learning_set: LearningSet, gita: User, ben: User, django_assert_num_queries: Any
) -> None:
    AwayDates.objects.create(user=ben, from_on=date(2026, 10, 1), until_on=date(2027, 10, 1))
    first = date(2026, 10, 13)
    many = [f"{first + timedelta(weeks=week)}" for week in range(60)]
    for days in (many[:2], many):
        with django_assert_num_queries(4):
            look(learning_set, gita, *days)


# --- The pages -----------------------------------------------------------------------------------


def test_looking_plans_nothing_and_planning_does(
    learning_set: LearningSet, gita: User, typed: dict[str, Any], signed_in: SignedIn
) -> None:
    client = signed_in(gita)
    page = client.post(path(learning_set), typed)
    assert (page.status_code, Session.objects.count()) == (200, 0)
    assert "Every month on the second Tuesday, 10:00 in London." in words(page)
    response = client.post(path(learning_set), {**typed, "plan": "1", "leave_2": "1"})
    assert response.headers["Location"] == f"/sets/{learning_set.pk}/"
    assert dates_of(Run.objects.get()) == ["2026-10-13 10:00", "2026-12-08 10:00"]
    assert Run.objects.get().rule == "FREQ=MONTHLY;INTERVAL=1;BYDAY=+2TU;COUNT=3"
    assert told("sessions.run_scheduled") == ["Asha", "Ben", "Gita"]


def test_going_back_keeps_what_was_typed(
    learning_set: LearningSet, gita: User, typed: dict[str, Any], signed_in: SignedIn
) -> None:
    page = signed_in(gita).post(path(learning_set), {**typed, "back": "1"})
    assert (page.status_code, page.context["form"]["count"].value()) == (200, "3")


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"count": "10000"}, "A run has sixty sessions at most."),
        ({"ends": "until", "until": "2099-01-01", "pattern": "weekly"}, "A run has sixty sessions at most."),
        ({"ends": "until", "until": "2026-10-01"}, "That is one session or none."),
        ({"ends": "until", "until": ""}, "Say until when."),
        ({"count": ""}, "Say how many."),
        ({"count": "1"}, "One session is no run"),
        ({"every": "0"}, "greater than or equal to 1"),
        ({"date": "2026-08-01"}, "That time is past."),
        ({"time_zone": "Mars/Olympus"}, "no time zone called"),
        ({"count": "30", "plan": "1"}, "more than two years ahead"),
        ({"pattern": "hourly"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    learning_set: LearningSet,
    gita: User,
    typed: dict[str, Any],
    signed_in: SignedIn,
    change: dict[str, str],
    wrong: str,
) -> None:
    page = signed_in(gita).post(path(learning_set), {**typed, **change})
    assert (page.status_code, Session.objects.count()) == (422, 0)
    assert wrong in words(page)
    assert page.context["form"]["place"].value() == "Room 4"


def test_a_night_that_needs_a_word_stops_the_plan_until_it_has_one(
    learning_set: LearningSet, gita: User, typed: dict[str, Any], signed_in: SignedIn
) -> None:
    nights = {**typed, "date": "2027-03-21", "time": "01:30", "pattern": "weekly", "plan": "1"}
    page = signed_in(gita).post(path(learning_set), nights)
    assert (page.status_code, Session.objects.count()) == (422, 0)
    assert "Some dates still need your word." in words(page)
    signed_in(gita).post(path(learning_set), {**nights, "solve_2": "after"})
    assert dates_of(Run.objects.get()) == ["2027-03-21 01:30", "2027-03-28 02:00", "2027-04-04 01:30"]


def test_in_a_self_facilitated_set_members_host_in_turn(
    asha: User, ben: User, typed: dict[str, Any], signed_in: SignedIn
) -> None:
    together = make_set(facilitation=Facilitation.SELF_FACILITATED)
    join(together, asha)
    join(together, ben)
    signed_in(asha).post(path(together), {**typed, "facilitator": str(ben.pk), "plan": "1"})
    assert [session.facilitator for session in Session.objects.order_by("starts_at")] == [ben, asha, ben]


@pytest.mark.parametrize(("page", "verb"), [("move", "moved"), ("cancel", "cancelled")])
def test_a_session_of_a_run_asks_whether_the_later_ones_are_meant(
    learning_set: LearningSet, gita: User, signed_in: SignedIn, page: str, verb: str
) -> None:
    run = plan(learning_set, gita, "2026-10-13 10:00", "2026-11-10 10:00", "2026-12-08 10:00", now=NOW)
    first, second, third = run.sessions.order_by("starts_at")
    client = signed_in(gita)
    assert "This one and the 2 later ones" in words(client.get(f"/sessions/{first.pk}/{page}/"))
    assert "reach" not in client.get(f"/sessions/{third.pk}/{page}/").context["form"].fields
    sent = {"date": "2026-11-12", "time": "10:00", "time_zone": LONDON, "minutes": "120", "facilitator": gita.pk}
    assert client.post(f"/sessions/{second.pk}/{page}/", sent).status_code == 422
    client.post(f"/sessions/{second.pk}/{page}/", {**sent, "reach": "later"})
    left = ["2026-11-12 10:00", "2026-12-10 10:00"] if page == "move" else []
    assert dates_of(run) == ["2026-10-13 10:00", *left]
    assert (told(f"sessions.run_{verb}"), told(f"sessions.{verb}")) == (["Asha", "Ben", "Gita"], [])


def test_only_this_one_of_a_run_is_moved(learning_set: LearningSet, gita: User, signed_in: SignedIn) -> None:
    run = plan(learning_set, gita, "2026-10-13 10:00", "2026-11-10 10:00", now=NOW)
    first, second = run.sessions.order_by("starts_at")
    sent = {"date": "2026-10-14", "time": "10:00", "time_zone": LONDON, "minutes": "120", "facilitator": gita.pk}
    response = signed_in(gita).post(f"/sessions/{first.pk}/move/", {**sent, "reach": "this"})
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "Moved to Wednesday 14 October 2026, 10:00 (London). "
        "Everyone in the set is told by e-mail and asked to reply again."
    ]
    second.refresh_from_db()
    assert (dates_of(run), local(second)) == (["2026-10-14 10:00", "2026-11-10 10:00"], "2026-11-10 10:00")


@pytest.mark.parametrize(("who", "status"), [("asha", 403), ("cara", 404), ("stranger", 404)])
def test_only_who_looks_after_the_set_plans(
    learning_set: LearningSet, typed: dict[str, Any], signed_in: SignedIn, request: Any, who: str, status: int
) -> None:
    client = signed_in(request.getfixturevalue(who))
    answers = [client.get(path(learning_set)), client.post(path(learning_set), {**typed, "plan": "1"})]
    assert [answer.status_code for answer in answers] == [status, status]
    assert Session.objects.count() == 0
