"""Rounds: everyone speaks in turn, in an order that people can see. No queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from als_project.users.models import User
from sessions.models import Stage


@dataclass(frozen=True)
class Place:
    person: User
    had_turn: bool


def in_turn(stage: Stage, people: Iterable[User]) -> list[Place]:
    return [Place(person, person.pk in stage.had_turn) for person in by_lot(stage.session_id, people)]


def by_lot(session_id: int, people: Iterable[User]) -> list[User]:
    """That nobody is always first. The lot falls the same each time: who comes or goes moves nobody."""
    return sorted(people, key=lambda person: Random(f"{session_id}:{person.pk}").random())  # noqa: S311


def speaker_of(places: Sequence[Place]) -> User | None:
    """Whose turn it is; None when everyone has had theirs."""
    return next((place.person for place in places if not place.had_turn), None)


def next_of(places: Sequence[Place]) -> User | None:
    waiting = [place.person for place in places if not place.had_turn]
    return waiting[1] if len(waiting) > 1 else None
