"""Reads and checks the process files. What is wrong in one is said with its file and key."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from sets.processes.enums import Captures, Part, Per, Who
from sets.processes.table import ProcessError, Table

FOLDER = Path(__file__).parent
SHARED = "_every-session.toml"
LONGEST_STAGE = 120
LONGEST_SLUG = 50  # of what a set keeps its process as

ONLY_IN = (
    (Captures.SLOTS, Part.OPENING, "topics are chosen in an opening stage"),
    (Captures.TOPIC, Part.OPENING, "topics are shared in an opening stage"),
    (Captures.ACTION, Part.TOPIC, "only a presenter commits to an action"),
    (Captures.METHOD, Part.TOPIC, "a method is picked for a topic"),
    (Captures.REVIEW, Part.CLOSING, "a session is reviewed in a closing stage"),
)


@dataclass(frozen=True)
class StagePlan:
    """One step: who speaks, who writes, how long, and what is captured."""

    part: Part
    key: str
    name: str
    prompt: str
    minutes: int
    speaks: Who
    writes: Who
    captures: tuple[Captures, ...] = ()
    per: Per = Per.STAGE
    presenter_listens: bool = False
    optional: bool = False
    # Of an optional stage: it is in each topic unless the set says otherwise when choosing.
    usual: bool = False


@dataclass(frozen=True)
class Method:
    """One way of consulting among which a set picks."""

    key: str
    name: str
    prompt: str


@dataclass(frozen=True)
class Process:
    """A way of working through a session: its stages in order."""

    slug: str
    name: str
    summary: str
    # Without bids everyone who is there has a slot of the same length.
    uses_bids: bool
    # Six people and more break into threes, side by side on one clock.
    threes: bool = False
    stages: tuple[StagePlan, ...] = field(default=())
    methods: tuple[Method, ...] = ()

    def stages_of(self, part: Part) -> tuple[StagePlan, ...]:
        return tuple(stage for stage in self.stages if stage.part == part)

    @property
    def optional_stages(self) -> tuple[StagePlan, ...]:
        return tuple(stage for stage in self.stages if stage.optional)


@lru_cache(maxsize=1)
def all_processes() -> tuple[Process, ...]:
    """Every process that ships, in the order its files ask for. Raises ProcessError."""
    return read_folder(FOLDER)


@lru_cache
def shared_stage(key: str, part: Part) -> StagePlan:
    """A stage that all processes share. Raises ProcessError."""
    return _shared_stage(key, part, _read_toml(FOLDER / SHARED), Table({}, SHARED))


def process_called(slug: str) -> Process:
    for process in all_processes():
        if process.slug == slug:
            return process
    raise ProcessError(slug, "there is no process of this name")


def read_folder(folder: Path) -> tuple[Process, ...]:
    shared = _read_toml(folder / SHARED)
    paths = sorted(path for path in folder.glob("*.toml") if path.name != SHARED)
    ordered = [_read_process(path, shared) for path in paths]
    return tuple(process for _order, process in sorted(ordered, key=lambda pair: (pair[0], pair[1].slug)))


def as_data(process: Process) -> dict[str, Any]:
    """The process as plain JSON: what a session keeps as its snapshot."""
    return asdict(process)


def process_from_data(data: Mapping[str, Any], source: str = "snapshot") -> Process:
    """The process a snapshot was taken of. Raises ProcessError, naming the `source`."""
    table = Table(dict(data), source)
    head = {name: table.text(name) for name in ("slug", "name", "summary")}
    stages = []
    for step in table.tables("stages"):
        part = step.choice("part", Part)
        stages.append(_stage(step, part, step.slug("key")))
    methods = _methods(table, "methods")
    return _checked(
        Process(
            **head,
            uses_bids=table.flag("uses_bids"),
            threes=table.flag("threes", False),
            stages=tuple(stages),
            methods=methods,
        ),
        table,
    )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ProcessError(path.name, str(error)) from error


def _read_process(path: Path, shared: Mapping[str, Any]) -> tuple[int, Process]:
    table = Table(_read_toml(path), path.name)
    table.checked_slug("the name of the file", path.stem, LONGEST_SLUG)
    order = table.number("order", 1, 999)
    stages = [
        *_shared_stages(table, Part.OPENING, shared),
        *(_stage(step, Part.TOPIC, step.slug("key")) for step in table.tables("topic")),
        *_shared_stages(table, Part.CLOSING, shared),
    ]
    head = {name: table.text(name) for name in ("name", "summary")}
    methods = _methods(table, "method")
    process = Process(
        slug=path.stem,
        **head,
        uses_bids=table.flag("uses_bids"),
        threes=table.flag("threes", False),
        stages=tuple(stages),
        methods=methods,
    )
    return order, _checked(process, table)


def _flags(table: Table) -> dict[str, bool]:
    return {"uses_bids": table.flag("uses_bids"), "threes": table.flag("threes", False)}


def _methods(table: Table, key: str) -> tuple[Method, ...]:
    found = []
    for row in table.tables(key):
        found.append(Method(key=row.slug("key"), name=row.text("name", 80), prompt=row.text("prompt")))
        row.nothing_else()
    if len({method.key for method in found}) != len(found):
        raise ProcessError(table.at(key), "two methods have the same key")
    return tuple(found)


def _shared_stages(table: Table, part: Part, shared: Mapping[str, Any]) -> Iterable[StagePlan]:
    for key in table.texts(part.value):
        yield _shared_stage(key, part, shared, table)


def _shared_stage(key: str, part: Part, shared: Mapping[str, Any], asked_in: Table) -> StagePlan:
    if key not in shared:
        raise ProcessError(asked_in.at(part.value), f"{SHARED} has no stage called “{key}”")
    Table({}, SHARED).checked_slug(key, key)
    return _stage(Table(dict(shared[key]), SHARED, f"{key}."), part, key)


def _stage(table: Table, part: Part, key: str) -> StagePlan:
    stage = StagePlan(
        part=part,
        key=key,
        name=table.text("name", 80),
        prompt=table.text("prompt", 300),
        minutes=table.number("minutes", 1, LONGEST_STAGE),
        per=table.choice("per", Per, Per.STAGE),
        speaks=table.choice("speaks", Who),
        writes=table.choice("writes", Who),
        captures=table.choices("captures", Captures),
        presenter_listens=table.flag("presenter_listens", False),
        optional=table.flag("optional", False),
        usual=table.flag("usual", False),
    )
    table.nothing_else()
    _fits_together(stage, table)
    return stage


def _fits_together(stage: StagePlan, table: Table) -> None:
    """The rules that hold between a stage's keys."""
    in_topic = stage.part == Part.TOPIC
    if bool(stage.captures) == (stage.writes == Who.NOBODY):
        raise ProcessError(table.at("writes"), "somebody writes exactly where something is captured")
    if stage.usual and not stage.optional:
        raise ProcessError(table.at("usual"), "only optional stages are usual or not")
    if stage.presenter_listens and stage.writes in (Who.PRESENTER, Who.EVERYONE, Who.EVERYONE_IN_TURN):
        raise ProcessError(table.at("writes"), "a presenter in listening mode does not write")
    if stage.writes == Who.MEMBERS_ASK:
        raise ProcessError(table.at("writes"), "members_ask says who speaks, not who writes")
    if stage.presenter_listens and stage.speaks == Who.MEMBERS_ASK:
        raise ProcessError(table.at("speaks"), "a presenter in listening mode does not answer")
    if not in_topic and (stage.presenter_listens or _has_presenter(stage)):
        raise ProcessError(table.at("speaks"), "only topic stages have a presenter")
    if in_topic and stage.per != Per.STAGE:
        raise ProcessError(table.at("per"), "topic stages scale to the slot's minutes")
    if not in_topic and stage.optional:
        raise ProcessError(table.at("optional"), "only topic stages can be optional")
    for what, part, why in ONLY_IN:
        if what in stage.captures and stage.part != part:
            raise ProcessError(table.at("captures"), why)


def _has_presenter(stage: StagePlan) -> bool:
    return stage.speaks in (Who.PRESENTER, Who.MEMBERS_ASK) or stage.writes == Who.PRESENTER


def _checked(process: Process, table: Table) -> Process:
    """The rules that hold between a process's stages."""
    table.nothing_else()
    for part in Part:
        keys = [stage.key for stage in process.stages_of(part)]
        if not keys:
            raise ProcessError(table.at(part.value), "at least one stage is needed")
        if len(keys) != len(set(keys)):
            raise ProcessError(table.at(part.value), "two stages have the same key")
    if all(stage.optional for stage in process.stages_of(Part.TOPIC)):
        raise ProcessError(table.at("topic"), "at least one stage is not optional")
    _check_what_is_captured(process, table)
    return process


def _check_what_is_captured(process: Process, table: Table) -> None:
    captured = {what for stage in process.stages for what in stage.captures}
    _check_choice(process, table)
    if Captures.TOPIC in captured and not process.uses_bids:
        raise ProcessError(table.at("uses_bids"), "a process that asks for topics uses bids")
    if process.threes and (process.uses_bids or captured & {Captures.METHOD, Captures.SCRIBE}):
        raise ProcessError(table.at("threes"), "no bids, no methods and no scribe in threes")
    if (Captures.METHOD in captured) != bool(process.methods):
        raise ProcessError(table.at("method"), "methods are listed exactly where a stage captures the method")


def _check_choice(process: Process, table: Table) -> None:
    """Topics are chosen, or the time is shared, once: and nobody is asked for a topic any more after that."""
    opening = process.stages_of(Part.OPENING)
    choices = [place for place, stage in enumerate(opening) if Captures.SLOTS in stage.captures]
    if len(choices) != 1:
        raise ProcessError(table.at(Part.OPENING.value), "exactly one stage captures slots")
    if any(Captures.TOPIC in stage.captures for stage in opening[choices[0] :]):
        raise ProcessError(table.at(Part.OPENING.value), "topics are shared before the stage that captures slots")
