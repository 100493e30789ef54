"""A session in threes: who sits where, and what of it one person sees. No queries."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

from als_project.users.models import User

# Up to five sit together: fewer than three can't consult while one turns away.
FROM = 6
SIZES = (3, 4)


class Moment(Protocol):
    """A stage, as a row or as a record tells of it. Its slot is loaded, with its three."""

    @property
    def pk(self) -> Any: ...
    @property
    def beside_id(self) -> Any: ...
    @property
    def clock_id(self) -> int: ...
    @property
    def slot(self) -> Any: ...


OfASession = TypeVar("OfASession", bound=Moment)


def deal(people: Sequence[User]) -> list[list[User]]:
    """As many threes as there can be, the others a fourth in one; the larger ones first. None while one is enough."""
    if len(people) < FROM:
        return []
    number = len(people) // 3
    return [list(people[place::number]) for place in range(number)]


def is_in_three(stage: Moment, user: User) -> bool:
    """The stage is everybody's, or the person sits in its three."""
    three = stage.slot.three if stage.slot else None
    return three is None or three.seats(user)


def line_of(stages: Iterable[OfASession], user: User) -> list[OfASession]:
    """Each moment once: as the person's own three has it; else as the first one, whose clock it is."""
    rows = list(stages)
    if not [stage for stage in rows if stage.beside_id]:
        return rows
    own = {stage.clock_id: stage for stage in rows if is_in_three(stage, user)}
    return [own.get(stage.pk, stage) for stage in rows if stage.beside_id is None]
