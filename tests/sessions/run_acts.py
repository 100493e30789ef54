"""Planning a run, said shortly."""

from datetime import datetime
from typing import Any

from als_project.clock import to_instant, to_local
from als_project.users.models import User
from sessions.models import Run, Session
from sessions.services import runs
from sets.models import LearningSet

LONDON = "Europe/London"


def at(words: str, zone: str = LONDON) -> datetime:
    """The instant at which the clocks of the zone show “2026-10-13 14:00”."""
    return to_instant(datetime.fromisoformat(words), zone)


def plan(learning_set: LearningSet, by: User, *dates: str, now: datetime, zone: str = LONDON, **fields: Any) -> Run:
    return runs.schedule_run(
        learning_set=learning_set,
        by=by,
        now=now,
        **{
            "rule": "FREQ=MONTHLY;INTERVAL=1;BYDAY=+2TU;COUNT=9",
            "dates": [at(date, zone) for date in dates],
            "minutes": 120,
            "time_zone": zone,
            "place": "Room 4",
            "link": "",
            "facilitators": [by] * len(dates),
            **fields,
        },
    )


def local(session: Session, zone: str = "") -> str:
    return f"{to_local(session.starts_at, zone or session.time_zone):%Y-%m-%d %H:%M}"


def dates_of(run: Run) -> list[str]:
    """Of those that stand, on the clocks of their own zone."""
    return [local(session) for session in run.sessions.scheduled().order_by("starts_at")]


def move(session: Session, by: User, *, now: datetime, **fields: Any) -> list[Session]:
    same = ("starts_at", "minutes", "time_zone", "place", "link")
    return runs.move_from_here(
        session=session, by=by, now=now, **{**{name: getattr(session, name) for name in same}, **fields}
    )
