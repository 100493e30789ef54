"""How a running session is conducted: who runs it, whose turn it is, who has raised a hand, and what remains."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from als_project.users.models import User
from sessions import permissions
from sessions.enums import BidState, Hand, SlotState
from sessions.models import Slot, Stage
from sessions.planning import minutes_left, minutes_planned, plan_of
from sessions.rounds import Place, in_turn, next_of, speaker_of
from sets.processes import Part, Who

if TYPE_CHECKING:
    from sessions.people import Offer, Person
    from sessions.room import Room


class Entry(NamedTuple):
    """One line of what remains: a topic, or a stage that is no topic's; when it begins as planned now."""

    begins_at: datetime
    minutes: int
    stage: Stage | None = None
    slot: Slot | None = None


@dataclass(frozen=True)
class SlotToCome:
    """A slot that has not begun, with its minutes as planned now, and whether its presenter is here."""

    slot: Slot
    minutes: int
    is_here: bool | None

    @property
    def is_planned(self) -> bool:
        return self.slot.state == SlotState.PLANNED

    @property
    def is_free(self) -> bool:
        return self.slot.state == SlotState.FREE

    @property
    def can_be_freed(self) -> bool:
        return self.is_planned and self.is_here is False


def place_of(slot: Slot) -> tuple[str, int]:
    """Slots of one round run side by side: they have one place in the order."""
    return ("round", slot.round) if slot.round else ("slot", slot.pk)


class Conduct:
    def __init__(self, room: "Room") -> None:
        self.room = room
        self.session, self.stage, self.now = room.session, room.stage, room.now
        self.me = room.membership.user

    # --- Who runs it -------------------------------------------------------------------------
    @cached_property
    def runner(self) -> User | None:
        """To whom it was handed over, as long as they belong to the set."""
        return self._user(self.session.runner_id)

    @cached_property
    def asked(self) -> User | None:
        return self._user(self.session.asked_to_run_id)

    def _user(self, user_id: int | None) -> User | None:
        if user_id is None:
            return None
        return next((p.membership.user for p in self.room.people if p.membership.user_id == user_id), None)

    @cached_property
    def i_run(self) -> bool:
        """The buttons are for the one to whom it was handed over; without such, for everyone who may."""
        return self.room.may_run and self.runner in (None, self.me)

    @property
    def i_run_for_another(self) -> bool:
        return self.runner == self.me

    @property
    def i_am_asked(self) -> bool:
        return self.session.is_running and permissions.is_asked_to_run(self.session, self.room.membership)

    @property
    def run_until_after(self) -> Slot | None:
        return next((slot for slot in self.room.slots if slot.pk == self.session.run_until_after_id), None)

    @property
    def can_be_asked(self) -> "list[Person]":
        others = (p for p in self.room.people if p.membership.user_id not in (self.me.pk, self.session.runner_id))
        return [person for person in others if person.is_here is not False]

    @property
    def topic_now_or_next(self) -> Slot | None:
        current = self.stage.position if self.stage else -1
        topics = (s for s in self.room.stages if s.slot and not s.slot.round)
        waiting = (s for s in topics if s.position >= current and not s.skipped_at)
        return next((stage.slot for stage in waiting if not stage.ended_at), None)

    @property
    def has_yet_to_choose(self) -> bool:
        """Topics are to be chosen now: going on is not what comes next."""
        return self.room.is_choosing and not self.room.slots and self.room.uses_bids

    # --- The clock ---------------------------------------------------------------------------
    @cached_property
    def is_paused(self) -> bool:
        return self.stage is not None and self.stage.paused_at is not None

    @property
    def slack_seconds(self) -> int:
        """How much longer the session is than what is planned; negative where the plan doesn't fit."""
        return round((minutes_left(self.session, self.now) - self.minutes_planned) * 60)

    @cached_property
    def minutes_planned(self) -> float:
        return minutes_planned(self.room.stages, self.now)

    # --- Rounds, and hands -------------------------------------------------------------------
    @cached_property
    def round(self) -> list[Place]:
        """The order in which people speak, where they take turns."""
        if self.stage is None or self.stage.speaks != Who.EVERYONE_IN_TURN:
            return []
        here = [p.membership for p in self.room.people if p.membership.is_member and p.is_here is not False]
        return in_turn(self.stage, [membership.user for membership in here])

    @property
    def speaker(self) -> User | None:
        return speaker_of(self.round)

    @property
    def next_speaker(self) -> User | None:
        return next_of(self.round)

    @property
    def may_move_round_on(self) -> bool:
        speaker = self.speaker
        if speaker is None:
            return False
        return permissions.may_move_round_on(self.session, self.room.membership, speaker.pk)

    def _who_raised(self, hand: Hand) -> list[User]:
        """In this stage, the first one first."""
        if self.stage is None or not self.room.in_three:
            return []
        raised = [who for at, who, which in self.room.shown.hands if (at, which) == (self.stage.pk, hand)]
        people = {person.membership.user_id: person.membership.user for person in self.room.people} if raised else {}
        return [people[user_id] for user_id in raised if user_id in people]

    @cached_property
    def done_writing(self) -> list[User]:
        return self._who_raised(Hand.DONE)

    @cached_property
    def next_to_speak(self) -> list[User]:
        """In the order in which they asked."""
        return self._who_raised(Hand.NEXT)

    @property
    def i_am_done(self) -> bool:
        return self.me in self.done_writing

    @property
    def i_want_to_speak(self) -> bool:
        return self.me in self.next_to_speak

    @property
    def may_be_done(self) -> bool:
        return self.room.may_write

    @property
    def may_ask_to_speak(self) -> bool:
        return self.stage is not None and permissions.may_speak(self.stage, self.room.membership)

    # --- What remains ------------------------------------------------------------------------
    @cached_property
    def slots_to_come(self) -> list[SlotToCome]:
        here = {person.membership.user_id: person.is_here for person in self.room.people}
        # A free place that the session has gone past is nobody's to take.
        at = self.stage.position if self.stage else 0
        own = [(place_of(stage.slot), stage.slot, stage) for stage in self.room.stages if stage.slot]
        begun = {
            place
            for place, slot, stage in own
            if stage.started_at or (stage.position < at and slot.state == SlotState.FREE)
        }
        minutes: dict[tuple[str, int], int] = {}
        for place, _slot, stage in own:
            minutes[place] = minutes.get(place, 0) + (0 if stage.skipped_by_id else stage.minutes)
        first_of = {place_of(slot): slot for slot in reversed(self.room.slots)}
        return [
            SlotToCome(slot, minutes.get(place, 0), slot.round is not None or here.get(slot.presenter_id, False))
            for place, slot in reversed(first_of.items())
            if place not in begun
        ]

    @property
    def unread(self) -> set[int]:
        """The presenters who are absent: their topics stay theirs, unread."""
        here = {person.membership.user_id for person in self.room.people if person.is_here is not False}
        return {slot.presenter_id for slot in self.room.slots} - here

    @property
    def away(self) -> list[SlotToCome]:
        return [place for place in self.slots_to_come if place.can_be_freed]

    @property
    def free(self) -> list[SlotToCome]:
        if not [slot for slot in self.room.slots if slot.state == SlotState.FREE]:
            return []
        return [place for place in self.slots_to_come if place.is_free]

    @cached_property
    def next_bidders(self) -> "list[Offer]":
        """To whom a free place can be offered: longest unheard first, as the balance shows it."""
        waiting = [offer for offer in self.room.offers_here if offer.bid.state == BidState.OFFERED]
        return sorted(waiting, key=lambda offer: -(offer.turn.sessions_since if offer.turn else 0))

    @property
    def offered_to_me(self) -> list[SlotToCome]:
        mine = (place for place in self.free if place.slot.offered_to)
        return [place for place in mine if place.slot.offered_to and place.slot.offered_to.member_id == self.me.pk]

    @cached_property
    def timetable(self) -> list[Entry]:
        """What is to come after this stage, with the time at which each begins if nothing changes."""
        left = self.stage.minutes - self.stage.actual_minutes(self.now) if self.stage else 0
        at = self.now + timedelta(minutes=max(0.0, left))
        entries: list[Entry] = []
        for stage in self.room.stages:
            if stage.started_at or stage.skipped_at:
                continue
            same = entries[-1] if entries and entries[-1].slot and entries[-1].slot.pk == stage.slot_id else None
            if same:
                entries[-1] = Entry(same.begins_at, same.minutes + stage.minutes, slot=same.slot)
            elif stage.slot and not (self.stage and self.stage.slot_id == stage.slot_id):
                entries.append(Entry(at, stage.minutes, slot=stage.slot))
            else:
                entries.append(Entry(at, stage.minutes, stage=stage))
            at += timedelta(minutes=stage.minutes)
        return entries

    @cached_property
    def ends_at(self) -> datetime:
        """When all of it is over if nothing changes."""
        return self.now + timedelta(minutes=self.minutes_planned)

    @property
    def plan(self) -> str:
        return plan_of(self.room.stages, self.room.slots)

    @property
    def can_be_passed_over(self) -> list[Stage]:
        return [stage for stage in self.room.stages if not stage.started_at and not stage.skipped_at]

    @property
    def passed_over(self) -> list[Stage]:
        """Stages to come that somebody passed over: they can be taken up again."""
        current = self.stage.position if self.stage else 0
        return [stage for stage in self.room.stages if stage.skipped_by_id and stage.position > current]

    @property
    def closing_minutes(self) -> int:
        closing = (stage for stage in self.can_be_passed_over if stage.part == Part.CLOSING)
        return sum(stage.minutes for stage in closing)

    @property
    def can_be_replanned(self) -> bool:
        return bool(self.closing_minutes or [place for place in self.slots_to_come if not place.is_free])
