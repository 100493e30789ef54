"""What is done in threes, said shortly."""

from datetime import timedelta
from typing import Any

from als_project.users.models import User
from sessions.models import Session, Stage
from sessions.services import (
    sharing,
    stages,
)
from tests.sessions.room_acts import START

MINUTE = timedelta(minutes=1)
NAMES = ["Asha", "Ben", "Cleo", "Dora", "Emeka", "Finn", "Hana"]
People = dict[str, User]


def seat(session: Session, people: People, *threes: str, **fields: Any) -> None:
    """Such as “Asha Ben Cleo”."""
    sharing.share_in_threes(
        session=session,
        by=people["Gita"],
        threes=[[people[name] for name in three.split()] for three in threes],
        **{"breaks": 0, "optional": ["commit"], "now": START, **fields},
    )


def own(session: Session, person: User) -> Stage:
    stage = stages.stage_of(session, person)
    assert stage is not None
    return stage


def presenting(session: Session) -> list[tuple[int | None, str, str]]:
    return [(slot.round, slot.presenter.name, slot.state) for slot in session.slots.select_related("presenter")]
