"""Seven members of a set that works in threes."""

import pytest

from als_project.users.models import User
from sessions.models import Session
from sets.models import LearningSet
from tests.factories import join, make_user
from tests.sessions.room_acts import go_to, opened, scheduled
from tests.sessions.threes.acts import NAMES, People, seat


@pytest.fixture
def people(learning_set: LearningSet, asha: User, ben: User, gita: User) -> People:
    """Seven members; Gita only facilitates."""
    learning_set.process = "troika"
    learning_set.save(update_fields=["process"])
    found = {"Asha": asha, "Ben": ben, "Gita": gita}
    for name in NAMES[2:]:
        found[name] = make_user(name)
        join(learning_set, found[name])
    return found


@pytest.fixture
def session(learning_set: LearningSet, people: People, gita: User) -> Session:
    """In “Share the time”, 90 minutes to go."""
    session = opened(scheduled(learning_set, coming=tuple(people[name] for name in NAMES)), gita)
    go_to(session, "share-time", gita)
    return session


@pytest.fixture
def consult(session: Session, people: People) -> Session:
    """Asha, Ben, Cleo and Dora sit together, as do Emeka, Finn and Hana. Round 1: Asha and Emeka turn away."""
    seat(session, people, "Emeka Finn Hana", "Asha Ben Cleo Dora")
    go_to(session, "consult", people["Gita"])
    return session
