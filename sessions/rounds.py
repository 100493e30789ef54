"""Rounds: everyone speaks in turn, in an order that people can see. No queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from als_project.users.models import User
from sessions.models import Stage


@dataclass(frozen=True)
class Place:
    person: User
    had_turn: bool


def in_turn(stage: Stage, people: Sequence[User]) -> list[Place]:
    """By name, and another one begins in each session, so that nobody is always first or last."""
    if not people:
        return []
    # Drawn by lot that falls the same way each time, so that nobody's place jumps when somebody comes or goes.
    first = max(range(len(people)), key=lambda n: Random(f"{stage.session_id}:{people[n].pk}").random())  # noqa: S311
    order = [*people[first:], *people[:first]]
    return [Place(person, person.pk in stage.had_turn) for person in order]


def speaker_of(places: Sequence[Place]) -> User | None:
    """Whose turn it is; None when everyone has had theirs."""
    return next((place.person for place in places if not place.had_turn), None)


def next_of(places: Sequence[Place]) -> User | None:
    waiting = [place.person for place in places if not place.had_turn]
    return waiting[1] if len(waiting) > 1 else None
