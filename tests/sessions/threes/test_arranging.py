"""Six people and more break into threes: who sits with whom, and on which clock."""

from typing import Any

import pytest
import time_machine

from als_project.users.models import User
from sessions.models import Session, Three
from sessions.planning import plan_of
from sessions.services import (
    closing,
    replanning,
    running,
    timekeeping,
)
from sessions.threes import deal
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.sessions.pages import url, words
from tests.sessions.room_acts import START, close, current, go_to, opened, scheduled
from tests.sessions.threes.acts import MINUTE, NAMES, People, presenting, seat


# --- Who sits with whom ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("number", "sizes"),
    [(2, []), (3, []), (4, []), (5, []), (6, [3, 3]), (7, [4, 3]), (8, [4, 4]), (9, [3, 3, 3]), (10, [4, 3, 3]),
     (11, [4, 4, 3]), (12, [3, 3, 3, 3])],
)  # fmt: skip
def test_people_are_dealt_into_threes_and_fours(number: int, sizes: list[int]) -> None:
    people = [User(pk=place) for place in range(1, number + 1)]
    dealt = deal(people)
    assert [len(three) for three in dealt] == sizes
    assert sorted(person.pk for three in dealt for person in three) == ([p.pk for p in people] if sizes else [])


def test_moving_on_breaks_the_set_into_the_threes_that_everyone_saw(
    session: Session, people: People, signed_in: SignedIn
) -> None:
    page = signed_in(people["Hana"]).get(url("room", session))
    proposed = page.context["room"].turns.proposed_threes
    assert [len(three) for three in proposed] == [4, 3]
    assert ", ".join(person.name for person in proposed[0]) in words(page)
    running.next_stage(session=session, by=people["Gita"], leaving=None, now=START)
    for number, three in enumerate(proposed, start=1):
        assert set(session.threes.get(number=number).people.all()) == set(three)
    # 90 less 5 for the review, in four rounds; nothing is left of the stage that ends.
    assert {slot.minutes for slot in session.slots.all()} == {21}
    assert [(round_, name) for round_, name, _state in presenting(session)] == [
        (place + 1, three[place].name) for place in range(4) for three in proposed if place < len(three)
    ]


def test_with_five_it_is_one_group_in_turns(session: Session, people: People) -> None:
    session.attendances.filter(user__in=[people["Finn"], people["Hana"]]).update(presence="absent")
    running.next_stage(session=session, by=people["Gita"], leaving=None, now=START)
    assert (Three.objects.count(), session.slots.count()) == (0, 5)


def test_the_threes_are_arranged_by_hand_until_the_first_round(session: Session, people: People) -> None:
    seat(session, people, "Asha Ben Cleo", "Dora Emeka Finn Hana")
    seat(session, people, "Asha Ben Hana", "Dora Emeka Finn")
    assert session.threes.count() == 2
    assert presenting(session)[:2] == [(1, "Asha", "planned"), (1, "Dora", "planned")]
    go_to(session, "reflect", people["Gita"])
    with pytest.raises(running.CantChoose, match="first turn has begun"):
        seat(session, people, "Asha Ben Cleo", "Dora Emeka Finn")


@pytest.mark.parametrize("threes", [("Asha Ben",), ("Asha Ben Cleo Dora Emeka",), (), ("Asha Ben Asha",)])
def test_three_or_four_different_people_sit_together(threes: tuple[str, ...], session: Session, people: People) -> None:
    with pytest.raises(running.CantChoose):
        seat(session, people, *threes)
    assert Three.objects.count() == 0


def test_only_members_who_are_here_sit_in_a_three(session: Session, people: People, stranger: User) -> None:
    session.attendances.filter(user=people["Hana"]).update(presence="absent")
    for outsider in ("Hana", "Gita"):
        with pytest.raises(running.CantChoose):
            seat(session, people, f"Asha Ben {outsider}")


def test_a_process_without_threes_has_none(learning_set: LearningSet, people: People) -> None:
    LearningSet.objects.filter(pk=learning_set.pk).update(process="equal-time")
    learning_set.refresh_from_db()
    session = opened(scheduled(learning_set, coming=tuple(people[name] for name in NAMES)), people["Gita"])
    with pytest.raises(running.CantChoose):
        seat(session, people, "Asha Ben Cleo")
    go_to(session, "present", people["Gita"])
    assert (Three.objects.count(), session.slots.count()) == (0, 7)


def test_the_form_seats_people(session: Session, people: People, signed_in: SignedIn) -> None:
    sent = {f"place_{people[name].pk}": "1" if name in ("Asha", "Ben", "Hana") else "2" for name in NAMES}
    with time_machine.travel(START):
        response = signed_in(people["Gita"]).post(url("share_time", session), {**sent, "breaks": 0, "seen": ""})
    assert response.status_code == 302
    sizes = [{person.name for person in three.people.all()} for three in session.threes.all()]
    assert sizes == [{"Cleo", "Dora", "Emeka", "Finn"}, {"Asha", "Ben", "Hana"}]
    seen = ",".join(str(slot.pk) for slot in session.slots.all())
    alone = {f"place_{people['Asha'].pk}": "1", "breaks": 0, "seen": seen}
    again = signed_in(people["Gita"]).post(url("share_time", session), alone)
    assert (again.status_code, "Three or four sit together" in words(again)) == (409, True)


# --- One clock ---------------------------------------------------------------------------------------
def clocks(session: Session) -> set[tuple[Any, ...]]:
    return set(session.stages.going_on().values_list("key", "started_at", "paused_at", "added_minutes"))


def test_all_threes_are_in_the_same_stage_at_the_same_time(consult: Session, people: People) -> None:
    stage = current(consult)
    timekeeping.give_time(
        session=consult, by=people["Gita"], leaving=stage.pk, seen=stage.minutes, minutes=5, now=START
    )
    timekeeping.pause(session=consult, by=people["Gita"], leaving=stage.pk, now=START + MINUTE)
    assert consult.stages.going_on().count() == 2
    assert clocks(consult) == {("consult", START, START + MINUTE, 5)}
    timekeeping.go_on(session=consult, by=people["Gita"], leaving=stage.pk, now=START + 2 * MINUTE)
    running.next_stage(session=consult, by=people["Gita"], leaving=stage.pk, now=START + 9 * MINUTE)
    assert clocks(consult) == {("most-valuable", START + 9 * MINUTE, None, 0)}
    assert set(consult.stages.filter(key="consult", slot__round=1).values_list("ended_at", "paused_seconds")) == {
        (START + 9 * MINUTE, 60)
    }


def test_the_rounds_follow_each_other_and_the_smaller_three_ends_earlier(consult: Session, people: People) -> None:
    seen = []
    while current(consult).key != "review":
        stage = current(consult)
        if stage.key == "consult":
            running_now = consult.slots.filter(state="running").values_list("round", "presenter__name")
            seen.append(sorted(running_now))
        running.next_stage(session=consult, by=people["Gita"], leaving=stage.pk, now=START)
    assert seen == [
        [(1, "Asha"), (1, "Emeka")],
        [(2, "Ben"), (2, "Finn")],
        [(3, "Cleo"), (3, "Hana")],
        [(4, "Dora")],
    ]
    assert {state for _round, _name, state in presenting(consult)} == {"heard"}


def test_back_takes_all_threes_back(consult: Session, people: People) -> None:
    go_to(consult, "most-valuable", people["Gita"])
    running.previous_stage(session=consult, by=people["Gita"], leaving=None, now=START)
    assert {key for key, *_clock in clocks(consult)} == {"consult"}
    assert consult.stages.filter(key="most-valuable", started_at__isnull=False).count() == 0


def test_a_stage_is_passed_over_in_all_threes(consult: Session, people: People) -> None:
    stage = consult.stages.on_the_clock().get(key="most-valuable", slot__round=1)
    replanning.skip(session=consult, by=people["Gita"], stage=stage.pk, reason="Said already", now=START)
    rows = consult.stages.filter(key="most-valuable", slot__round=1)
    assert [(row.skipped_by, row.skip_reason) for row in rows] == [(people["Gita"], "Said already")] * 2
    replanning.take_up(session=consult, by=people["Gita"], stage=stage.pk, now=START)
    assert rows.filter(skipped_at=None).count() == 2


def test_a_round_is_replanned_as_a_whole(consult: Session, people: People) -> None:
    (second, *_rest) = replanning.slots_to_come(consult)
    seen = plan_of(list(consult.stages.on_the_clock()), list(consult.slots.all()))
    replanning.replan(
        session=consult,
        by=people["Gita"],
        plans=[replanning.Plan(second.pk, "carried", 20)],
        seen=seen,
        now=START,
    )
    assert {state for round_, _name, state in presenting(consult) if round_ == 2} == {"carried"}
    go_to(consult, "most-valuable", people["Gita"])
    assert go_to(consult, "reflect", people["Gita"]).slot.round == 3  # type: ignore[union-attr]


def test_the_minutes_of_a_round_count_once(consult: Session, people: People, signed_in: SignedIn) -> None:
    for person in people.values():
        room = signed_in(person).get(url("room", consult)).context["room"]
        names = [entry.slot.name if entry.slot else entry.stage.name for entry in room.conduct.timetable]
        assert names == ["Most valuable", "Commit", "round 2", "round 3", "round 4", "Review"]


def test_the_run_sheet_has_each_round_once(consult: Session, people: People, signed_in: SignedIn) -> None:
    page = words(signed_in(people["Gita"]).get(url("run_sheet", consult)))
    places = [page.index(f"{number}. Round {number}") for number in (1, 2, 3, 4)]
    assert places == sorted(places)
    assert "5. " not in page[places[-1] :]


def test_an_early_end_leaves_no_three_behind(consult: Session, people: People) -> None:
    close(consult, people["Gita"])
    assert consult.stages.filter(ended_at=None, skipped_at=None).count() == 0
    assert [state for _round, _name, state in presenting(consult)] == ["heard"] * 2 + ["carried"] * 5


def test_a_short_review_ends_the_rounds_of_all(consult: Session, people: People) -> None:
    closing.go_to_review(session=consult, by=people["Gita"], now=START)
    assert consult.stages.going_on().count() == 1
    assert [state for _round, _name, state in presenting(consult)] == ["heard"] * 2 + ["carried"] * 5
