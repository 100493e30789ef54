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
    """Drawn by lot, that nobody is always first. The lot falls the same each time: who comes or goes moves nobody."""
    order = sorted(people, key=lambda person: Random(f"{stage.session_id}:{person.pk}").random())  # noqa: S311
    return [Place(person, person.pk in stage.had_turn) for person in order]


def speaker_of(places: Sequence[Place]) -> User | None:
    """Whose turn it is; None when everyone has had theirs."""
    return next((place.person for place in places if not place.had_turn), None)


def next_of(places: Sequence[Place]) -> User | None:
    waiting = [place.person for place in places if not place.had_turn]
    return waiting[1] if len(waiting) > 1 else None
