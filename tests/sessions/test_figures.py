"""What a programme's organisers read of its sessions: figures only, and of enough people."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from als_project.users.models import User
from sessions.figures import in_rows
from sessions.models import Review, Session
from sets.figures import Figure
from sets.models import LearningSet, Programme
from tests.factories import make_closed_session, make_running_session, make_session, make_set, make_user

pytestmark = pytest.mark.django_db


def figures(programme: Programme, user: User) -> str:
    request: Any = RequestFactory().get("/")
    request.user = user
    template = Template("{% load sessions_panels %}{% sessions_figures programme %}")
    return " ".join(template.render(Context({"request": request, "programme": programme})).split())


def rows(programme: Programme) -> list[Figure]:
    return list(in_rows(programme))


def held(learning_set: LearningSet, *, people: int, month: int = 9) -> Session:
    """All but one came."""
    session = make_closed_session(learning_set)
    session.starts_at = datetime(2026, month, 1, 14, 0, tzinfo=UTC)
    session.save(update_fields=["starts_at"])
    for number in range(people):
        session.attendances.create(user=member(number), presence="present" if number else "absent")
    return session


def member(number: int) -> User:
    return User.objects.filter(name=f"Member {number}").first() or make_user(f"Member {number}")


def rated(session: Session, *ratings: str) -> None:
    for number, rating in enumerate(ratings):
        Review.objects.create(session=session, author=member(number), rating=rating, on_rules="Very secret words")


def test_figures_are_withheld_below_five_people(learning_set: LearningSet, programme: Programme, olu: User) -> None:
    held(learning_set, people=4)
    words = figures(programme, olu)
    assert "Shown once at least 5 people" in words
    assert "places taken" not in words


def test_figures_count_sessions_held_and_attendance(learning_set: LearningSet, programme: Programme, olu: User) -> None:
    held(learning_set, people=5)
    make_session(learning_set)
    words = figures(programme, olu)
    assert "<dt>Sessions held</dt> <dd>1</dd>" in words
    assert "<dd>4 of 5 places taken (80 %)</dd>" in words


def test_figures_leave_out_sets_of_other_programmes(programme: Programme, olu: User, learning_set: LearningSet) -> None:
    held(make_set("Elsewhere"), people=5)
    assert "places taken" not in figures(programme, olu)


def test_only_its_organisers_see_a_programmes_figures(
    learning_set: LearningSet, programme: Programme, gita: User, superuser: User
) -> None:
    held(learning_set, people=5)
    assert [figures(programme, user) for user in (gita, superuser)] == ["", ""]


def test_attendance_is_told_month_by_month(learning_set: LearningSet, programme: Programme, olu: User) -> None:
    held(learning_set, people=6, month=3)
    held(learning_set, people=5, month=4)
    held(learning_set, people=5, month=4)
    words = figures(programme, olu)
    assert "3</dd>" in words
    for month, sessions, places in (("March 2026", 1, "5 of 6"), ("April 2026", 2, "8 of 10")):
        row = words[words.index(f'<th scope="row">{month}</th>') :].split("</tr>")[0]
        assert (f'<td class="number">{sessions}</td>' in row, f"</svg> {places}</td>" in row) == (True, True)
    assert words.index("March 2026") < words.index("April 2026")


@pytest.mark.parametrize(
    ("people", "periods"),
    [
        ((5, 4, 5), {"January 2026 – February 2026": "7 of 9", "March 2026": "4 of 5"}),
        ((4, 5, 5), {"January 2026 – February 2026": "7 of 9", "March 2026": "4 of 5"}),
        ((3, 2, 6), {"January 2026 – March 2026": "8 of 11"}),
        ((6, 2, 3), {"January 2026 – March 2026": "8 of 11"}),
    ],
)
def test_a_month_of_too_few_people_is_counted_with_another(
    learning_set: LearningSet, programme: Programme, olu: User, people: tuple[int, ...], periods: dict[str, str]
) -> None:
    for month, number in enumerate(people, 1):
        held(learning_set, people=number, month=month)
    words = figures(programme, olu)
    assert words.count('<th scope="row">') == len(periods)
    for name, places in periods.items():
        row = words[words.index(f'<th scope="row">{name}</th>') :].split("</tr>")[0]
        assert f"</svg> {places}</td>" in row


def test_ratings_are_withheld_below_five_people(learning_set: LearningSet, programme: Programme, olu: User) -> None:
    first, second = held(learning_set, people=5), held(learning_set, people=5, month=10)
    rated(first, "5", "4", "4", "3", "")
    rated(second, "5", "4", "4", "3")
    words = figures(programme, olu)
    assert "Shown once at least 5 people have said in a review" in words
    assert "on average" not in words
    assert "ratings" not in {row.what for row in rows(programme)}


def test_ratings_are_counted_and_nothing_else_of_a_review_is_told(
    learning_set: LearningSet, programme: Programme, olu: User, gita: User
) -> None:
    rated(held(learning_set, people=5), "5", "4", "4", "3", "1")
    rated(make_running_session(learning_set), "1", "1")
    rated(held(make_set("Elsewhere"), people=5), "1")
    words = figures(programme, olu)
    assert "3.4 on average, of 5 ratings" in words
    for rating, number in {"5": 1, "4": 2, "3": 1, "2": 0, "1": 1}.items():
        assert f'<th scope="row">{rating}</th><td>' in words
        assert f"</svg> {number}</td>" in words[words.index(f'<th scope="row">{rating}</th>') :].split("</tr>")[0]
    for told in ("secret", "Member", "Thursday"):
        assert told not in words
    assert figures(programme, gita) == ""


def test_what_people_say_of_the_cycle_is_counted_apart(
    learning_set: LearningSet, programme: Programme, olu: User
) -> None:
    for month, on in ((5, "review-so-far"), (9, "review-of-all")):
        session = held(learning_set, people=5, month=month)
        session.looks_back_on = on
        session.save(update_fields=["looks_back_on"])
        rated(session, "5", "5", "5", "5", "4")
    words = figures(programme, olu)
    assert "people have said in a review how much a session helped them" in words
    assert "4.8 on average, of 10 ratings" in words
    assert ("How much the sets helped", "5", "ratings", 8) in rows(programme)
    assert "How much sessions helped" not in {row.part for row in rows(programme)}


def test_the_same_figures_come_in_rows(learning_set: LearningSet, programme: Programme, olu: User) -> None:
    rated(held(learning_set, people=5), "5", "4", "4", "3", "1")
    assert rows(programme)[:6] == [
        ("Sessions", of, what, number)
        for of in ("all", "September 2026")
        for what, number in (("sessions held", 1), ("places taken", 4), ("places expected", 5))
    ]
    assert ("How much sessions helped", "4", "ratings", 2) in rows(programme)


def test_as_many_queries_for_a_long_programme(
    learning_set: LearningSet, programme: Programme, olu: User, django_assert_num_queries: Any
) -> None:
    for month in range(1, 4):
        rated(held(learning_set, people=5, month=month), "5", "4", "4", "3", "1")
        with django_assert_num_queries(4):
            figures(programme, olu)
