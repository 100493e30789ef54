"""The process that the README of the processes gives as an example: saved as it says, a set works by it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.services import committing
from als_project.users.models import User
from sessions.models import Session
from sessions.services import running
from sets.forms.founding import process_choices
from sets.models import LearningSet
from sets.processes import all_processes, loader
from tests.sessions.room_acts import START, choose, current, go_to, opened, say, scheduled

pytestmark = pytest.mark.django_db
README = loader.FOLDER / "README.md"
EXAMPLE = re.compile(r"Save this as `(?P<name>[\w-]+\.toml)`.*?```toml\n(?P<lines>.*?)```", re.DOTALL)


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The product starts again with the example beside its own processes. Gives the name under which sets keep it."""
    folder = tmp_path / "processes"
    shutil.copytree(loader.FOLDER, folder)
    example = EXAMPLE.search(README.read_text(encoding="utf-8"))
    assert example is not None
    (folder / example["name"]).write_text(example["lines"], encoding="utf-8")
    monkeypatch.setattr(loader, "FOLDER", folder)
    all_processes.cache_clear()
    yield example["name"].removesuffix(".toml")
    all_processes.cache_clear()


def test_it_takes_ten_lines() -> None:
    example = EXAMPLE.search(README.read_text(encoding="utf-8"))
    assert example is not None
    assert len(example["lines"].splitlines()) == 10


def test_sets_can_choose_it(saved: str) -> None:
    *others, (value, words) = process_choices()
    assert (len(others), value) == (6, saved)
    assert words.startswith("Walk and talk. ")


def test_a_session_goes_by_it_from_its_opening_to_its_review(
    saved: str, learning_set: LearningSet, gita: User, asha: User, ben: User
) -> None:
    learning_set.process = saved
    learning_set.save(update_fields=["process"])
    session = opened(scheduled(learning_set, asha, ben), gita)
    go_to(session, "choose", gita)
    choose(session, gita, (asha, 30))
    say(go_to(session, "walk", gita), ben, "What would happen if you did nothing?")
    assert went_through(session, gita) == ["walk", "commit", "review"]
    committing.commit(slot=session.slots.get(), by=asha, what="Ask her", now=START)


def went_through(session: Session, by: User) -> list[str]:
    """From the stage it is in to the last one."""
    keys = [current(session).key]
    while running.next_stage(session=session, by=by, leaving=None, now=START):
        keys.append(current(session).key)
    return keys
