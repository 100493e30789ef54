"""Attendance over the cycle: who was at which session."""

from dataclasses import dataclass

from als_project.users.models import User
from sessions.away import people_in
from sessions.enums import HERE, Presence
from sessions.models import Attendance, Session
from sets.models import LearningSet

LATEST = 12


@dataclass(frozen=True)
class Row:
    """One person's words for the sessions in order; empty before they came."""

    person: User
    words: list[str]
    there: int
    noted: int


@dataclass(frozen=True)
class Table:
    sessions: list[Session]
    rows: list[Row]


def attendance_of(learning_set: LearningSet) -> Table:
    """The present people, and the latest sessions that closed, the oldest first. Three queries."""
    latest = list(Session.objects.filter(learning_set=learning_set).past()[:LATEST])
    sessions = latest[::-1]
    noted = Attendance.objects.filter(session__in=sessions).exclude(presence="")
    said = {(session, person): word for session, person, word in noted.values_list("session", "user", "presence")}
    return Table(sessions, [_row(person, sessions, said) for person in people_in(learning_set)])


def _row(person: User, sessions: list[Session], said: dict[tuple[int, int], str]) -> Row:
    words = [said.get((session.pk, person.pk), "") for session in sessions]
    return Row(
        person=person,
        words=[str(Presence(word).label) if word else "" for word in words],
        there=sum(word in HERE for word in words),
        noted=sum(bool(word) for word in words),
    )
