"""The record of a closed session: topics, stages, who said what, planned and actual minutes."""

from collections.abc import Container
from dataclasses import dataclass

from django.utils.safestring import SafeString

from als_project.db import decrypted
from als_project.users.models import User
from sessions.beside import NotTaken, ReviewWords
from sessions.enums import AWAY, HERE, SlotState
from sessions.models import Session
from sessions.recorded import StageRecord, ThreeRow, TurnRow, recorded
from sessions.threes import is_in_three, line_of
from sets.processes import Part


@dataclass(frozen=True)
class TopicRecord:
    slot: TurnRow
    stages: list[StageRecord]
    # Those in which something was said.
    said: list[StageRecord]
    # Minutes its stages really took.
    minutes: int
    # Nothing where there was no bid; nor where its presenter was away and it was not begun: it stays theirs, unread.
    headline: str
    question: str
    # It is the reader's own topic: they may take out what was said on it.
    is_readers: bool

    @property
    def was_heard(self) -> bool:
        return self.slot.state == SlotState.HEARD

    @property
    def was_dropped(self) -> bool:
        return self.slot.state == SlotState.DROPPED

    @property
    def took(self) -> SafeString:
        """Its minutes as the table shows them."""
        return SafeString(self.minutes if self.was_heard else "–")

    @property
    def freed_from(self) -> str | None:
        """Whose place it was, by name, where somebody else has it now."""
        return self.slot.freed_from if self.slot.freed_from_id != self.slot.presenter_id else None


@dataclass(frozen=True)
class Times:
    """Planned and actual minutes, stage by stage: of one topic, or of what comes before or after them all."""

    stages: list[StageRecord]
    topic: TopicRecord | None = None

    @property
    def gone_through(self) -> list[StageRecord]:
        """None of a topic that was not reached."""
        return self.stages if self.topic is None or self.topic.was_heard else []


@dataclass(frozen=True)
class Record:
    # By name.
    present: list[str]
    topics: list[TopicRecord]
    times: list[Times]
    # Places that nobody took after their presenters were found absent.
    free: list[TurnRow]
    # Who sat with whom, by name, where the set broke into threes. What was said in one is read by those who sat in it.
    threes: list[list[str]]
    not_taken: list[NotTaken]
    # Opening and closing stages in which something was said.
    opening: list[StageRecord]
    closing: list[StageRecord]
    minutes: int
    reviews: list[ReviewWords]
    # The reader's own, to themselves.
    note: str

    @property
    def slots(self) -> list[TurnRow]:
        return [topic.slot for topic in self.topics]


def record_of(session: Session, reader: User) -> Record:
    """Read in one question to the database, however much was said."""
    stages, turns, threes, beside = recorded(session, reader)
    away = beside.people(AWAY)
    opening, closing = ([one for one in stages if one.part == part] for part in (Part.OPENING, Part.CLOSING))
    in_order, in_threes = _topics(line_of(stages, reader), reader, away), any(turn.three for turn in turns)
    lasted = session.closed_at - session.opened_at if session.closed_at and session.opened_at else None
    return Record(
        present=list(beside.people(HERE).values()),
        topics=_topics([one for one in stages if is_in_three(one, reader)], reader, away) if in_threes else in_order,
        times=[Times(opening), *(Times(topic.stages, topic) for topic in in_order), Times(closing)],
        free=[turn for turn in turns if turn.state == SlotState.FREE],
        threes=[_by_round(three, turns) for three in threes] if in_threes else [],
        not_taken=beside.not_taken,
        opening=[one for one in opening if one.said],
        closing=[one for one in closing if one.said],
        minutes=round(lasted.total_seconds() / 60) if lasted else 0,
        reviews=beside.reviews,
        note=beside.note,
    )


def _by_round(three: ThreeRow, turns: list[TurnRow]) -> list[str]:
    """Its people in the order of their rounds, then those who came later."""
    presenting = {turn.presenter_id: turn.presenter for turn in turns if turn.three is three}
    return list((presenting | three.people).values())


def _topics(stages: list[StageRecord], reader: User, away: Container[int]) -> list[TopicRecord]:
    of_turns: dict[int, tuple[TurnRow, list[StageRecord]]] = {}
    for one in stages:
        if one.slot and one.slot.state != SlotState.FREE:
            of_turns.setdefault(one.slot.pk, (one.slot, []))[1].append(one)
    return [_topic(turn, own, reader, away) for turn, own in of_turns.values()]


def _topic(turn: TurnRow, stages: list[StageRecord], reader: User, away: Container[int]) -> TopicRecord:
    is_unread = turn.presenter_id in away and not any(one.started_at for one in stages)
    return TopicRecord(
        slot=turn,
        stages=stages,
        said=[one for one in stages if one.said],
        minutes=sum(one.minutes for one in stages),
        headline="" if is_unread else decrypted(turn.headline or ""),
        question="" if is_unread else decrypted(turn.question or ""),
        is_readers=turn.presenter_id == reader.pk,
    )
