"""The rows that a record is made of: stages, turns and what was said, in one question to the database."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet
from django.utils.safestring import SafeString

from als_project.db import decrypted
from als_project.listed import Listed, json_of, moment
from als_project.users.models import User
from als_project.written_once import written_once
from sessions.beside import Beside, asked_beside, beside_of
from sessions.models import Session, Slot, Stage, Three
from sessions.models.running import name_of_turn, time_taken
from sessions.said import Words, said_where, words_of

# What is asked of a stage and of a slot, by the names that rows have here.
STAGE = {
    name: name
    for name in (
        *("pk", "slot", "beside", "part", "key", "name", "captures", "planned_minutes", "added_minutes"),
        *("started_at", "ended_at", "paused_at", "paused_seconds", "skipped_at", "skipped_by", "skip_reason"),
    )
}
TURN = {
    **{name: name for name in ("pk", "bid_id", "presenter_id", "freed_from_id", "three_id")},
    **{name: name for name in ("minutes", "state", "round")},
    "presenter": "presenter__name",
    "freed_from": "freed_from__name",
    "headline": "bid__topic__headline",
    "question": "bid__topic__question",
}


class ThreeRow(NamedTuple):
    """Who sat in a three, by id, each with their name."""

    people: dict[int, str]

    def seats(self, user: User) -> bool:
        return user.pk in self.people


class TurnRow(NamedTuple):
    """A slot: whose it is and whose it was, by name, and what its topic says, still encrypted."""

    pk: int
    bid_id: int | None
    presenter_id: int
    presenter: str
    freed_from_id: int | None
    freed_from: str | None
    minutes: int
    state: str
    round: int | None
    three_id: int | None
    headline: str | None
    question: str | None
    three: ThreeRow | None

    @property
    def planned(self) -> SafeString:
        return SafeString(self.minutes)

    @property
    def name(self) -> str:
        return name_of_turn(self.round, self.presenter)


class StageRecord(NamedTuple):
    pk: int
    beside_id: int | None
    slot: TurnRow | None
    part: str
    key: str
    name: str
    started_at: datetime | None
    # Minutes it really took; 0 for one that was passed over.
    minutes: int
    # The same, and what was planned, as a table shows them: digits, or a dash.
    planned: SafeString
    took: SafeString
    said: list[Words]
    changes: "Changes | None"

    @property
    def clock_id(self) -> int:
        return self.beside_id or self.pk


class Changes(NamedTuple):
    """A stage was passed over, made longer or shorter, or paused: most went as planned."""

    was_passed_over: bool
    was_not_held: bool
    skip_reason: str
    added_minutes: int
    # As planned, and what was given or taken since.
    minutes: int
    minutes_paused: int


class Recorded(NamedTuple):
    # Also those that ran beside others.
    stages: list[StageRecord]
    # In their order.
    turns: list[TurnRow]
    threes: list[ThreeRow]
    beside: Beside


def recorded(session: Session, reader: User) -> Recorded:
    """That the reader may read the session is asked before."""
    found = _recorded(session.pk, reader)[0]
    threes: dict[int, ThreeRow] = {}
    for seat in found["seats"]:
        threes.setdefault(seat["three"], ThreeRow({})).people[seat["user"]] = seat["name"]
    turns = {row["pk"]: _turn(row, threes) for row in found["turns"]}
    said, until = _said(found, reader), session.closed_at or session.starts_at
    stages = [_stage(row, turns.get(row["slot"]), said.get(row["pk"], []), until) for row in found["passed"]]
    return Recorded(stages, list(turns.values()), list(threes.values()), beside_of(found))


def _turn(row: dict[str, Any], threes: dict[int, ThreeRow]) -> TurnRow:
    # In a three that nobody sits in any more, it is still not everybody's.
    three = threes.setdefault(row["three_id"], ThreeRow({})) if row["three_id"] else None
    return TurnRow(**row, three=three)


def _said(found: dict[str, Any], reader: User) -> dict[int, list[Words]]:
    """By stage; most have no words."""
    captures = {row["pk"]: json_of(row["captures"]) for row in found["passed"]}
    said: dict[int, list[dict[str, Any]]] = {}
    for row in found["said"]:
        said.setdefault(row.pop("stage"), []).append(row)
    return {stage: words_of(rows, captures[stage], reader) for stage, rows in said.items()}


@written_once
def _recorded(session_id: int, reader: User) -> QuerySet[Session, Any]:
    here = OuterRef("pk")
    seats = Three.people.through.objects.filter(three__session=here).order_by("three__number", "pk")
    return Session.objects.filter(pk=session_id).values(
        passed=Listed(Stage.objects.filter(session=here), **STAGE),
        turns=Listed(Slot.objects.filter(session=here), **TURN),
        seats=Listed(seats, three="three", user="user", name="user__name"),
        said=said_where(reader, "stage", stage__session=here),
        **asked_beside(here, reader),
    )


def _stage(row: dict[str, Any], turn: TurnRow | None, said: list[Words], until: datetime) -> StageRecord:
    started_at = moment(row["started_at"])
    ended_at = moment(row["ended_at"]) or moment(row["paused_at"]) or until
    minutes = round(time_taken(started_at, ended_at, row["paused_seconds"]).total_seconds() / 60)
    return StageRecord(
        pk=row["pk"],
        beside_id=row["beside"],
        slot=turn,
        part=row["part"],
        key=row["key"],
        name=row["name"],
        started_at=started_at,
        minutes=minutes,
        planned=SafeString(row["planned_minutes"]),
        took=SafeString(minutes if started_at else "–"),
        said=said,
        changes=_changes(row),
    )


def _changes(row: dict[str, Any]) -> Changes | None:
    if not (row["skipped_at"] or row["skipped_by"] or row["added_minutes"] or row["paused_seconds"]):
        return None
    return Changes(
        was_passed_over=bool(row["skipped_by"] or row["skip_reason"]),
        was_not_held=bool(row["skipped_at"]),
        skip_reason=decrypted(row["skip_reason"]),
        added_minutes=row["added_minutes"],
        minutes=row["planned_minutes"] + row["added_minutes"],
        minutes_paused=round(row["paused_seconds"] / 60),
    )
