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


# Each stage with its default minutes, who writes, what is captured, and whether the presenter listens.
TOPIC_STAGES = {
    "topics-and-suggestions": [
        ("bring-to-life", 5, "nobody", "", False),
        ("clarify", 5, "nobody", "", False),
        ("suggestions", 15, "members", "suggestion experience", True),
        ("response", 5, "presenter", "response", False),
        ("commit", 5, "presenter", "action", False),
    ],
    "open-questions": [
        ("present", 3, "nobody", "", False),
        ("clarify", 5, "nobody", "", False),
        ("open-questions", 15, "members", "question", False),
        ("restate", 3, "presenter", "question", False),
        ("options", 5, "members", "experience", True),
        ("commit", 4, "presenter", "action", False),
    ],
    "questions-only": [
        ("problem", 3, "nobody", "", False),
        ("questions", 15, "everyone", "question", False),
        ("problem-statements", 5, "everyone", "problem", False),
        ("solution-questions", 10, "everyone", "question", False),
        ("commit", 4, "presenter", "action", False),
        ("learn", 3, "everyone", "insight", False),
    ],
    "equal-time": [
        ("present", 4, "nobody", "", False),
        ("clarify", 3, "nobody", "", False),
        ("open-questions", 10, "members", "question", False),
        ("commit", 3, "presenter", "action", False),
    ],
    "peer-consultation": [
        ("casting", 5, "everyone", "scribe", False),
        ("account", 10, "nobody", "", False),
        ("key-question", 5, "presenter", "question", False),
        ("method", 5, "everyone", "method", False),
        ("consultation", 10, "scribe", "suggestion question experience", True),
        ("close", 5, "presenter", "action", False),
    ],
    "troika": [
        ("reflect", 1, "nobody", "", False),
        ("share", 2, "nobody", "", False),
        ("clarify", 2, "nobody", "", False),
        ("consult", 5, "members", "suggestion question experience", True),
        ("most-valuable", 2, "presenter", "response", False),
        ("commit", 2, "presenter", "action", False),
    ],
}
WITHOUT_BIDS = ("equal-time", "troika")


def test_six_processes_ship_in_the_order_of_their_files() -> None:
    assert [process.slug for process in all_processes()] == list(TOPIC_STAGES)


def test_two_stages_are_optional_and_one_of_them_is_usual() -> None:
    optional = [
        (process.slug, stage.key, stage.usual) for process in all_processes() for stage in process.optional_stages
    ]
    assert optional == [("topics-and-suggestions", "clarify", False), ("troika", "commit", True)]


def test_where_members_ask_and_the_presenter_answers_the_process_says_so() -> None:
    asked = {
        process.slug: [stage.key for stage in process.stages if stage.speaks == Who.MEMBERS_ASK]
        for process in all_processes()
    }
    assert {slug: keys for slug, keys in asked.items() if keys} == {
        "topics-and-suggestions": ["clarify"],
        "open-questions": ["clarify", "open-questions"],
        "equal-time": ["clarify", "open-questions"],
        "troika": ["clarify"],
    }


def test_one_process_breaks_into_threes() -> None:
    assert [process.slug for process in all_processes() if process.threes] == ["troika"]


def test_peer_consultation_offers_methods() -> None:
    methods = {process.slug: [method.key for method in process.methods] for process in all_processes()}
    offered = ["brainstorming", "headstand", "good-advice", "resonance", "first-small-step"]
    assert methods == {slug: offered if slug == "peer-consultation" else [] for slug in TOPIC_STAGES}


@pytest.mark.parametrize("process", all_processes(), ids=lambda process: process.slug)
class TestEveryProcess:
    def test_goes_as_the_domain_says(self, process: Process) -> None:
        stages = [
            (stage.key, stage.minutes, stage.writes, " ".join(stage.captures), stage.presenter_listens)
            for stage in process.stages_of(Part.TOPIC)
        ]
        assert stages == TOPIC_STAGES[process.slug]

    def test_opens_with_report_back_then_the_slots(self, process: Process) -> None:
        opening = [(stage.key, stage.minutes, stage.per) for stage in process.stages_of(Part.OPENING)]
        by_choice = [("share-topics", 2, "member"), ("choose", 5, "stage")]
        slots = [("share-time", 5, "stage")] if process.slug in WITHOUT_BIDS else by_choice
        assert opening == [("report-back", 2, "owner"), *slots]

    def test_asks_for_topics_unless_everyone_has_a_turn(self, process: Process) -> None:
        assert process.uses_bids is (process.slug not in WITHOUT_BIDS)

    def test_closes_with_a_review_that_everyone_writes(self, process: Process) -> None:
        (review,) = process.stages_of(Part.CLOSING)
        assert (review.key, review.minutes, review.writes, review.captures) == ("review", 5, Who.EVERYONE, ("review",))

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
        ('opening = ["choose"]', 'opening = ["share-topics"]', "short.toml: opening: exactly one stage captures slots"),
        (
            'opening = ["choose"]',
            'opening = ["choose", "share-time"]',
            "short.toml: opening: exactly one stage captures slots",
        ),
        (
            'opening = ["choose"]',
            'opening = ["choose", "share-topics"]',
            "short.toml: opening: topics are shared before the stage that captures slots",
        ),
        (
            'closing = ["review"]',
            'closing = ["share-topics", "review"]',
            r"share-topics.captures: topics are shared in an opening stage",
        ),
        ('key = "present"', 'key = "bring to life"', r"short.toml: topic\[0\].key: at most 40 letters, digits"),
        ('key = "present"', f'key = "{"p" * 41}"', r"short.toml: topic\[0\].key: a text of at most 40 characters"),
        (
            "[[topic]]",
            '[[method]]\nkey = "a b"\nname = "A"\nprompt = "Do."\n[[topic]]',
            r"short.toml: method\[0\].key: at most 40 letters, digits, hyphens",
        ),
        ("uses_bids = true", "uses_bids = true\nthrees = true", "short.toml: threes: no bids, no methods"),
        (
            'uses_bids = true\nopening = ["choose"]',
            'uses_bids = false\nopening = ["share-topics", "choose"]',
            "short.toml: uses_bids: a process that asks for topics uses bids",
        ),
        ('writes = "nobody"', 'writes = "everyone"\ncaptures = ["method"]', "short.toml: method: methods are listed"),
        ('writes = "nobody"', 'writes = "everyone"\ncaptures = ["review"]', "a session is reviewed in a closing stage"),
        ('writes = "nobody"', 'writes = "nobody"\nusual = true', r"topic\[0\].usual: only optional stages"),
        ("[[topic]]", '[[method]]\nkey = "a"\n[[topic]]', r"short.toml: method\[0\].name: a text"),
        (
            "[[topic]]",
            '[[method]]\nkey = "a"\nname = "A"\nprompt = "Do."\n' * 2 + "[[topic]]",
            "short.toml: method: two methods have the same key",
        ),
        ('opening = ["choose"]', 'opening = ["tea"]', "opening: _every-session.toml has no stage called “tea”"),
        ('opening = ["choose"]', "opening = 3", "short.toml: opening: a list of texts"),
        ('closing = ["review"]', "", "short.toml: closing: at least one stage"),
        ("minutes = 5", "minutes = 0", r"short.toml: topic\[0\].minutes: a whole number from 1 to 120"),
        ("minutes = 5", "minutes = true", r"short.toml: topic\[0\].minutes: a whole number"),
        ('speaks = "presenter"', 'speaks = "cat"', r"short.toml: topic\[0\].speaks: one of everyone, "),
        (
            'writes = "nobody"',
            'writes = "members_ask"\ncaptures = ["question"]',
            r"topic\[0\].writes: members_ask says who speaks",
        ),
        (
            'speaks = "presenter"',
            'speaks = "members_ask"\npresenter_listens = true',
            r"topic\[0\].speaks: a presenter in listening mode does not answer",
        ),
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


@pytest.mark.parametrize("key", ["say hello", "h" * 41])
def test_a_shared_stage_whose_key_can_not_be_kept_is_named(tmp_path: Path, key: str) -> None:
    shared = (FOLDER / "_every-session.toml").read_text(encoding="utf-8")
    (tmp_path / "_every-session.toml").write_text(shared.replace("[report-back]", f'["{key}"]'), encoding="utf-8")
    (tmp_path / "short.toml").write_text(GOOD.replace('["choose"]', f'["{key}", "choose"]'), encoding="utf-8")
    with pytest.raises(ProcessError, match=f"^_every-session.toml: {key}: at most 40 letters"):
        read_folder(tmp_path)


@pytest.mark.parametrize("name", ["two words", "s" * 51])
def test_a_file_whose_name_a_set_can_not_keep_is_named(tmp_path: Path, name: str) -> None:
    shutil.copy(FOLDER / "_every-session.toml", tmp_path)
    (tmp_path / f"{name}.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ProcessError, match=f"^{name}.toml: the name of the file: at most 50 letters"):
        read_folder(tmp_path)


def test_two_stages_of_one_key_are_refused(tmp_path: Path) -> None:
    topic = GOOD[GOOD.index("[[topic]]") :]
    with pytest.raises(ProcessError, match=r"short.toml: topic: two stages have the same key"):
        read(tmp_path, GOOD + topic)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProcessError, match=r"^short.toml: "):
        read(tmp_path, "name = ")
