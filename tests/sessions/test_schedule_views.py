from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from als_project.users.models import User
from sessions.enums import SessionState
from sessions.models import Session
from sets.enums import Facilitation
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.factories import make_closed_session, make_running_session, make_session, make_slot
from tests.sessions.acts import told

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _first_of_september() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def typed(gita: User) -> dict[str, str]:
    return {
        "date": "2026-10-13",
        "time": "14:00",
        "time_zone": "Europe/London",
        "minutes": "120",
        "place": "Room 4",
        "link": "https://meet.example.org/x",
        "facilitator": str(gita.pk),
    }


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def schedule_path(learning_set: LearningSet) -> str:
    return f"/sets/{learning_set.pk}/sessions/schedule/"


def test_the_form_begins_with_what_the_set_usually_does(
    learning_set: LearningSet, gita: User, signed_in: SignedIn
) -> None:
    form = signed_in(gita).get(schedule_path(learning_set)).context["form"]
    assert form.initial == {
        "time_zone": "Europe/London",
        "minutes": 150,
        "place": "",
        "link": "",
        "facilitator": gita.pk,
    }


def test_a_session_is_scheduled_and_everyone_told(
    learning_set: LearningSet, gita: User, signed_in: SignedIn, typed: dict[str, str]
) -> None:
    response = signed_in(gita).post(schedule_path(learning_set), typed)
    session = Session.objects.get()
    assert response.headers["Location"] == f"/sessions/{session.pk}/"
    assert said(response) == [
        "Scheduled for Tuesday 13 October 2026, 14:00 (London). Everyone in the set is told by e-mail."
    ]
    assert (session.starts_at, session.minutes, session.place, session.link, session.facilitator) == (
        datetime(2026, 10, 13, 13, 0, tzinfo=UTC),
        120,
        "Room 4",
        "https://meet.example.org/x",
        gita,
    )
    assert told("sessions.scheduled") == ["Asha", "Ben", "Gita"]


def test_an_overlap_is_said_beside_the_date_and_nothing_typed_is_lost(
    learning_set: LearningSet, gita: User, signed_in: SignedIn, typed: dict[str, str]
) -> None:
    make_session(learning_set, starts_at=datetime(2026, 10, 13, 12, 0, tzinfo=UTC))
    response = signed_in(gita).post(schedule_path(learning_set), typed)
    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors == {
        "date": ["This set already has a session then: Tuesday 13 October 2026, 13:00 (London), for 150 minutes."]
    }
    assert {name: form[name].value() for name in typed} == typed
    assert Session.objects.count() == 1


def test_the_night_the_clocks_go_back_the_page_asks_which(
    learning_set: LearningSet, gita: User, signed_in: SignedIn, typed: dict[str, str]
) -> None:
    client = signed_in(gita)
    twice = {**typed, "date": "2026-10-25", "time": "01:30"}
    response = client.post(schedule_path(learning_set), twice)
    assert response.status_code == 422
    page = response.content.decode()
    assert page.count('name="which"') == 2
    assert 'value="01:30"' in page
    client.post(schedule_path(learning_set), {**twice, "which": "1"})
    assert Session.objects.get().starts_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("who", "status"),
    [("gita", 200), ("asha", 403), ("cara", 404), ("stranger", 404), ("olu", 404), ("superuser", 404)],
)
@pytest.mark.parametrize("page", ["schedule", "move", "cancel"])
def test_only_those_who_look_after_the_set_give_it_its_sessions(
    learning_set: LearningSet, signed_in: SignedIn, request: pytest.FixtureRequest, page: str, who: str, status: int
) -> None:
    session = make_session(learning_set)
    path = schedule_path(learning_set) if page == "schedule" else f"/sessions/{session.pk}/{page}/"
    client = signed_in(request.getfixturevalue(who))
    assert client.get(path).status_code == status
    if status != 200:
        assert client.post(path, {}).status_code == status
        session.refresh_from_db()
        assert session.state == SessionState.SCHEDULED


def test_in_a_self_facilitated_set_every_member_hosts(
    learning_set: LearningSet, asha: User, signed_in: SignedIn
) -> None:
    learning_set.facilitation = Facilitation.SELF_FACILITATED
    learning_set.save(update_fields=["facilitation"])
    response = signed_in(asha).get(schedule_path(learning_set))
    assert response.context["form"].fields["facilitator"].label == "Who hosts"


def test_moving_asks_everyone_again(
    learning_set: LearningSet, gita: User, signed_in: SignedIn, typed: dict[str, str]
) -> None:
    session = make_session(learning_set, facilitator=gita)
    response = signed_in(gita).post(f"/sessions/{session.pk}/move/", typed)
    assert said(response) == [
        "Moved to Tuesday 13 October 2026, 14:00 (London). "
        "Everyone in the set is told by e-mail and asked to reply again."
    ]
    assert told("sessions.moved") == ["Asha", "Ben", "Gita"]


def test_saving_without_a_change_tells_nobody(
    learning_set: LearningSet, gita: User, signed_in: SignedIn, typed: dict[str, str]
) -> None:
    client = signed_in(gita)
    client.post(schedule_path(learning_set), typed)
    response = client.post(f"/sessions/{Session.objects.get().pk}/move/", typed)
    assert said(response)[-1] == "Nothing was changed, so nobody is told."
    assert told("sessions.moved") == []


def test_a_new_place_lets_replies_stand(
    learning_set: LearningSet, gita: User, signed_in: SignedIn, typed: dict[str, str]
) -> None:
    client = signed_in(gita)
    client.post(schedule_path(learning_set), typed)
    response = client.post(f"/sessions/{Session.objects.get().pk}/move/", {**typed, "place": "Room 5"})
    assert said(response)[-1] == "Changed. Everyone in the set is told by e-mail; replies stand."


def test_cancelling_asks_first_and_then_tells_everyone(
    learning_set: LearningSet, gita: User, signed_in: SignedIn
) -> None:
    session = make_session(learning_set)
    client = signed_in(gita)
    client.get(f"/sessions/{session.pk}/cancel/")
    session.refresh_from_db()
    assert session.is_scheduled
    response = client.post(f"/sessions/{session.pk}/cancel/")
    session.refresh_from_db()
    assert session.is_cancelled
    assert said(response) == ["The session is cancelled. Everyone in the set is told by e-mail."]


@pytest.mark.parametrize("page", ["move", "cancel"])
def test_what_has_begun_keeps_its_date_and_says_so(
    learning_set: LearningSet, gita: User, signed_in: SignedIn, page: str
) -> None:
    session = make_running_session(learning_set)
    for answer in (signed_in(gita).get, signed_in(gita).post):
        response = answer(f"/sessions/{session.pk}/{page}/")
        assert response.headers["Location"] == f"/sessions/{session.pk}/"
        assert said(response) == ["This session has begun, is over or was cancelled, so its date stands as it is."]


def test_past_sessions_are_listed_latest_first_with_their_numbers(
    learning_set: LearningSet, asha: User, ben: User, signed_in: SignedIn
) -> None:
    older, newer = make_closed_session(learning_set, days=-60), make_closed_session(learning_set, days=-30)
    cancelled = make_session(learning_set, days=-10, state=SessionState.CANCELLED, cancelled_at=NOW)
    make_session(learning_set)
    newer.attendances.create(user=asha, presence="present")
    newer.attendances.create(user=ben, presence="present")
    make_slot(newer, asha, state="heard")
    rows = signed_in(asha).get(f"/sets/{learning_set.pk}/sessions/").context["sessions"]
    assert [(row, row.people_there, row.topics_heard) for row in rows] == [
        (cancelled, 0, 0),
        (newer, 2, 1),
        (older, 0, 0),
    ]


def test_who_left_and_strangers_find_no_list(
    learning_set: LearningSet, cara: User, stranger: User, signed_in: SignedIn
) -> None:
    path = f"/sets/{learning_set.pk}/sessions/"
    assert [signed_in(user).get(path).status_code for user in (cara, stranger)] == [404, 404]


def test_the_past_list_costs_the_same_with_one_and_with_thirty_sessions(
    learning_set: LearningSet, asha: User, signed_in: SignedIn, django_assert_num_queries: Any
) -> None:
    client: Client = signed_in(asha)
    path = f"/sets/{learning_set.pk}/sessions/"
    make_closed_session(learning_set, days=-1)
    count = len(_queries(client, path))
    for days in range(2, 31):
        make_closed_session(learning_set, days=-days)
    with django_assert_num_queries(count):
        client.get(path)


def _queries(client: Client, path: str) -> list[Any]:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return queries.captured_queries
