"""It is the first of September, and a session is scheduled."""

from typing import Any

import pytest
import time_machine

from als_project.users.models import User
from sessions.models import Session
from sets.models import LearningSet
from tests.factories import make_session
from tests.sessions.before.pages import HEADLINE, NOW, QUESTION


@pytest.fixture(autouse=True)
def _first_of_september() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session(learning_set: LearningSet, gita: User) -> Session:
    return make_session(learning_set, facilitator=gita)


@pytest.fixture
def topic() -> dict[str, str]:
    return {"headline": HEADLINE, "question": QUESTION, "urgency": "high", "minutes_wanted": "40"}
