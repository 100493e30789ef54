"""A session on paper: at what time each step begins, as its process plans it or as the set has chosen."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from als_project.users.models import User
from sessions.enums import SlotState
from sessions.models import Bid, Session, Slot, Stage
from sessions.planning import once_a_session
from sessions.process import process_of
from sets.processes import Part, Per, StagePlan


@dataclass(frozen=True)
class Line:
    """One step and when it begins."""

    at: datetime
    stage: Stage


@dataclass(frozen=True)
class Chosen:
    """A slot with its steps; without a headline where there is no topic, or its presenter keeps it unread."""

    slot: Slot
    headline: str
    lines: list[Line]


@dataclass(frozen=True)
class RunSheet:
    """Opening, topics, closing. Before the set has chosen, `bids` and the pattern of a topic; then the slots."""

    opening: list[Line]
    closing: list[Line]
    topics_from: datetime
    topics_until: datetime
    pattern: tuple[StagePlan, ...] = ()
    bids: list[Bid] = field(default_factory=list)
    # Who has offered a topic and is absent.
    unread: list[User] = field(default_factory=list)
    chosen: list[Chosen] = field(default_factory=list)

    @property
    def topic_minutes(self) -> int:
        return max(0, round((self.topics_until - self.topics_from).total_seconds() / 60))

    @property
    def minutes_wanted(self) -> int:
        return sum(bid.minutes_wanted for bid in self.bids)

    @property
    def pattern_minutes(self) -> int:
        return sum(plan.minutes for plan in self.pattern)


def run_sheet_for(session: Session) -> RunSheet:
    """Its times are those of a session that begins when it is scheduled to and keeps to its plan."""
    process = process_of(session)
    counts = _counts(session)
    opening = once_a_session(session, process.stages_of(Part.OPENING), Part.OPENING, counts)
    closing = once_a_session(session, process.stages_of(Part.CLOSING), Part.CLOSING, counts)
    opening_lines, begin = _timed(opening, session.starts_at)
    end = session.ends_at - timedelta(minutes=sum(stage.planned_minutes for stage in closing))
    plans = tuple(plan for plan in process.stages_of(Part.TOPIC) if not plan.optional or plan.usual)
    away = set(session.attendances.away().values_list("user", flat=True))
    chosen = _chosen(session, begin, away)
    bids = [] if chosen else list(session.bids.offered().select_related("topic", "member"))
    return RunSheet(
        opening=opening_lines,
        closing=_timed(closing, max(begin, end))[0],
        topics_from=begin,
        topics_until=max(begin, end),
        pattern=plans,
        bids=[bid for bid in bids if bid.member_id not in away],
        unread=[bid.member for bid in bids if bid.member_id in away],
        chosen=chosen,
    )


def _counts(session: Session) -> dict[Per, int]:
    """How many are expected to share a topic, and how many have an action from last time."""
    away = session.attendances.apologies().values("user")
    members = session.learning_set.memberships.present().members().exclude(user__in=away)
    last = Session.objects.past().filter(learning_set=session.learning_set).first()
    owners = last.slots.filter(state=SlotState.HEARD).values("presenter").distinct().count() if last else 0
    return {Per.MEMBER: members.count(), Per.OWNER: owners}


def _chosen(session: Session, begin: datetime, away: set[int]) -> list[Chosen]:
    """In threes each round once: its slots run side by side."""
    chosen: list[Chosen] = []
    for slot in session.slots.select_related("bid__topic", "presenter").prefetch_related("stages"):
        if slot.round and chosen and chosen[-1].slot.round == slot.round:
            continue
        lines, begin = _timed(slot.stages.all(), begin)
        chosen.append(Chosen(slot=slot, headline=_headline(slot, away), lines=lines))
    return chosen


def _headline(slot: Slot, away: set[int]) -> str:
    """Nobody reads the topic of who is absent, unless it has begun."""
    has_begun = any(stage.started_at for stage in slot.stages.all())
    return slot.bid.topic.headline if slot.bid and (has_begun or slot.presenter_id not in away) else ""


def _timed(stages: Iterable[Stage], begin: datetime) -> tuple[list[Line], datetime]:
    """The stages one after another from `begin`, and when the last one ends."""
    lines = []
    for stage in stages:
        lines.append(Line(at=begin, stage=stage))
        begin += timedelta(minutes=stage.planned_minutes)
    return lines, begin
