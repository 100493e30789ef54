"""Who was there: put right afterwards, and as a table over the sessions."""

from typing import Any

import pytest

from als_project.users.models import User
from sessions.attendance_table import attendance_of
from sessions.enums import Presence
from sessions.models import Session
from sessions.services import attending
from sessions.services.holding import NotRunning
from sets.models import LearningSet, Membership
from tests.cast import SignedIn
from tests.factories import end, join, make_closed_session, make_session, make_user
from tests.sessions.pages import words
from tests.sessions.room_acts import START


@pytest.fixture
def closed(learning_set: LearningSet, asha: User, ben: User) -> Session:
    session = make_closed_session(learning_set)
    session.attendances.create(user=asha, presence=Presence.PRESENT)
    session.attendances.create(user=ben, presence=Presence.ABSENT)
    return session


def there(session: Session) -> dict[str, str]:
    return dict(session.attendances.values_list("user__name", "presence"))


def test_it_is_put_right_after_the_session(
    closed: Session, gita: User, asha: User, ben: User, signed_in: SignedIn
) -> None:
    path = f"/sessions/{closed.pk}/attendance/"
    form = signed_in(gita).get(path).context["form"]
    assert {field.label: field.initial for field in form.visible_fields()} == {
        "Asha": "present",
        "Ben": "absent",
        "Gita": "",
    }
    signed_in(gita).post(path, {f"presence_{ben.pk}": "late", f"seen_{ben.pk}": "absent", f"presence_{asha.pk}": ""})
    assert there(closed) == {"Asha": "present", "Ben": "late"}


def test_a_page_that_knew_less_puts_nothing_back(
    closed: Session, gita: User, asha: User, ben: User, signed_in: SignedIn
) -> None:
    old = {f"{kind}_{pk}": word for pk, word in ((asha.pk, ""), (ben.pk, "absent")) for kind in ("presence", "seen")}
    closed.attendances.filter(user=ben).update(presence=Presence.LATE)
    path = f"/sessions/{closed.pk}/attendance/"
    page = words(signed_in(gita).post(path, old | {f"presence_{asha.pk}": "absent"}, follow=True))
    assert there(closed) == {"Asha": "present", "Ben": "late"}
    assert "Meanwhile Asha was noted as present. That stands; yours was not saved." in page
    assert "Noted who was there." not in page


@pytest.mark.parametrize("word", ["here", "PRESENT"])
def test_a_word_that_is_none_changes_nothing(
    closed: Session, gita: User, ben: User, signed_in: SignedIn, word: str
) -> None:
    signed_in(gita).post(f"/sessions/{closed.pk}/attendance/", {f"presence_{ben.pk}": word})
    assert there(closed)["Ben"] == "absent"


def test_before_the_session_there_is_nothing_to_note(
    learning_set: LearningSet, gita: User, signed_in: SignedIn
) -> None:
    session = make_session(learning_set)
    with pytest.raises(NotRunning):
        attending.note_presence(session=session, by=gita, presences={gita.pk: Presence.PRESENT}, now=START)
    response = signed_in(gita).get(f"/sessions/{session.pk}/attendance/")
    assert response.headers["Location"] == f"/sessions/{session.pk}/"


@pytest.mark.parametrize(("who", "status"), [("asha", 403), ("cara", 404), ("stranger", 404)])
def test_only_who_runs_sessions_puts_it_right(
    closed: Session, ben: User, signed_in: SignedIn, request: Any, who: str, status: int
) -> None:
    client = signed_in(request.getfixturevalue(who))
    path = f"/sessions/{closed.pk}/attendance/"
    assert [client.get(path).status_code, client.post(path, {f"presence_{ben.pk}": "late"}).status_code] == [status] * 2
    assert there(closed)["Ben"] == "absent"


# --- The table -----------------------------------------------------------------------------------


def test_the_table_has_a_word_for_each_person_and_session(
    closed: Session, learning_set: LearningSet, asha: User
) -> None:
    earlier = make_closed_session(learning_set, days=-60)
    earlier.attendances.create(user=asha, presence=Presence.LATE)
    make_session(learning_set)
    table = attendance_of(learning_set)
    assert table.sessions == [earlier, closed]
    assert [(row.person.name, row.words, row.there, row.noted) for row in table.rows] == [
        ("Asha", ["late", "present"], 2, 2),
        ("Ben", ["", "absent"], 0, 1),
        ("Gita", ["", ""], 0, 0),
    ]


def test_who_left_is_not_in_it(closed: Session, learning_set: LearningSet, memberships: dict[str, Membership]) -> None:
    end(memberships["Ben"])
    assert [row.person.name for row in attendance_of(learning_set).rows] == ["Asha", "Gita"]


def test_every_present_member_reads_it_and_nobody_else(
    closed: Session, learning_set: LearningSet, asha: User, cara: User, stranger: User, olu: User, signed_in: SignedIn
) -> None:
    path = f"/sets/{learning_set.pk}/attendance/"
    assert "Asha 1 of 1 present" in words(signed_in(asha).get(path))
    assert [signed_in(person).get(path).status_code for person in (cara, stranger, olu)] == [404] * 3


def test_the_table_costs_the_same_for_one_session_and_for_twelve(
    closed: Session, learning_set: LearningSet, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):
        attendance_of(learning_set)
    for number in range(20):
        person = make_user(f"Member {number}")
        join(learning_set, person)
        make_closed_session(learning_set, days=-100 - number).attendances.create(user=person, presence="late")
    with django_assert_num_queries(3):
        assert len(attendance_of(learning_set).sessions) == 12
