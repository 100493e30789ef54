"""The process files, and what the loader says of one that is wrong."""

import json
import shutil
from pathlib import Path

import pytest

from sets.processes import Captures, Part, Process, ProcessError, Who, all_processes, as_data, process_called
from sets.processes.loader import FOLDER, process_from_data, read_folder

GOOD = """
order = 1
name = "Short"
summary = "One stage."
uses_bids = true
opening = ["choose"]
closing = ["review"]

[[topic]]
key = "present"
name = "Present"
prompt = "Tell us."
minutes = 5
speaks = "presenter"
writes = "nobody"
"""


def topic_minutes(process: Process) -> list[tuple[str, int]]:
    return [(stage.key, stage.minutes) for stage in process.stages_of(Part.TOPIC)]


def read(folder: Path, text: str) -> Process:
    shutil.copy(FOLDER / "_every-session.toml", folder)
    (folder / "short.toml").write_text(text, encoding="utf-8")
    (process,) = read_folder(folder)
    return process


def test_two_processes_ship_in_the_order_of_their_files() -> None:
    assert [process.slug for process in all_processes()] == ["topics-and-suggestions", "open-questions"]


def test_topics_and_suggestions_goes_as_the_domain_says() -> None:
    process = process_called("topics-and-suggestions")
    assert topic_minutes(process) == [
        ("bring-to-life", 5),
        ("clarify", 5),
        ("suggestions", 15),
        ("response", 5),
        ("commit", 5),
    ]
    assert [stage.key for stage in process.optional_stages] == ["clarify"]


def test_open_questions_goes_as_the_domain_says() -> None:
    process = process_called("open-questions")
    assert topic_minutes(process) == [
        ("present", 3),
        ("clarify", 5),
        ("open-questions", 15),
        ("restate", 3),
        ("options", 5),
        ("commit", 4),
    ]
    assert process.optional_stages == ()


@pytest.mark.parametrize("process", all_processes(), ids=lambda process: process.slug)
class TestEveryProcess:
    def test_opens_with_report_back_topics_and_choice(self, process: Process) -> None:
        opening = [(stage.key, stage.minutes, stage.per) for stage in process.stages_of(Part.OPENING)]
        assert opening == [("report-back", 2, "owner"), ("share-topics", 2, "member"), ("choose", 5, "stage")]

    def test_closes_with_a_review_in_which_everyone_writes(self, process: Process) -> None:
        (review,) = process.stages_of(Part.CLOSING)
        assert (review.key, review.minutes, review.writes, review.captures) == ("review", 5, Who.EVERYONE, ("insight",))

    def test_ends_each_topic_with_the_presenters_action(self, process: Process) -> None:
        last = process.stages_of(Part.TOPIC)[-1]
        assert (last.writes, last.captures) == (Who.PRESENTER, (Captures.ACTION,))

    def test_has_one_stage_in_which_the_presenter_listens_and_members_write(self, process: Process) -> None:
        listening = [stage.writes for stage in process.stages if stage.presenter_listens]
        assert listening == [Who.MEMBERS]

    def test_survives_being_kept_as_a_snapshot(self, process: Process) -> None:
        assert process_from_data(json.loads(json.dumps(as_data(process)))) == process


def test_in_open_questions_only_questions_are_captured_while_members_ask() -> None:
    stage = next(s for s in process_called("open-questions").stages if s.key == "open-questions")
    assert stage.captures == (Captures.QUESTION,)


def test_a_process_nobody_wrote_is_named() -> None:
    with pytest.raises(ProcessError, match=r"^tea-party: there is no process of this name$"):
        process_called("tea-party")


def test_a_new_process_is_a_new_file(tmp_path: Path) -> None:
    process = read(tmp_path, GOOD)
    assert (process.slug, process.name, topic_minutes(process)) == ("short", "Short", [("present", 5)])


@pytest.mark.parametrize(
    ("was", "is_now", "says"),
    [
        ('name = "Short"', "", "short.toml: name: a text"),
        ("order = 1", 'order = "first"', "short.toml: order: a whole number from 1 to 999"),
        ("uses_bids = true", "uses_bids = 1", "short.toml: uses_bids: true or false"),
        ("uses_bids = true", "uses_bids = false", "short.toml: uses_bids: a process uses bids exactly when"),
        ('opening = ["choose"]', 'opening = ["tea"]', "opening: _every-session.toml has no stage called “tea”"),
        ('opening = ["choose"]', "opening = 3", "short.toml: opening: a list of texts"),
        ('closing = ["review"]', "", "short.toml: closing: at least one stage"),
        ("minutes = 5", "minutes = 0", r"short.toml: topic\[0\].minutes: a whole number from 1 to 120"),
        ("minutes = 5", "minutes = true", r"short.toml: topic\[0\].minutes: a whole number"),
        ('speaks = "presenter"', 'speaks = "cat"', r"short.toml: topic\[0\].speaks: one of everyone, "),
        ('writes = "nobody"', 'writes = "members"', r"short.toml: topic\[0\].writes: somebody writes exactly where"),
        ('writes = "nobody"', 'writes = "nobody"\ncaptures = ["question"]', "writes: somebody writes exactly"),
        ('writes = "nobody"', 'writes = "nobody"\ncolour = "red"', r"topic\[0\].colour: this key is not known"),
        ('writes = "nobody"', 'writes = "nobody"\noptional = true', "topic: at least one stage is not optional"),
        ('writes = "nobody"', 'writes = "nobody"\nper = "member"', r"topic\[0\].per: topic stages scale"),
        (
            'writes = "nobody"',
            'writes = "presenter"\ncaptures = ["response"]\npresenter_listens = true',
            r"topic\[0\].writes: a presenter in listening mode does not write",
        ),
        (
            'writes = "nobody"',
            'writes = "everyone"\ncaptures = ["slots"]',
            r"topic\[0\].captures: topics are chosen in an opening stage",
        ),
        ("[[topic]]", "[[topic]]\nkey = 1", "short.toml: "),
        ("[[topic]]", "topic = 3\n[other]", r"short.toml: (topic: a list of tables|other: this key is not known)"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_and_key(tmp_path: Path, was: str, is_now: str, says: str) -> None:
    assert was in GOOD
    with pytest.raises(ProcessError, match=says):
        read(tmp_path, GOOD.replace(was, is_now, 1))


def test_two_stages_of_one_key_are_refused(tmp_path: Path) -> None:
    topic = GOOD[GOOD.index("[[topic]]") :]
    with pytest.raises(ProcessError, match=r"short.toml: topic: two stages have the same key"):
        read(tmp_path, GOOD + topic)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProcessError, match=r"^short.toml: "):
        read(tmp_path, "name = ")
