"""The people in a room, and what each of them offers."""

from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

from sessions.balance import Turn
from sessions.enums import HERE
from sessions.models import Bid
from sets.models import Membership


@dataclass(frozen=True)
class Person:
    """Somebody of the set, and whether they are here: None while nobody has said."""

    membership: Membership
    presence: str

    @property
    def is_here(self) -> bool | None:
        return self.presence in HERE if self.presence else None


@dataclass(frozen=True)
class Offer:
    """A bid as the set sees it when choosing, with the balance beside its member's name."""

    bid: Bid
    turn: Turn | None
    is_here: bool | None


def stamp_of_people(people: Iterable[Person], *beside: object) -> str:
    """Differs as soon as the part of the page about them would look different: it depends on `beside`, too."""
    known = [(person.membership.user_id, person.presence) for person in people]
    return format(crc32(repr((known, beside)).encode()), "x")
