"""What organisers see of a programme: figures only, and only where enough people stand behind them.

For a spreadsheet each floor adds what it knows of, in its `AppConfig.ready`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from als_project.users.models import User
from sets.models import Membership, Programme

# Below that, a number would point at a person.
FEWEST_PEOPLE = 5


@dataclass(frozen=True)
class Extent:
    sets: int
    # Of these.
    closed: int
    people: int


def extent_of(programme: Programme) -> Extent | None:
    """How many sets and people belong to it by now; None below five people."""
    present = Membership.objects.present().filter(learning_set__programme=programme)
    people = User.objects.filter(memberships__in=present).distinct().count()
    if people < FEWEST_PEOPLE:
        return None
    closings = programme.learning_sets.values_list("closed_at", flat=True)
    return Extent(sets=len(closings), closed=len([at for at in closings if at]), people=people)


class Figure(NamedTuple):
    """A row for a spreadsheet: of which part of the page, of which of its rows, what is counted, and how many."""

    part: str
    of: str
    what: str
    figure: int


Source = Callable[[Programme], Iterable[Figure]]
_sources: list[Source] = []


def source(source: Source) -> Source:
    """Ask this, too, for a spreadsheet."""
    if source not in _sources:
        _sources.append(source)
    return source


def figures_of(programme: Programme) -> Iterator[Figure]:
    """All that the page shows; nothing below five people."""
    extent = extent_of(programme)
    if extent is None:
        return
    part, every = _("Sets and people"), _("all")
    yield Figure(part, every, _("learning sets"), extent.sets)
    yield Figure(part, every, _("closed learning sets"), extent.closed)
    yield Figure(part, every, _("people"), extent.people)
    for found in _sources:
        yield from found(programme)
