"""What the room shows: read once a request, the same number of queries however much has been said."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from als_project.users.models import User
from sessions import permissions
from sessions import room_rows as rows
from sessions.balance import turns_of
from sessions.conduct import Conduct
from sessions.enums import ContributionKind
from sessions.models import Session, Slot, Stage
from sessions.people import Offer, Person, stamp_of_people
from sessions.planning import minutes_for_topics, overrun
from sessions.process import process_of, uses_bids
from sessions.said import Words, slots_of, stages_with_topics, words_of
from sessions.stamp import connected_in, stamp_of
from sessions.threes import is_in_three, line_of
from sessions.together import BallotPart, Result, ReviewPart, ballot_of, review_of, whose_words
from sessions.turn_plan import TurnPlan
from sessions.who_speaks import who_speaks
from sets.live import channel_of
from sets.models import Membership
from sets.processes import Captures, Method, Process, Who


@dataclass
class Room:
    session: Session
    membership: Membership
    now: datetime
    # Taken before anything else was read: what changes meanwhile makes the page look once more.
    stamp: str = ""
    stages: list[Stage] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)

    # --- The stage ---------------------------------------------------------------------------
    @cached_property
    def stage(self) -> Stage | None:
        """The stage the session is in; None before it is opened and after it is closed."""
        return next((stage for stage in self.stages if stage.started_at and not stage.ended_at), None)

    @cached_property
    def coming(self) -> Stage | None:
        place = self.stage.position if self.stage else -1
        waiting = (stage for stage in self.stages if not stage.started_at and not stage.skipped_at)
        return next((stage for stage in waiting if stage.position > place), None)

    @cached_property
    def has_before(self) -> bool:
        return any(stage.ended_at for stage in self.stages)

    @property
    def begins_topic(self) -> bool:
        """The stage to come belongs to another topic than the stage now."""
        before = self.stage.slot_id if self.stage else None
        return self.coming is not None and self.coming.slot_id not in (None, before)

    @cached_property
    def stage_ends_at(self) -> datetime | None:
        return self.stage.ends_at(self.now) if self.stage else None

    @cached_property
    def seconds_left(self) -> int:
        return int((self.stage_ends_at - self.now).total_seconds()) if self.stage_ends_at else 0

    @cached_property
    def overrun(self) -> int:
        """By how many minutes what is planned exceeds what remains."""
        return overrun(self.session, self.stages, self.now) if self.session.is_running else 0

    @property
    def minutes_for_topics(self) -> int:
        """What remains of the session beside what is left of this stage and the others that are no topic's."""
        others = [stage for stage in self.stages if stage.slot_id is None]
        return minutes_for_topics(self.session, others, self.now)

    @cached_property
    def who_speaks(self) -> str:
        if self.stage is None:
            return ""
        return who_speaks(self.stage, in_three=self.in_three)

    @cached_property
    def in_three(self) -> bool:
        """False in a round of threes for who sits in none, or in one that has had all its rounds."""
        return self.stage is None or is_in_three(self.stage, self.membership.user)

    @cached_property
    def conduct(self) -> Conduct:
        return Conduct(self)

    @cached_property
    def turns(self) -> TurnPlan:
        return TurnPlan(self)

    # --- What the reader may do --------------------------------------------------------------
    @cached_property
    def may_run(self) -> bool:
        return permissions.may_run(self.session, self.membership)

    @cached_property
    def listens(self) -> bool:
        return self.stage is not None and permissions.listens(self.stage, self.membership.user)

    @cached_property
    def kinds(self) -> list[ContributionKind]:
        """What this stage captures in words."""
        captured = self.stage.captures if self.stage else []
        return [ContributionKind(kind) for kind in captured if kind in ContributionKind.values]

    @cached_property
    def may_write(self) -> bool:
        return self.stage is not None and bool(self.kinds) and permissions.may_write(self.stage, self.membership)

    @cached_property
    def quotable(self) -> list[Membership]:
        """Whose words the reader may write down for them in this stage."""
        if self.stage is None or not (self.kinds or self.is_reviewing):
            return []
        people = [person.membership for person in self.people if person.is_here is not False]
        return whose_words(self.session, self.stage, self.membership, people)

    @cached_property
    def without_offer(self) -> list[Membership]:
        """Members here for whom the reader may write a topic down, as they have offered none."""
        if not self.is_sharing_topics or self.stage is None:
            return []
        offered = {offer.bid.member_id for offer in self.offers}
        here = [person.membership for person in self.people if person.is_here is not False]
        others = whose_words(self.session, self.stage, self.membership, here)
        return [other for other in others if other.is_member and other.user_id not in offered]

    @property
    def decides(self) -> bool:
        """The words said now are about the reader's own topic."""
        return self.stage is not None and permissions.presents(self.stage, self.membership.user) and not self.listens

    @property
    def may_write_at(self) -> datetime | None:
        """When the listening ends, as planned."""
        return self.stage_ends_at if self.listens else None

    def _captures(self, what: Captures) -> bool:
        return self.stage is not None and what in self.stage.captures

    @property
    def is_choosing(self) -> bool:
        return self._captures(Captures.SLOTS)

    @property
    def is_sharing_topics(self) -> bool:
        return self._captures(Captures.TOPIC)

    @property
    def is_committing(self) -> bool:
        return self._captures(Captures.ACTION)

    @property
    def is_reporting_back(self) -> bool:
        return self._captures(Captures.REPORT_BACK)

    @property
    def is_casting(self) -> bool:
        return self._captures(Captures.SCRIBE)

    @property
    def is_picking_method(self) -> bool:
        return self._captures(Captures.METHOD)

    @property
    def is_reviewing(self) -> bool:
        return self._captures(Captures.REVIEW)

    @cached_property
    def process(self) -> Process:
        return process_of(self.session)

    @property
    def uses_bids(self) -> bool:
        return uses_bids(self.session)

    @property
    def method(self) -> Method | None:
        """What the set picked for the topic of this stage."""
        picked = self.stage.slot.method if self.stage and self.stage.slot else ""
        return next((method for method in self.process.methods if method.key == picked), None)

    @property
    def may_take_part(self) -> bool:
        """The stage asks everyone for something that is no contribution: a scribe, a method, a review."""
        return self.stage is not None and permissions.may_write(self.stage, self.membership)

    # --- What is done together ---------------------------------------------------------------
    @cached_property
    def review(self) -> ReviewPart:
        return review_of(self.session, self.membership.user)

    @cached_property
    def ballot(self) -> BallotPart | None:
        return ballot_of(self.session, self.membership.user) if self.session.is_running else None

    @property
    def results(self) -> list[Result]:
        """What the ballot says, once it is closed."""
        if self.ballot is None or self.ballot.ballot.is_open:
            return []
        return self.ballot.results([offer.bid for offer in self.offers_here])

    # --- What was said, and who is here ------------------------------------------------------
    @cached_property
    def shown(self) -> rows.Shown:
        return rows.shown_in(self.session, self.membership.user)

    @property
    def _stages_now(self) -> list[Stage]:
        """Those of the topic now; where it is no topic's, the stage itself."""
        now, slot = self.stage, self.stage and self.stage.slot_id
        return [stage for stage in self.stages if stage is now or (slot and stage.slot_id == slot)]

    @cached_property
    def said(self) -> list[tuple[Stage, list[Words]]]:
        """Under the topic of this stage, or under the stage itself: stage by stage, those with words only."""
        said, reader = self.shown.said, self.membership.user
        return [(s, words_of(said[s.pk], s.captures, reader)) for s in self._stages_now if s.pk in said]

    @cached_property
    def question(self) -> str:
        """The presenter's on the topic of this stage, as they put it last."""
        slot = self.stage.slot if self.stage else None
        as_offered = slot.bid.topic.question if slot and slot.bid else ""
        put_anew = [
            words.text
            for stage, said in self.said
            for words in said
            if stage.writes == Who.PRESENTER and words.kind == ContributionKind.QUESTION and not words.withdrawn_at
        ]
        return put_anew[-1] if put_anew else as_offered

    @cached_property
    def people(self) -> list[Person]:
        presence = self.shown.presences.get
        present = self.membership.circle or rows.people_of(self.session.learning_set)
        people = [Person(membership, presence(membership.user_id, "")) for membership in present]
        return sorted(people, key=lambda person: person.membership.user.name)

    @cached_property
    def people_stamp(self) -> str:
        return stamp_of_people(self.people, self.session.scribe_id, self.may_run, self.is_casting)

    @property
    def me(self) -> Person | None:
        me = self.membership.user_id
        return next((person for person in self.people if person.membership.user_id == me), None)

    @cached_property
    def offers(self) -> list[Offer]:
        """The topics the set can choose from, by name."""
        here = {person.membership.user_id: person.is_here for person in self.people}
        members = [person.membership for person in self.people if person.membership.is_member]
        turns = {turn.member.pk: turn for turn in turns_of(members, self.session.learning_set)}
        bids = rows.bids_in(self.session)
        offers = [Offer(bid, turns.get(bid.member_id), here.get(bid.member_id, False)) for bid in bids]
        return sorted(offers, key=lambda offer: offer.bid.member.name)

    @property
    def offers_here(self) -> list[Offer]:
        return [offer for offer in self.offers if offer.is_here is not False]

    @property
    def away_with_topic(self) -> list[Offer]:
        """Their topic stays theirs, unread."""
        return [offer for offer in self.offers if offer.is_here is False]

    @property
    def my_offer(self) -> Offer | None:
        return next((offer for offer in self.offers if offer.bid.member_id == self.membership.user_id), None)

    @property
    def own_note(self) -> str:
        """The reader's notes to self, as they were when the session was loaded for its room."""
        return self.session.own_note or ""  # type: ignore[attr-defined]  # annotated

    @property
    def channel(self) -> str:
        return channel_of(self.session.learning_set_id)

    @cached_property
    def connected(self) -> list[User]:
        """Who has a page of the room open, by name: as the stamp says."""
        here = connected_in(self.stamp)
        return [person.membership.user for person in self.people if person.membership.user_id in here]


def room_of(session: Session, membership: Membership, now: datetime, *, stamp: str = "") -> Room:
    """`stamp`, where it was taken already: what is decided by it fits what the page is told."""
    stamp = stamp or stamp_of(session, membership.user)
    stages = stages_with_topics(session)
    return Room(session, membership, now, stamp, line_of(stages, membership.user), slots_of(stages))
