from datetime import timedelta

import pytest

from sessions.models import Session, Stage
from sessions.planning import minutes_left, minutes_planned, overrun, shared_out
from tests.sessions.room_acts import START


@pytest.mark.parametrize(
    ("minutes", "weights", "parts"),
    [
        (30, [5, 15, 5, 5], [5, 15, 5, 5]),
        (60, [5, 15, 5, 5], [10, 30, 10, 10]),
        (35, [5, 5, 15, 5, 5], [5, 5, 15, 5, 5]),
        (20, [5, 15, 5, 5], [4, 10, 3, 3]),
        (40, [3, 5, 15, 3, 5, 4], [3, 6, 17, 3, 6, 5]),
        (6, [3, 5, 15, 3, 5, 4], [1, 1, 1, 1, 1, 1]),
        (5, [3, 5, 15, 3, 5, 4], [1, 1, 1, 1, 1, 1]),
        (7, [1], [7]),
    ],
)
def test_a_slots_minutes_are_shared_in_proportion(minutes: int, weights: list[int], parts: list[int]) -> None:
    assert shared_out(minutes, weights) == parts


@pytest.mark.parametrize("minutes", range(6, 241))
def test_shares_add_up_and_nobody_gets_nothing(minutes: int) -> None:
    parts = shared_out(minutes, [3, 5, 15, 3, 5, 4])
    assert sum(parts) == minutes
    assert min(parts) >= 1


def stage(planned: int, *, started: int | None = None, ended: int | None = None, skipped: bool = False) -> Stage:
    at = {
        name: START + timedelta(minutes=m)
        for name, m in (("started_at", started), ("ended_at", ended))
        if m is not None
    }
    return Stage(planned_minutes=planned, skipped_at=START if skipped else None, **at)


SESSION = Session(starts_at=START, minutes=60)
STAGES = [
    stage(10, skipped=True),
    stage(10, started=0, ended=12),
    stage(20, started=12),
    stage(15),
    stage(5),
]


def test_what_is_planned_is_the_rest_of_this_stage_and_those_to_come() -> None:
    assert minutes_planned(STAGES, START + timedelta(minutes=20)) == 12 + 15 + 5


def test_a_stage_that_runs_over_plans_nothing_more() -> None:
    assert minutes_planned(STAGES, START + timedelta(minutes=50)) == 15 + 5


def test_what_is_left_is_negative_after_the_end() -> None:
    assert minutes_left(SESSION, START + timedelta(minutes=70)) == -10


@pytest.mark.parametrize(("minute", "over"), [(20, 0), (28, 0), (32, 0), (40, 0), (41, 1), (50, 10), (65, 25)])
def test_an_overrun_is_said_in_minutes(minute: int, over: int) -> None:
    assert overrun(SESSION, STAGES, START + timedelta(minutes=minute)) == over
