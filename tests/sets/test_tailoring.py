"""A set's own minutes, prompts and optional stages."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from als_project.users.models import User
from sets.models import LearningSet
from sets.processes import ProcessError, process_called
from sets.services import tailoring
from sets.tailoring import differences, process_of_set, tailored
from tests.cast import SignedIn

SLUG = "topics-and-suggestions"
WHERE = "topic.suggestions"


def stage_of(learning_set: LearningSet, key: str) -> Any:
    return next(stage for stage in process_of_set(learning_set).stages if stage.key == key)


def tailor(learning_set: LearningSet, by: User, wanted: Any, process: str = SLUG) -> LearningSet:
    return tailoring.tailor(learning_set=learning_set, by=by, process=process, wanted=wanted, now=timezone.now())


def test_a_set_that_changed_nothing_goes_by_the_process_as_it_ships(learning_set: LearningSet) -> None:
    assert process_of_set(learning_set) == process_called(SLUG)


def test_a_set_gives_a_stage_other_minutes_and_words(learning_set: LearningSet, gita: User) -> None:
    changed = tailor(learning_set, gita, {WHERE: {"minutes": 20, "prompt": "What would you try?"}})
    stage = stage_of(changed, "suggestions")
    assert (stage.minutes, stage.prompt, stage.writes) == (20, "What would you try?", "members")
    plain = [s for s in process_called(SLUG).stages if s.key != "suggestions"]
    assert [s for s in process_of_set(changed).stages if s.key != "suggestions"] == plain


def test_only_differences_are_kept(learning_set: LearningSet, gita: User) -> None:
    plain = process_called(SLUG)
    wanted = {f"{s.part.value}.{s.key}": {"minutes": s.minutes, "prompt": s.prompt} for s in plain.stages}
    wanted[WHERE]["minutes"] = 25
    assert tailor(learning_set, gita, wanted).tailoring == {SLUG: {WHERE: {"minutes": 25}}}


def test_an_optional_stage_becomes_usual_and_no_other_does(learning_set: LearningSet, gita: User) -> None:
    changed = tailor(learning_set, gita, {"topic.clarify": {"usual": True}, WHERE: {"usual": True}})
    assert (stage_of(changed, "clarify").usual, stage_of(changed, "suggestions").usual) == (True, False)


def test_each_process_keeps_its_own_changes(learning_set: LearningSet, gita: User) -> None:
    tailor(learning_set, gita, {WHERE: {"minutes": 20}})
    LearningSet.objects.filter(pk=learning_set.pk).update(process="troika")
    changed = tailor(learning_set, gita, {"topic.consult": {"minutes": 8}}, "troika")
    assert changed.tailoring == {SLUG: {WHERE: {"minutes": 20}}, "troika": {"topic.consult": {"minutes": 8}}}
    assert stage_of(changed, "consult").minutes == 8


def test_a_set_that_changed_its_process_meanwhile_is_told(learning_set: LearningSet, gita: User) -> None:
    with pytest.raises(tailoring.OtherProcess):
        tailor(learning_set, gita, {}, "troika")


@pytest.mark.parametrize("changes", [{"minutes": 0}, {"minutes": "5"}, {"prompt": ""}, {"prompt": "x" * 301}])
def test_the_loader_judges_what_a_set_wants(learning_set: LearningSet, gita: User, changes: dict[str, Any]) -> None:
    with pytest.raises(tailoring.DoesNotFit, match=r"^topics-and-suggestions, tailored: stages\[5\]\."):
        tailor(learning_set, gita, {WHERE: changes})
    learning_set.refresh_from_db()
    assert learning_set.tailoring == {}


def test_changes_of_a_stage_that_is_gone_are_left_out() -> None:
    plain = process_called(SLUG)
    assert tailored(plain, {"topic.tea": {"minutes": 5}}) == plain
    assert differences(plain, {"topic.tea": {"minutes": 5}}) == {}


def test_a_broken_row_is_named(learning_set: LearningSet) -> None:
    learning_set.tailoring = {SLUG: {WHERE: {"minutes": -1}}}
    with pytest.raises(ProcessError, match="topics-and-suggestions, tailored"):
        process_of_set(learning_set)


@pytest.mark.parametrize("person", ["asha", "stranger", "cara"])
def test_only_who_looks_after_the_set_tailors_it(
    person: str, learning_set: LearningSet, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(PermissionDenied):
        tailor(learning_set, request.getfixturevalue(person), {WHERE: {"minutes": 20}})


# --- The page --------------------------------------------------------------------------------------
def page(learning_set: LearningSet) -> str:
    return reverse("sets:process", args=[learning_set.pk])


def form_of(client: Client, learning_set: LearningSet, **changed: Any) -> dict[str, Any]:
    form = client.get(page(learning_set)).context["form"]
    sent = {name: form[name].initial for name in form.fields if form[name].initial not in (None, False)}
    return {**sent, **{name.replace("__", ".").replace("_", "-"): value for name, value in changed.items()}}


def test_the_page_saves_what_is_changed_and_forgets_it_again(
    learning_set: LearningSet, gita: User, signed_in: SignedIn
) -> None:
    client = signed_in(gita)
    sent = form_of(client, learning_set, topic__suggestions__minutes=20, topic__clarify__usual="on")
    assert client.post(page(learning_set), sent).headers["Location"] == learning_set.get_absolute_url()
    learning_set.refresh_from_db()
    assert learning_set.tailoring == {SLUG: {WHERE: {"minutes": 20}, "topic.clarify": {"usual": True}}}
    client.post(page(learning_set), {"process": SLUG, "as-it-ships": "1"})
    learning_set.refresh_from_db()
    assert learning_set.tailoring == {SLUG: {}}


def test_what_does_not_fit_comes_back_with_the_words(
    learning_set: LearningSet, gita: User, signed_in: SignedIn
) -> None:
    client = signed_in(gita)
    sent = form_of(client, learning_set, topic__suggestions__minutes=0, topic__suggestions__prompt="Our own words")
    response = client.post(page(learning_set), sent)
    assert (response.status_code, "Our own words" in response.content.decode()) == (422, True)
