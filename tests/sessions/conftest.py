import pytest

from als_project.users.models import User
from sessions.models import Session
from sets.models import LearningSet
from tests.sessions.room_acts import go_to, opened, scheduled


@pytest.fixture
def choosing(learning_set: LearningSet, gita: User, asha: User, ben: User) -> Session:
    """In the choice, with bids by Asha and Ben."""
    session = opened(scheduled(learning_set, asha, ben), gita)
    go_to(session, "choose", gita)
    return session
