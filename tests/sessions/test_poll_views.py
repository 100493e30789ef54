"""The pages of a poll, for each reader."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client

from als_project.users.models import User
from sessions.models import Poll, Session
from sessions.poll_grid import grid_of
from sessions.services import polling
from sets.models import LearningSet, Membership
from tests.cast import SignedIn
from tests.factories import join, make_session, make_user
from tests.sessions.pages import words
from tests.sessions.poll_acts import answer, ask, said

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def poll(learning_set: LearningSet, gita: User) -> Poll:
    return ask(learning_set, gita, now=NOW)


def messages_of(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def proposal(gita: User, *rows: tuple[str, str], **fields: Any) -> dict[str, Any]:
    sent = {
        "dates-TOTAL_FORMS": str(max(20, len(rows))),
        "dates-INITIAL_FORMS": "0",
        "time_zone": "Europe/London",
        "minutes": "120",
        "answer_by": "2026-09-10",
        "facilitator": str(gita.pk),
        "form_key": "7d3ae4b4-5cf5-4c43-a7a1-4d3c8b9d1e9f",
        **fields,
    }
    for place, (date, time) in enumerate(rows):
        sent |= {f"dates-{place}-date": date, f"dates-{place}-time": time}
    return sent


def open_path(learning_set: LearningSet) -> str:
    return f"/sets/{learning_set.pk}/polls/open/"


# --- Proposing -----------------------------------------------------------------------------------


def test_dates_are_proposed_on_the_clocks_of_the_place_named(
    learning_set: LearningSet, gita: User, signed_in: SignedIn
) -> None:
    rows = [("2026-10-13", "14:00"), ("", ""), ("2026-11-10", "14:00")]
    response = signed_in(gita).post(open_path(learning_set), proposal(gita, *rows, minimum="3"))
    poll = Poll.objects.get()
    assert response.headers["Location"] == f"/polls/{poll.pk}/"
    assert [option.starts_at for option in poll.options.all()] == [
        datetime(2026, 10, 13, 13, 0, tzinfo=UTC),
        datetime(2026, 11, 10, 14, 0, tzinfo=UTC),
    ]
    assert (poll.deadline_at, poll.minimum) == (datetime(2026, 9, 10, 22, 59, tzinfo=UTC), 3)


@pytest.mark.parametrize(
    ("rows", "fields", "wrong"),
    [
        ([("2026-10-13", "14:00")], {}, "at least two dates"),
        ([(f"2026-{month}-{day:02}", "14:00") for month in (10, 11) for day in range(1, 26)], {}, "these are 50"),
        ([("2026-10-13", "14:00")] * 2, {}, "stands there twice"),
        ([("2026-10-13", ""), ("2026-10-14", "14:00")], {}, "A date needs a time."),
        ([("", "14:00"), ("2026-10-14", "14:00")], {}, "A time needs a date."),
        ([("2026-08-13", "14:00"), ("2026-10-14", "14:00")], {}, "That time is past."),
        ([("2026-10-13", "14:00"), ("2026-10-14", "14:00")], {"time_zone": "Mars/Olympus"}, "no time zone called"),
        ([("2026-10-13", "14:00"), ("2026-10-14", "14:00")], {"answer_by": "2026-08-01"}, "That day is past"),
        (
            [("2026-10-13", "14:00"), ("2026-10-14", "14:00")],
            {"answer_by": "2026-10-13"},
            "before the first of the dates",
        ),
        ([("2026-10-13", "14:00"), ("2026-10-14", "14:00")], {"answer_by": ""}, "This field is required."),
        ([("2027-03-28", "01:30"), ("2026-10-14", "14:00")], {}, "never show 01:30"),
        ([("2026-10-25", "01:30"), ("2026-10-14", "14:00")], {}, "Choose one of the two."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    learning_set: LearningSet,
    gita: User,
    signed_in: SignedIn,
    rows: list[tuple[str, str]],
    fields: dict[str, str],
    wrong: str,
) -> None:
    response = signed_in(gita).post(open_path(learning_set), proposal(gita, *rows, **fields))
    assert (response.status_code, Poll.objects.count()) == (422, 0)
    assert wrong in words(response)
    assert f'value="{rows[0][0]}"' in response.content.decode() or not rows[0][0]


def test_a_time_that_comes_twice_can_be_told_apart(learning_set: LearningSet, gita: User, signed_in: SignedIn) -> None:
    rows = [("2026-10-25", "01:30"), ("2026-10-26", "14:00")]
    signed_in(gita).post(open_path(learning_set), proposal(gita, *rows, **{"dates-0-which": "1"}))
    assert Poll.objects.get().options.first().starts_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_the_form_begins_with_the_number_the_set_agreed_on(
    learning_set: LearningSet, gita: User, signed_in: SignedIn
) -> None:
    LearningSet.objects.filter(pk=learning_set.pk).update(minimum_to_run=3)
    assert signed_in(gita).get(open_path(learning_set)).context["form"]["minimum"].value() == 3


def test_a_million_rows_are_not_read(learning_set: LearningSet, gita: User, signed_in: SignedIn) -> None:
    rows = [("2026-10-13", "14:00"), ("2026-10-14", "14:00")]
    sent = {**proposal(gita, *rows), "dates-TOTAL_FORMS": "1000000"}
    response = signed_in(gita).post(open_path(learning_set), sent)
    assert (response.status_code, Poll.objects.count()) == (422, 0)
    assert "Propose twenty dates at most." in words(response)


# --- The grid ------------------------------------------------------------------------------------


def test_everyone_sees_everyones_answers(poll: Poll, asha: User, ben: User, signed_in: SignedIn) -> None:
    answer(poll, asha, "yn", now=NOW)
    answer(poll, ben, "ii", now=NOW)
    page = words(signed_in(asha).get(f"/polls/{poll.pk}/"))
    for line in ("1 yes: Asha", "1 if need be: Ben", "1 no: Asha", "1 not yet", "2 of 3. Still awaited: Gita."):
        assert line in page


def test_times_are_on_the_readers_clock(poll: Poll, ben: User, signed_in: SignedIn) -> None:
    page = words(signed_in(ben).get(f"/polls/{poll.pk}/"))
    assert "Tuesday 15 September 2026, 12:00 (Nairobi)" in page
    assert "Tuesday 15 September 2026, 10:00 (London)" in page


def test_answers_of_who_left_do_not_count(
    poll: Poll, asha: User, memberships: dict[str, Membership], signed_in: SignedIn
) -> None:
    answer(poll, asha, "yy", now=NOW)
    Membership.objects.filter(pk=memberships["Asha"].pk).update(ended_at=NOW, ending="left")
    rows = grid_of(poll, memberships["Ben"], now=NOW).rows
    assert [(row.yes, [person.name for person in row.open]) for row in rows] == [([], ["Ben", "Gita"])] * 2


def test_the_dates_that_suit_most_are_marked_and_none_while_all_are_equal(
    poll: Poll, asha: User, ben: User, memberships: dict[str, Membership]
) -> None:
    def marked() -> list[bool]:
        return [row.is_favourite for row in grid_of(poll, memberships["Gita"], now=NOW).rows]

    assert marked() == [False, False]
    answer(poll, asha, "yi", now=NOW)
    assert marked() == [True, False]
    answer(poll, ben, "ny", now=NOW)
    assert marked() == [False, True]
    answer(poll, asha, "yy", now=NOW)
    answer(poll, ben, "yy", now=NOW)
    assert marked() == [False, False]


def test_each_date_says_whether_enough_can_come(
    learning_set: LearningSet, gita: User, asha: User, ben: User, signed_in: SignedIn
) -> None:
    poll = ask(learning_set, gita, now=NOW, minimum=2)
    answer(poll, asha, "yy", now=NOW)
    answer(poll, ben, "in", now=NOW)
    page = words(signed_in(gita).get(f"/polls/{poll.pk}/"))
    assert [page.count(text) for text in ("Enough to meet.", "1 short of 2.")] == [1, 1]


def test_answering_on_the_page(poll: Poll, asha: User, signed_in: SignedIn) -> None:
    first, second = poll.options.all()
    sent = {"seen": f"{first.pk}.{second.pk}", f"option_{first.pk}": "if_need_be"}
    response = signed_in(asha).post(f"/polls/{poll.pk}/", sent)
    assert (response.headers["Location"], said(poll)) == (f"/polls/{poll.pk}/", {"Asha": "in"})


def test_answering_after_the_deadline_says_why_not(poll: Poll, asha: User, signed_in: SignedIn, clock: Any) -> None:
    clock.move_to(poll.deadline_at)
    response = signed_in(asha).post(f"/polls/{poll.pk}/", {})
    assert messages_of(response) == [
        "Answers were asked for until Thursday 10 September 2026, 10:00 (London). "
        "Whoever looks after the set can give more time."
    ]
    assert said(poll) == {}


def test_the_grid_costs_the_same_with_two_and_with_twenty_dates(
    learning_set: LearningSet, gita: User, asha: User, signed_in: SignedIn, django_assert_num_queries: Any
) -> None:
    small, large = ask(learning_set, gita, now=NOW), ask(learning_set, gita, now=NOW, days=tuple(range(20, 40)))
    client: Client = signed_in(gita)
    client.get(f"/polls/{small.pk}/")
    with django_assert_num_queries(6):
        client.get(f"/polls/{small.pk}/")
    for number in range(6):
        join(learning_set, person := make_user(f"Person {number}"))
        answer(large, person, "y" * 20, now=NOW)
    with django_assert_num_queries(6):
        client.get(f"/polls/{large.pk}/")


# --- Choosing and changing -----------------------------------------------------------------------


def test_choosing_asks_first_and_then_schedules(poll: Poll, gita: User, asha: User, signed_in: SignedIn) -> None:
    answer(poll, asha, "yn", now=NOW)
    option = poll.options.first()
    path = f"/polls/{poll.pk}/dates/{option.pk}/choose/"
    page = words(signed_in(gita).get(path))
    assert ("1 yes: Asha" in page, Session.objects.count()) == (True, 0)
    assert "Still awaited: Ben, Gita. They have until Thursday 10 September 2026, 10:00 (London)." in page
    response = signed_in(gita).post(path)
    session = Session.objects.get()
    assert response.headers["Location"] == f"/sessions/{session.pk}/"
    assert session.starts_at == option.starts_at


def test_who_comes_second_is_led_to_what_was_chosen(poll: Poll, gita: User, signed_in: SignedIn) -> None:
    first, second = poll.options.all()
    session = polling.choose_date(option=first, by=gita, now=NOW)
    for act in (signed_in(gita).get, signed_in(gita).post):
        response = act(f"/polls/{poll.pk}/dates/{second.pk}/choose/")
        assert response.headers["Location"] in (f"/sessions/{session.pk}/", f"/polls/{poll.pk}/")
    assert Session.objects.count() == 1


def test_a_date_that_the_set_has_taken_meanwhile_says_so(
    poll: Poll, learning_set: LearningSet, gita: User, signed_in: SignedIn
) -> None:
    option = poll.options.first()
    make_session(learning_set, starts_at=option.starts_at)
    response = signed_in(gita).post(f"/polls/{poll.pk}/dates/{option.pk}/choose/")
    assert response.headers["Location"] == f"/polls/{poll.pk}/"
    assert messages_of(response)[0].startswith("This set already has a session then:")


def test_changing_begins_with_what_stands(poll: Poll, gita: User, signed_in: SignedIn) -> None:
    form = signed_in(gita).get(f"/polls/{poll.pk}/change/").context["form"]
    options = list(poll.options.all())
    assert [row["option"].value() for row in form.dates.forms[:3]] == [options[0].pk, options[1].pk, None]
    assert len(form.dates.forms) == 20


def test_a_row_that_is_emptied_takes_its_date_out(
    learning_set: LearningSet, gita: User, asha: User, signed_in: SignedIn
) -> None:
    poll = ask(learning_set, gita, now=NOW, days=(14, 15, 16))
    answer(poll, asha, "yni", now=NOW)
    rows = {"dates-TOTAL_FORMS": "20", "dates-INITIAL_FORMS": "3", "answer_by": "2026-09-10", "facilitator": gita.pk}
    for place, option in enumerate(poll.options.all()):
        rows[f"dates-{place}-option"] = option.pk
        if place != 1:
            rows |= {f"dates-{place}-date": f"{option.starts_at:%Y-%m-%d}", f"dates-{place}-time": "10:00"}
    response = signed_in(gita).post(f"/polls/{poll.pk}/change/", rows)
    assert (response.headers.get("Location"), said(poll)) == (f"/polls/{poll.pk}/", {"Asha": "yi"})


@pytest.mark.parametrize("name", ["change", "close"])
def test_what_is_over_says_so(poll: Poll, gita: User, signed_in: SignedIn, name: str) -> None:
    polling.close_poll(poll=poll, by=gita, now=NOW)
    for act in (signed_in(gita).get, signed_in(gita).post):
        response = act(f"/polls/{poll.pk}/{name}/")
        assert (response.headers["Location"], messages_of(response)) == (
            f"/polls/{poll.pk}/",
            ["This poll is over; its dates stand as they were."],
        )


@pytest.mark.parametrize(
    ("who", "status"), [("asha", 403), ("cara", 404), ("stranger", 404), ("superuser", 404), ("olu", 404)]
)
def test_only_who_looks_after_the_set_chooses(
    poll: Poll, signed_in: SignedIn, request: pytest.FixtureRequest, who: str, status: int
) -> None:
    client = signed_in(request.getfixturevalue(who))
    option = poll.options.first()
    for path in ("change/", "close/", f"dates/{option.pk}/choose/"):
        for act in (client.get, client.post):
            assert act(f"/polls/{poll.pk}/{path}").status_code == status
    assert client.get(f"/polls/{poll.pk}/").status_code == (200 if status == 403 else 404)
    assert client.get(open_path(poll.learning_set)).status_code == status
    poll.refresh_from_db()
    assert poll.is_open
