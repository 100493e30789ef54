"""A session that closed four weeks ago, in which Asha presented, and one to come in two days."""

from datetime import datetime

import pytest
from django.utils import timezone

from actions.models import Action
from als_project.users.models import User
from sessions.enums import SlotState
from sessions.models import Session, Slot
from sets.models import LearningSet
from tests.factories import make_action, make_closed_session, make_session, make_slot, make_stage


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def met(learning_set: LearningSet) -> Session:
    return make_closed_session(learning_set)


@pytest.fixture
def ahead(learning_set: LearningSet, met: Session) -> Session:
    return make_session(learning_set, days=2)


@pytest.fixture
def slot(met: Session, asha: User) -> Slot:
    """Asha's topic, heard to its end."""
    slot = make_slot(met, asha, state=SlotState.HEARD)
    make_stage(
        met,
        slot=slot,
        key="commit",
        writes="presenter",
        captures=["action"],
        presenter_listens=False,
        started_at=met.opened_at,
        ended_at=met.closed_at,
    )
    return slot


@pytest.fixture
def action(met: Session, slot: Slot, asha: User) -> Action:
    """Asha's: open, confirmed, four weeks old."""
    return make_action(met, asha, slot=slot, created_at=met.closed_at, confirmed_at=met.closed_at)


@pytest.fixture
def draft(met: Session, slot: Slot, asha: User, gita: User) -> Action:
    """Gita drafted it for Asha."""
    return make_action(met, asha, "Write to the board", slot=slot, state="proposed", drafted_by=gita)
