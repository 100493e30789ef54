"""Turns where there are no bids: as they would be laid out now, and whom they leave out by now."""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from als_project.users.models import User
from sessions.conduct import SlotToCome
from sessions.enums import SlotState
from sessions.models import Session, Slot, Three
from sessions.planning import minutes_each, minutes_for_topics
from sessions.rounds import by_lot
from sessions.threes import deal
from sets.processes import Captures, Part

if TYPE_CHECKING:
    from sessions.room import Room


def threes_of(session: Session, slots: Iterable[Slot]) -> list[tuple[Three, list[User]]]:
    """Each three with its people: in the order of their rounds, then those who came later."""
    presenting: dict[int, list[User]] = {}
    for slot in slots:
        if slot.three_id:
            presenting.setdefault(slot.three_id, []).append(slot.presenter)
    seated = []
    for three in session.threes.prefetch_related("people") if presenting else []:
        first = presenting.get(three.pk, [])
        seated.append((three, [*first, *(person for person in three.people.all() if person not in first)]))
    return seated


class TurnPlan:
    def __init__(self, room: "Room") -> None:
        self.room, self.session, self.stage = room, room.session, room.stage

    @cached_property
    def proposed(self) -> list[User]:
        """Who has a turn, in this order, when the session goes on and nobody has laid them out."""
        if self.stage is None or Captures.SLOTS not in self.stage.captures or self.room.uses_bids or self.room.slots:
            return []
        here = (person for person in self.room.people if person.is_here is not False)
        return by_lot(self.session.pk, [person.membership.user for person in here if person.membership.is_member])

    @cached_property
    def proposed_threes(self) -> list[list[User]]:
        """Who sits with whom then, in the order of their rounds; none where one group is enough."""
        return deal(self.proposed) if self.proposed and self.room.process.threes else []

    @property
    def minutes(self) -> int:
        """How long each of those turns would be."""
        rounds = self.proposed_threes[0] if self.proposed_threes else self.proposed
        others = [stage for stage in self.room.stages if stage.slot_id is None and stage != self.stage]
        return minutes_each(minutes_for_topics(self.session, others, self.room.now), len(rounds))

    # --- Threes ---------------------------------------------------------------------------------------
    @cached_property
    def threes(self) -> list[tuple[Three, list[User]]]:
        return threes_of(self.session, self.room.slots)

    @property
    def my_three(self) -> list[User]:
        """Those with whom the reader sits, the reader among them."""
        return next((people for _three, people in self.threes if self.room.membership.user in people), [])

    # --- Who is here has changed since ---------------------------------------------------------------
    @property
    def _are_laid_out(self) -> bool:
        return bool(self.room.slots) and not self.room.uses_bids

    @property
    def latecomers(self) -> list[User]:
        """Members who are here and have no turn, while there can be one; in threes, who sit in none."""
        if not self._are_laid_out or (self.stage and self.stage.part == Part.CLOSING):
            return []
        seated = {person.pk for _three, people in self.threes for person in people}
        with_turn = seated or {slot.presenter_id for slot in self.room.slots if slot.state != SlotState.FREE}
        here = (person.membership for person in self.room.people if person.is_here and person.membership.is_member)
        return [membership.user for membership in here if membership.user_id not in with_turn]

    @property
    def away(self) -> list[SlotToCome]:
        """Turns to come of people who are not here."""
        return self.room.conduct.away if self._are_laid_out and not self.threes else []
