"""What a programme's organisers read of its sessions: figures only, and of enough people."""

from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from als_project.users.models import User
from sets.models import LearningSet, Programme
from tests.factories import make_closed_session, make_session, make_set, make_user

pytestmark = pytest.mark.django_db


def figures(programme: Programme, user: User) -> str:
    request: Any = RequestFactory().get("/")
    request.user = user
    template = Template("{% load sessions_panels %}{% sessions_figures programme %}")
    return " ".join(template.render(Context({"request": request, "programme": programme})).split())


def held(learning_set: LearningSet, *, people: int) -> None:
    session = make_closed_session(learning_set)
    for number in range(people):
        session.attendances.create(user=make_user(f"Member {number}"), presence="present" if number else "absent")


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
