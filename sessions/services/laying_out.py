"""Turns of a process without bids: everyone who is here has one, and all are of the same length.

Call these with the session's row held.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from als_project.users.models import User
from sessions.models import Session, Slot, Stage, Three
from sessions.planning import minutes_each, minutes_for_topics, stages_of_slot
from sessions.process import process_of
from sessions.rounds import by_lot
from sessions.services.signalling import people_in_round
from sessions.threes import deal
from sets.processes import Part, Process, StagePlan


def lay_out_if_due(session: Session, leaving: Stage, now: datetime) -> None:
    """The opening is over and nobody has laid out the turns: they are, by lot, for everyone who is here.

    However little time remains, each has the shortest there is: what it costs is shown, and people decide.
    """
    if leaving.part != Part.OPENING or session.slots.exists():
        return
    process = process_of(session)
    if process.uses_bids or session.stages.to_come().filter(part=Part.OPENING).exists():
        return
    people = by_lot(session.pk, people_in_round(session))
    others = session.stages.filter(slot=None).exclude(pk=leaving.pk)
    remaining = minutes_for_topics(session, others, now)
    threes = deal(people) if process.threes else []
    if threes:
        minutes = minutes_each(remaining, len(threes[0]))
        lay_out_threes(session, threes, minutes, usual_plans(process))
    else:
        lay_out(session, people, minutes_each(remaining, len(people)), usual_plans(process))


def usual_plans(process: Process) -> list[StagePlan]:
    """The stages of a turn when nobody has said anything about the optional ones."""
    return [plan for plan in process.stages_of(Part.TOPIC) if plan.usual or not plan.optional]


def plans_with(process: Process, optional: Collection[str]) -> list[StagePlan]:
    return [plan for plan in process.stages_of(Part.TOPIC) if not plan.optional or plan.key in optional]


def lay_out(
    session: Session, presenters: Sequence[User], minutes: int, plans: Sequence[StagePlan], *, after: int = 0
) -> list[Slot]:
    """Each of them has a turn of so many minutes, in this order, after the slot of that position."""
    made = [
        Slot(session=session, presenter=person, position=place, minutes=minutes)
        for place, person in enumerate(presenters, start=after + 1)
    ]
    Slot.objects.bulk_create(made)
    Stage.objects.bulk_create(stage for slot in made for stage in stages_of_slot(slot, plans))
    return made


def lay_out_threes(
    session: Session, threes: Sequence[Sequence[User]], minutes: int, plans: Sequence[StagePlan]
) -> list[Slot]:
    """Each three sits together, and in each round one of it presents: the rounds of all of them run on one clock.

    The threes are in order of size: the first, on whose clock the others run, is among the largest. A smaller one has
    no turn in the last round.
    """
    made: list[Slot] = []
    rows = [Three.objects.create(session=session, number=number) for number, _people in enumerate(threes, start=1)]
    for row, people in zip(rows, threes, strict=True):
        row.people.set(people)
    for turn in range(len(threes[0])):
        clock: list[Stage] = []
        for three, people in zip(rows, threes, strict=True):
            if turn >= len(people):
                continue
            slot = Slot.objects.create(
                session=session,
                presenter=people[turn],
                position=turn * len(rows) + three.number,
                minutes=minutes,
                three=three,
                round=turn + 1,
            )
            stages = stages_of_slot(slot, plans)
            for stage, on_the_clock in zip(stages, clock, strict=False):
                stage.beside = on_the_clock
            Stage.objects.bulk_create(stages)
            clock = clock or stages
            made.append(slot)
    return made
