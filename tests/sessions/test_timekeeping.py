"""The stage's time: more of it, pauses, and what both cost the session."""

from datetime import timedelta

import pytest

from als_project.users.models import User
from sessions.models import Session, Stage
from sessions.planning import overrun
from sessions.services import running, timekeeping
from sessions.services.holding import NotRunning
from sessions.services.stages import MovedOn
from sets.models import LearningSet
from tests.sessions.room_acts import START, at_stage, close, current

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(learning_set: LearningSet, asha: User, gita: User) -> Stage:
    """Suggestions: fifteen minutes from START, Asha presents."""
    return at_stage(learning_set, "suggestions", presenter=asha, by=gita)


def give(stage: Stage, by: User, minutes: int = 5, *, seen: int = 15) -> Stage:
    return timekeeping.give_time(
        session=stage.session, by=by, leaving=stage.pk, seen=seen, minutes=minutes, now=START + MINUTE
    )


def pause(stage: Stage, by: User, after: int) -> Stage:
    return timekeeping.pause(session=stage.session, by=by, leaving=stage.pk, now=START + after * MINUTE)


def go_on(stage: Stage, by: User, after: int) -> Stage:
    return timekeeping.go_on(session=stage.session, by=by, leaving=stage.pk, now=START + after * MINUTE)


def test_more_time_is_kept_beside_what_was_planned(stage: Stage, gita: User) -> None:
    given = give(stage, gita)
    assert (given.planned_minutes, given.added_minutes, given.minutes) == (15, 5, 20)
    assert given.ends_at(START + 3 * MINUTE) == START + 20 * MINUTE


def test_more_time_costs_the_session_at_once(stage: Stage, gita: User) -> None:
    session = stage.session
    before = overrun(session, session.stages.all(), START + MINUTE)
    give(stage, gita, 70)
    assert before == 0
    # Ten minutes have gone of ninety; of suggestions 75 are to come, then response, commit and review with five each.
    assert overrun(session, session.stages.all(), session.ends_at - 80 * MINUTE) == 10


def test_who_looked_before_somebody_gave_time_gives_none_twice(stage: Stage, gita: User, ben: User) -> None:
    give(stage, gita)
    assert give(stage, ben).minutes == 20
    assert give(stage, ben, seen=20).minutes == 25


def test_no_stage_has_more_than_four_hours(stage: Stage, gita: User) -> None:
    give(stage, gita, 225)
    with pytest.raises(timekeeping.NoMoreTime):
        give(stage, gita, 1, seen=240)
    assert current(stage.session).minutes == 240


def test_in_a_pause_the_clock_stands_still(stage: Stage, gita: User) -> None:
    pause(stage, gita, 4)
    paused = current(stage.session)
    assert [paused.actual_minutes(START + after * MINUTE) for after in (4, 9, 30)] == [4, 4, 4]
    assert paused.ends_at(START + 9 * MINUTE) == START + 20 * MINUTE


def test_after_a_pause_it_runs_from_where_it_stood(stage: Stage, gita: User) -> None:
    pause(stage, gita, 4)
    go_on(stage, gita, 10)
    pause(stage, gita, 12)
    gone_on = go_on(stage, gita, 13)
    assert (gone_on.paused_at, gone_on.paused_seconds) == (None, 7 * 60)
    assert gone_on.actual_minutes(START + 15 * MINUTE) == 8


def test_a_pause_costs_the_session_its_time(stage: Stage, gita: User) -> None:
    session = stage.session
    pause(stage, gita, 0)
    stages = list(session.stages.all())
    assert [overrun(session, stages, session.ends_at - left * MINUTE) for left in (30, 29, 20)] == [0, 1, 10]


def test_pausing_twice_pauses_once(stage: Stage, gita: User) -> None:
    pause(stage, gita, 4)
    assert pause(stage, gita, 6).paused_at == START + 4 * MINUTE
    go_on(stage, gita, 8)
    assert go_on(stage, gita, 9).paused_seconds == 4 * 60


def test_a_stage_left_in_a_pause_took_the_time_before_it(stage: Stage, gita: User) -> None:
    pause(stage, gita, 4)
    running.next_stage(session=stage.session, by=gita, leaving=stage.pk, now=START + 10 * MINUTE)
    stage.refresh_from_db()
    assert (stage.paused_at, stage.actual_minutes(START)) == (None, 4)


def test_a_session_closed_in_a_pause_keeps_the_time_before_it(stage: Stage, gita: User) -> None:
    pause(stage, gita, 4)
    close(stage.session, gita, now=START + 10 * MINUTE)
    stage.refresh_from_db()
    assert (stage.paused_at, stage.actual_minutes(START)) == (None, 4)


def test_going_back_from_a_paused_stage_it_has_not_begun(stage: Stage, gita: User) -> None:
    pause(stage, gita, 4)
    running.previous_stage(session=stage.session, by=gita, leaving=stage.pk, now=START + 5 * MINUTE)
    stage.refresh_from_db()
    assert (stage.started_at, stage.paused_at, stage.paused_seconds) == (None, None, 0)


@pytest.mark.parametrize("act", [give, lambda s, by: pause(s, by, 1), lambda s, by: go_on(s, by, 1)])
def test_nothing_changes_for_who_saw_another_stage(act: object, stage: Stage, gita: User) -> None:
    running.next_stage(session=stage.session, by=gita, leaving=stage.pk, now=START)
    with pytest.raises(MovedOn):
        act(stage, gita)  # type: ignore[operator]
    coming = current(stage.session)
    assert (coming.added_minutes, coming.paused_at) == (0, None)


@pytest.mark.parametrize("act", [give, lambda s, by: pause(s, by, 1), lambda s, by: go_on(s, by, 1)])
def test_nothing_is_kept_of_a_session_that_is_over(act: object, stage: Stage, gita: User) -> None:
    close(stage.session, gita, now=START)
    with pytest.raises(NotRunning):
        act(stage, gita)  # type: ignore[operator]


@pytest.mark.parametrize("change", ["give", "pause", "go_on"])
def test_open_pages_look_again(change: str, stage: Stage, gita: User) -> None:
    pause(stage, gita, 1) if change == "go_on" else None
    before = Session.objects.get(pk=stage.session_id).stirs
    {"give": give, "pause": lambda s, by: pause(s, by, 1), "go_on": lambda s, by: go_on(s, by, 2)}[change](stage, gita)
    assert Session.objects.get(pk=stage.session_id).stirs == before + 1
