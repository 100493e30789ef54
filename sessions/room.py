"""What the room shows: read once a request, the same number of queries however much has been said."""

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from sessions import permissions
from sessions.balance import Turn, balance_of
from sessions.enums import BidState, ContributionKind, Reply
from sessions.models import Attendance, Bid, Contribution, PrivateNote, Session, Slot, Stage
from sessions.planning import minutes_left, minutes_planned, overrun
from sets.models import Membership
from sets.processes import Captures, Who

WHO_SPEAKS: dict[str, str | Promise] = {
    Who.EVERYONE: gettext_lazy("Everyone speaks."),
    Who.EVERYONE_IN_TURN: gettext_lazy("Everyone speaks, in turn."),
    Who.PRESENTER: gettext_lazy("%(presenter)s speaks."),
    Who.MEMBERS: gettext_lazy("Everyone but %(presenter)s speaks."),
    Who.OWNERS: gettext_lazy("Those with an action speak, one after another."),
    Who.NOBODY: gettext_lazy("Nobody speaks."),
}


@dataclass(frozen=True)
class Person:
    """Somebody of the set, and whether they are here: None while nobody has said."""

    membership: Membership
    attendance: Attendance | None

    @property
    def is_here(self) -> bool | None:
        return self.attendance.was_present if self.attendance else None

    @property
    def has_sent_apologies(self) -> bool:
        return self.attendance is not None and self.attendance.reply == Reply.APOLOGIES


@dataclass(frozen=True)
class Offer:
    """A bid as the set sees it when choosing, with the balance beside its member's name."""

    bid: Bid
    turn: Turn | None
    is_here: bool | None


@dataclass
class Room:
    session: Session
    membership: Membership
    now: datetime
    stages: list[Stage] = field(default_factory=list)

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

    @property
    def stage_ends_at(self) -> datetime | None:
        if self.stage is None or self.stage.started_at is None:
            return None
        return self.stage.started_at + timedelta(minutes=self.stage.planned_minutes)

    @property
    def seconds_left(self) -> int:
        return int((self.stage_ends_at - self.now).total_seconds()) if self.stage_ends_at else 0

    @property
    def overrun(self) -> int:
        """By how many minutes what is planned exceeds what remains."""
        return overrun(self.session, self.stages, self.now) if self.session.is_running else 0

    @property
    def minutes_for_topics(self) -> int:
        """What remains of the session beside what is left of this stage and the others that are no topic's."""
        others = [stage for stage in self.stages if stage.slot_id is None]
        return max(0, math.floor(minutes_left(self.session, self.now) - minutes_planned(others, self.now) + 0.5))

    @property
    def who_speaks(self) -> str:
        if self.stage is None:
            return ""
        presenter = self.stage.slot.presenter.name if self.stage.slot else ""
        return str(WHO_SPEAKS[self.stage.speaks]) % {"presenter": presenter}

    # --- What the reader may do --------------------------------------------------------------
    @cached_property
    def may_run(self) -> bool:
        return permissions.may_run(self.session, self.membership)

    @property
    def listens(self) -> bool:
        return self.stage is not None and permissions.listens(self.stage, self.membership.user)

    @property
    def kinds(self) -> list[ContributionKind]:
        """What this stage captures in words."""
        captured = self.stage.captures if self.stage else []
        return [ContributionKind(kind) for kind in captured if kind in ContributionKind.values]

    @property
    def may_write(self) -> bool:
        return self.stage is not None and bool(self.kinds) and permissions.may_write(self.stage, self.membership)

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

    # --- What was said, and who is here ------------------------------------------------------
    @cached_property
    def said(self) -> list[tuple[Stage, list[Contribution]]]:
        """Under the topic of this stage, or under the stage itself: stage by stage, those with words only."""
        if self.stage is None:
            return []
        shown = [s for s in self.stages if s == self.stage or (s.slot_id and s.slot_id == self.stage.slot_id)]
        return by_stage(shown)

    @cached_property
    def people(self) -> list[Person]:
        attendances = {row.user_id: row for row in self.session.attendances.all()}
        present = Membership.objects.present().filter(learning_set=self.session.learning_set).select_related("user")
        people = [Person(membership, attendances.get(membership.user_id)) for membership in present]
        return sorted(people, key=lambda person: person.membership.user.name)

    @property
    def me(self) -> Person | None:
        return next((person for person in self.people if person.membership == self.membership), None)

    @cached_property
    def slots(self) -> list[Slot]:
        return list(self.session.slots.select_related("bid__topic", "presenter"))

    @cached_property
    def offers(self) -> list[Offer]:
        """The topics the set can choose from, by name."""
        here = {person.membership.user_id: person.is_here for person in self.people}
        bids = self.session.bids.filter(state__in=[BidState.OFFERED, BidState.CHOSEN]).select_related("topic", "member")
        turns = {turn.member.pk: turn for turn in balance_of(self.session.learning_set)}
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

    @cached_property
    def note(self) -> PrivateNote | None:
        return PrivateNote.objects.filter(session=self.session, author=self.membership.user).first()

    @cached_property
    def stamp(self) -> str:
        return stamp_of(self.session)


def room_of(session: Session, membership: Membership, now: datetime) -> Room:
    return Room(session, membership, now, list(stages_with_topics(session)))


def stages_with_topics(session: Session) -> list[Stage]:
    stages = list(session.stages.select_related("slot__presenter", "slot__bid__topic"))
    for stage in stages:
        if stage.slot:
            stage.slot.session = session
    return stages


def by_stage(stages: list[Stage]) -> list[tuple[Stage, list[Contribution]]]:
    """What was captured under each of these stages, in order; stages without words are left out."""
    words: dict[int, list[Contribution]] = {}
    for contribution in Contribution.objects.filter(stage__in=stages).select_related("author"):
        words.setdefault(contribution.stage_id, []).append(contribution)
    return [(stage, words[stage.pk]) for stage in stages if stage.pk in words]


NO_STAGE = "0"


def stamp_of(session: Session) -> str:
    """Changes whenever a page of the room would look different: one query, no content."""
    now = Stage.objects.filter(session=OuterRef("pk")).now()
    last = Contribution.objects.filter(stage__session=OuterRef("pk")).order_by("-pk")
    slot = Slot.objects.filter(session=OuterRef("pk")).order_by("-pk")
    row = (
        Session.objects.filter(pk=session.pk)
        .values_list(
            "state",
            "stirs",
            Subquery(now.values("pk")[:1]),
            Subquery(now.values("started_at")[:1]),
            Subquery(last.values("pk")[:1]),
            Subquery(slot.values("pk")[:1]),
        )
        .get()
    )
    state, stirs, stage, started, contribution, chosen = row
    since = int(started.timestamp()) if started else 0
    return f"{stage or NO_STAGE}.{since}.{contribution or 0}.{chosen or 0}.{stirs}.{state}"


def stage_in(stamp: str) -> str:
    """The stage that a page with this stamp was in."""
    return stamp.partition(".")[0]
