"""Minutes: how a slot's are shared among its stages, and whether what is planned still fits. No queries."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime

from sessions.models import Session, Slot, Stage
from sets.processes import Part, Per, StagePlan

# Places in a session's order, spaced so that choosing again renumbers nothing: opening stages from 0, the stages of
# the first slot from 100, of the second from 200 …, closing stages at the end.
A_SLOT = 100
CLOSING = 30_000

SHORTEST_SLOT, LONGEST_SLOT = 5, 240  # minutes


def shared_out(minutes: int, weights: Sequence[int]) -> list[int]:
    """Whole minutes in proportion to the weights, each at least one, adding up to `minutes`.

    With fewer minutes than weights each gets one.
    """
    total = sum(weights)
    parts = [max(1, minutes * weight // total) for weight in weights]
    by_loss = sorted(range(len(weights)), key=lambda n: -(minutes * weights[n] % total))
    for n in by_loss[: max(0, minutes - sum(parts))]:
        parts[n] += 1
    while sum(parts) > max(minutes, len(parts)):
        parts[parts.index(max(parts))] -= 1
    return parts


def once_a_session(session: Session, plans: Iterable[StagePlan], part: Part, counts: dict[Per, int]) -> list[Stage]:
    """Opening or closing stages, not saved; minutes for each person times the number of people."""
    start = CLOSING if part == Part.CLOSING else 0
    return [
        _stage(session, plan, start + place, plan.minutes * max(1, counts.get(plan.per, 1)))
        for place, plan in enumerate(plans)
    ]


def stages_of_slot(slot: Slot, plans: Sequence[StagePlan]) -> list[Stage]:
    """The topic stages of one slot, not saved, scaled to its minutes."""
    minutes = shared_out(slot.minutes, [plan.minutes for plan in plans])
    return [
        _stage(slot.session, plan, slot.position * A_SLOT + place, minutes[place], slot)
        for place, plan in enumerate(plans)
    ]


def _stage(session: Session, plan: StagePlan, position: int, minutes: int, slot: Slot | None = None) -> Stage:
    return Stage(
        session=session,
        slot=slot,
        position=position,
        part=plan.part,
        key=plan.key,
        name=plan.name,
        prompt=plan.prompt,
        speaks=plan.speaks,
        writes=plan.writes,
        captures=[str(kind) for kind in plan.captures],
        presenter_listens=plan.presenter_listens,
        planned_minutes=minutes,
    )


def minutes_left(session: Session, now: datetime) -> float:
    """Until the session is to end; negative once it runs over."""
    return (session.ends_at - now).total_seconds() / 60


def minutes_planned(stages: Iterable[Stage], now: datetime) -> float:
    """What the current stage still has, and the stages to come."""
    waiting = [stage for stage in stages if stage.ended_at is None and stage.skipped_at is None]
    return sum(max(0.0, stage.minutes - stage.actual_minutes(now)) for stage in waiting)


def overrun(session: Session, stages: Iterable[Stage], now: datetime) -> int:
    """By how many minutes what is planned exceeds what remains of the session; 0 when it fits."""
    return max(0, math.ceil(minutes_planned(stages, now) - minutes_left(session, now) - 0.5))


def minutes_for_topics(session: Session, others: Iterable[Stage], now: datetime) -> int:
    """What remains of the session beside what is left of `others`: the stages that are no topic's."""
    return max(0, math.floor(minutes_left(session, now) - minutes_planned(others, now) + 0.5))


def minutes_each(remaining: int, turns: int) -> int:
    """Equal minutes for so many turns; however little remains, each has the shortest slot there is."""
    return min(LONGEST_SLOT, max(SHORTEST_SLOT, remaining // max(1, turns)))


def plan_of(stages: Sequence[Stage], slots: Sequence[Slot]) -> str:
    """Names the plan for what remains: it differs as soon as anything in it does. Both are in their order.

    The stages are those on the clock, or as one three has them.
    """
    waiting = [stage for stage in stages if stage.started_at is None and stage.skipped_at is None]
    places = [f"{slot.pk}{slot.state[0]}{slot.bid_id}" for slot in slots]
    return ".".join([*places, *(f"{stage.clock_id}+{stage.minutes}" for stage in waiting)])
