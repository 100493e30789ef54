"""What organisers see of actions: counts by state, and only where enough people stand behind them."""

from django.db.models import Count

from actions.enums import ActionState
from actions.models import Action
from sets.models import Programme

FEWEST_PEOPLE = 5


def actions_by_state(programme: Programme) -> list[tuple[str, int]] | None:
    """Confirmed actions of the programme's sets by state, every state named; None below five owners."""
    confirmed = Action.objects.confirmed().filter(learning_set__programme=programme)
    if confirmed.aggregate(people=Count("owner", distinct=True))["people"] < FEWEST_PEOPLE:
        return None
    counted = dict(confirmed.order_by().values_list("state").annotate(Count("pk")))
    states = [state for state in ActionState if state != ActionState.PROPOSED]
    return [(str(state.label), counted.get(state, 0)) for state in states]
