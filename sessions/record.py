"""The record of a closed session: topics, stages, who said what, planned and actual minutes."""

from collections.abc import Container
from dataclasses import dataclass

from als_project.users.models import User
from sessions.beside import NotTaken, ReviewWords, beside_the_stages
from sessions.enums import AWAY, HERE, SlotState
from sessions.models import Session, Slot, Stage
from sessions.said import Words, stages_with_words
from sessions.threes import is_in_three, line_of
from sessions.turn_plan import threes_of
from sets.processes import Part


@dataclass(frozen=True)
class StageRecord:
    stage: Stage
    # Minutes it really took; 0 for one that was passed over.
    minutes: int
    said: list[Words]

    @property
    def minutes_paused(self) -> int:
        return round(self.stage.paused_seconds / 60)

    @property
    def planned(self) -> str:
        return str(self.stage.planned_minutes)

    @property
    def took(self) -> str:
        return str(self.minutes) if self.stage.started_at else "–"

    @property
    def was_changed(self) -> bool:
        """Passed over, made longer or shorter, or paused: most went as planned."""
        stage = self.stage
        return bool(stage.skipped_at or stage.skipped_by_id or stage.added_minutes or stage.paused_seconds)


@dataclass(frozen=True)
class TopicRecord:
    slot: Slot
    stages: list[StageRecord]
    # Minutes its stages really took.
    minutes: int
    # Its presenter was away, and it was not begun: it stays theirs, unread.
    is_unread: bool
    # It is the reader's own topic: they may take out what was said on it.
    is_readers: bool

    @property
    def was_heard(self) -> bool:
        return self.slot.state == SlotState.HEARD

    @property
    def was_dropped(self) -> bool:
        return self.slot.state == SlotState.DROPPED

    @property
    def freed_from(self) -> User | None:
        """Whose place it was, where somebody else has it now."""
        return self.slot.freed_from if self.slot.freed_from_id != self.slot.presenter_id else None


@dataclass(frozen=True)
class Times:
    """Planned and actual minutes, stage by stage: of one topic, or of what comes before or after them all."""

    stages: list[StageRecord]
    topic: TopicRecord | None = None


@dataclass(frozen=True)
class Record:
    # By name.
    present: list[str]
    topics: list[TopicRecord]
    times: list[Times]
    # Places that nobody took after their presenters were found absent.
    free: list[Slot]
    # Who sat with whom, where the set broke into threes. What was said in one is read by those who sat in it.
    threes: list[list[User]]
    not_taken: list[NotTaken]
    # Opening and closing stages in which something was said.
    opening: list[StageRecord]
    closing: list[StageRecord]
    minutes: int
    reviews: list[ReviewWords]
    # The reader's own, to themselves.
    note: str

    @property
    def slots(self) -> list[Slot]:
        return [topic.slot for topic in self.topics]


def record_of(session: Session, reader: User) -> Record:
    """Read in the same number of queries however much was said."""
    stages, beside = _stages(session, reader), beside_the_stages(session, reader)
    away = beside.people(AWAY)
    topics = _topics([one for one in stages if is_in_three(one.stage, reader)], reader, away)
    line = {stage.pk for stage in line_of((one.stage for one in stages), reader)}
    in_order = _topics([one for one in stages if one.stage.pk in line], reader, away)
    slots = _slots(stages)
    lasted = session.closed_at - session.opened_at if session.closed_at and session.opened_at else None
    return Record(
        present=list(beside.people(HERE).values()),
        topics=topics,
        times=[
            Times([one for one in stages if one.stage.part == Part.OPENING]),
            *(Times(topic.stages, topic) for topic in in_order),
            Times([one for one in stages if one.stage.part == Part.CLOSING]),
        ],
        free=[slot for slot in slots if slot.state == SlotState.FREE],
        threes=[people for _three, people in threes_of(session, slots)],
        not_taken=beside.not_taken,
        opening=[one for one in stages if one.stage.part == Part.OPENING and one.said],
        closing=[one for one in stages if one.stage.part == Part.CLOSING and one.said],
        minutes=round(lasted.total_seconds() / 60) if lasted else 0,
        reviews=beside.reviews,
        note=beside.note,
    )


def _stages(session: Session, reader: User) -> list[StageRecord]:
    closed_at = session.closed_at or session.starts_at
    stages = stages_with_words(session, reader)
    return [StageRecord(stage, round(stage.actual_minutes(closed_at)), said) for stage, said in stages]


def _slots(stages: list[StageRecord]) -> list[Slot]:
    return list(dict.fromkeys(one.stage.slot for one in stages if one.stage.slot))


def _topics(stages: list[StageRecord], reader: User, away: Container[int]) -> list[TopicRecord]:
    slots: dict[Slot, list[StageRecord]] = {}
    for one in stages:
        if one.stage.slot and one.stage.slot.state != SlotState.FREE:
            slots.setdefault(one.stage.slot, []).append(one)
    return [
        TopicRecord(
            slot=slot,
            stages=own,
            minutes=sum(one.minutes for one in own),
            is_unread=slot.presenter_id in away and not any(one.stage.started_at for one in own),
            is_readers=slot.presenter_id == reader.pk,
        )
        for slot, own in slots.items()
    ]
