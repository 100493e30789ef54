"""The order in which a person meets actions: mine, then those I support, then the others'; open before finished."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from actions.models import Action
from als_project.users.models import User


@dataclass
class Pile:
    """Actions of one kind of closeness, newest first."""

    open: list[Action] = field(default_factory=list)
    finished: list[Action] = field(default_factory=list)

    def add(self, action: Action) -> None:
        (self.finished if action.is_finished else self.open).append(action)

    def __bool__(self) -> bool:
        return bool(self.open or self.finished)


@dataclass
class Piles:
    mine: Pile = field(default_factory=Pile)
    drafts: list[Action] = field(default_factory=list)
    supported: Pile = field(default_factory=Pile)
    others: Pile = field(default_factory=Pile)


def sort_for(user: User, actions: Iterable[Action]) -> Piles:
    """Drafts that wait for the user's own words stand apart; someone else's draft is with the others."""
    piles, person = Piles(), user.pk
    for action in actions:
        if action.owner_id == person and action.is_proposed:
            piles.drafts.append(action)
        elif action.owner_id == person:
            piles.mine.add(action)
        elif action.supporter_id == person and (action.is_supported or action.awaits_answer):
            piles.supported.add(action)
        else:
            piles.others.add(action)
    return piles
