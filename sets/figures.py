"""What organisers see of a programme: figures only, and only where enough people stand behind them."""

from dataclasses import dataclass

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
