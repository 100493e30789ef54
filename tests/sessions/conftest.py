from datetime import timedelta

import pytest
from django.utils import timezone

from als_project.users.models import User
from sessions.models import Session, Stage
from sets.models import LearningSet
from tests.factories import join, make_user
from tests.sessions.room_acts import choose, go_to, opened, scheduled


@pytest.fixture
def choosing(learning_set: LearningSet, gita: User, asha: User, ben: User) -> Session:
    """In the choice, with bids by Asha and Ben."""
    session = opened(scheduled(learning_set, asha, ben), gita)
    go_to(session, "choose", gita)
    return session


@pytest.fixture
def soon(learning_set: LearningSet, asha: User, ben: User) -> Session:
    """To begin in ten minutes."""
    return scheduled(learning_set, asha, ben, starts_at=timezone.now() + timedelta(minutes=10))


@pytest.fixture
def suggestions(soon: Session, asha: User, gita: User) -> Stage:
    """Asha presents and listens."""
    opened(soon, gita, now=timezone.now())
    go_to(soon, "choose", gita, now=timezone.now())
    choose(soon, gita, (asha, 30), now=timezone.now())
    return go_to(soon, "suggestions", gita, now=timezone.now())


@pytest.fixture
def dora(learning_set: LearningSet) -> User:
    """A third member."""
    user = make_user("Dora")
    join(learning_set, user)
    return user
