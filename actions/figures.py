"""What organisers see of actions: counts by state, and only where enough people stand behind them."""

from collections.abc import Iterator

from django.db.models import Count
from django.utils.translation import gettext as _

from actions.enums import ActionState
from actions.models import Action
from sets.figures import FEWEST_PEOPLE, Figure, source
from sets.models import Programme


def actions_by_state(programme: Programme) -> list[tuple[str, int, int]] | None:
    """Confirmed actions of the programme's sets by state, every state named, each also as per cent of all.

    None below five owners.
    """
    confirmed = Action.objects.confirmed().filter(learning_set__programme=programme)
    if confirmed.aggregate(people=Count("owner", distinct=True))["people"] < FEWEST_PEOPLE:
        return None
    counted = dict(confirmed.order_by().values_list("state").annotate(Count("pk")))
    states = [state for state in ActionState if state != ActionState.PROPOSED]
    numbers = [(str(state.label), counted.get(state, 0)) for state in states]
    return [(state, number, round(100 * number / sum(counted.values()))) for state, number in numbers]


@source
def in_rows(programme: Programme) -> Iterator[Figure]:
    """The same for a spreadsheet."""
    for state, number, _share in actions_by_state(programme) or []:
        yield Figure(_("Actions"), state, _("actions"), number)
