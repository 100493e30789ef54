"""Every stage of every process × every role × what can be done in it, through the services.

Asha presents, Ben is a member, Dev is one and writes for all, Gita only facilitates.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import ContributionKind
from sessions.models import Contribution, Review, Stage
from sessions.services import casting, reviewing
from sets.models import LearningSet
from sets.processes import Part, all_processes, process_called
from tests.factories import join, make_user
from tests.sessions.room_acts import START, at_stage, say

# Who has their own words captured there.
OWN_WORDS = {
    "topics-and-suggestions": {"suggestions": "Ben Dev", "response": "Asha"},
    "open-questions": {"open-questions": "Ben Dev", "restate": "Asha", "options": "Ben Dev"},
    "questions-only": {
        "questions": "Asha Ben Dev Gita",
        "problem-statements": "Asha Ben Dev Gita",
        "solution-questions": "Asha Ben Dev Gita",
        "learn": "Asha Ben Dev Gita",
    },
    "equal-time": {"open-questions": "Ben Dev"},
    "peer-consultation": {"key-question": "Asha", "consultation": "Dev"},
    "troika": {"consult": "Ben Dev", "most-valuable": "Asha"},
}
# Whose words Dev, the scribe, and Gita, who runs the session, write down there.
QUOTED = {
    "topics-and-suggestions": {"suggestions": "Dev:Ben Gita:Ben Gita:Dev", "response": "Dev:Asha Gita:Asha"},
    "open-questions": {
        "open-questions": "Dev:Ben Gita:Ben Gita:Dev",
        "restate": "Dev:Asha Gita:Asha",
        "options": "Dev:Ben Gita:Ben Gita:Dev",
    },
    "questions-only": dict.fromkeys(
        ("questions", "problem-statements", "solution-questions", "learn"),
        "Dev:Asha Dev:Ben Dev:Gita Gita:Asha Gita:Ben Gita:Dev",
    ),
    "equal-time": {"open-questions": "Dev:Ben Gita:Ben Gita:Dev"},
    "peer-consultation": {"key-question": "Dev:Asha Gita:Asha", "consultation": "Dev:Ben"},
    "troika": {"consult": "Dev:Ben Gita:Ben Gita:Dev", "most-valuable": "Dev:Asha Gita:Asha"},
}
NAMES_SCRIBE_ONLY_HERE = ("peer-consultation", "casting")
PICKS_METHOD_ONLY_HERE = ("peer-consultation", "method")

EVERY_STAGE = [
    (process.slug, stage.key) for process in all_processes() for stage in process.stages if stage.key != "report-back"
]
People = dict[str, User]


@pytest.fixture
def people(learning_set: LearningSet, asha: User, ben: User, gita: User) -> People:
    dev = make_user("Dev")
    join(learning_set, dev)
    return {"Asha": asha, "Ben": ben, "Dev": dev, "Gita": gita}


def reach(learning_set: LearningSet, process: str, key: str, people: People) -> Stage:
    """The stage, with Dev as the scribe."""
    learning_set.process = process
    learning_set.save(update_fields=["process"])
    stage = at_stage(learning_set, key, presenter=people["Asha"], by=people["Gita"])
    casting.name_scribe(session=stage.session, by=people["Gita"], scribe=people["Dev"], now=START)
    return stage


def can(act: Callable[[], Any]) -> bool:
    try:
        act()
    except (Refused, PermissionDenied):
        return False
    return True


def kinds_of(process: str, key: str) -> list[str]:
    plan = next(plan for plan in process_called(process).stages if plan.key == key)
    return [kind for kind in plan.captures if kind in ContributionKind.values]


@pytest.mark.parametrize(("process", "key"), EVERY_STAGE)
def test_whose_own_words_each_stage_captures(process: str, key: str, learning_set: LearningSet, people: People) -> None:
    stage = reach(learning_set, process, key, people)
    for person in people.values():
        for kind in [*ContributionKind.values, "action", "slots"]:
            can(lambda person=person, kind=kind: say(stage, person, kind=kind))
    writers = OWN_WORDS[process].get(key, "").split()
    expected = sorted((name, kind) for name in writers for kind in kinds_of(process, key))
    assert sorted(Contribution.objects.values_list("author__name", "kind")) == expected


@pytest.mark.parametrize(("process", "key"), EVERY_STAGE)
def test_who_writes_down_whose_words(process: str, key: str, learning_set: LearningSet, people: People) -> None:
    stage = reach(learning_set, process, key, people)
    kind = (kinds_of(process, key) or ["question"])[0]
    for writer in people.values():
        for author in people.values():
            if writer != author:
                can(lambda w=writer, a=author: say(stage, w, kind=kind, for_whom=a))
    written = sorted(f"{w}:{a}" for w, a in Contribution.objects.values_list("written_by__name", "author__name"))
    assert written == sorted(QUOTED[process].get(key, "").split())


@pytest.mark.parametrize(("process", "key"), EVERY_STAGE)
def test_who_names_the_scribe(process: str, key: str, learning_set: LearningSet, people: People) -> None:
    stage = reach(learning_set, process, key, people)
    able = {
        name
        for name, person in people.items()
        if can(lambda p=person: casting.name_scribe(session=stage.session, by=p, scribe=people["Dev"], now=START))
    }
    assert able == (set(people) if (process, key) == NAMES_SCRIBE_ONLY_HERE else {"Gita"})


@pytest.mark.parametrize(("process", "key"), EVERY_STAGE)
def test_who_picks_the_method(process: str, key: str, learning_set: LearningSet, people: People) -> None:
    stage = reach(learning_set, process, key, people)
    able = {
        name
        for name, person in people.items()
        if can(lambda p=person: casting.pick_method(session=stage.session, by=p, method="resonance", now=START))
    }
    assert able == (set(people) if (process, key) == PICKS_METHOD_ONLY_HERE else set())


@pytest.mark.parametrize(("process", "key"), EVERY_STAGE)
def test_who_writes_a_review(process: str, key: str, learning_set: LearningSet, people: People) -> None:
    stage = reach(learning_set, process, key, people)
    words = {"on_rules": "Well", "what_helped": "", "next_time": "", "now": START}
    for person in people.values():
        can(lambda p=person: reviewing.save_review(session=stage.session, by=p, **words))
    in_review = key in [stage.key for stage in process_called(process).stages_of(Part.CLOSING)]
    assert sorted(Review.objects.values_list("author__name", flat=True)) == (sorted(people) if in_review else [])


@pytest.mark.parametrize(("process", "key"), EVERY_STAGE)
def test_outsiders_do_nothing_in_any_stage(
    process: str, key: str, learning_set: LearningSet, people: People, cara: User, stranger: User
) -> None:
    stage = reach(learning_set, process, key, people)
    session = stage.session
    words = {"on_rules": "Well", "what_helped": "", "next_time": "", "now": START}
    for outsider in (cara, stranger):
        for kind in ContributionKind.values:
            assert not can(lambda o=outsider, k=kind: say(stage, o, kind=k))
            assert not can(lambda o=outsider, k=kind: say(stage, people["Gita"], kind=k, for_whom=o))
        assert not can(lambda o=outsider: casting.name_scribe(session=session, by=o, scribe=o, now=START))
        assert not can(lambda o=outsider: casting.pick_method(session=session, by=o, method="resonance", now=START))
        assert not can(lambda o=outsider: reviewing.save_review(session=session, by=o, **words))
    assert Contribution.objects.count() + Review.objects.count() == 0
