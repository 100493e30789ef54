"""The standing cast: one set with its people, and those who must not see into it."""

import pytest
from django.test import Client

from als_project.users.models import User
from sets.models import LearningSet, Membership, Programme
from tests.factories import end, join, make_set, make_user


@pytest.fixture
def gita(db: None) -> User:
    """Facilitates the set; brings no topics."""
    return make_user("Gita")


@pytest.fixture
def asha(db: None) -> User:
    """A member."""
    return make_user("Asha")


@pytest.fixture
def ben(db: None) -> User:
    """Another member, in another time zone."""
    return make_user("Ben", time_zone="Africa/Nairobi")


@pytest.fixture
def cara(db: None) -> User:
    """Was a member and left."""
    return make_user("Cara")


@pytest.fixture
def olu(db: None) -> User:
    """Organises the programme; a member of nothing."""
    return make_user("Olu")


@pytest.fixture
def stranger(db: None) -> User:
    """Has an account, belongs to another set."""
    return make_user("Sam Stranger")


@pytest.fixture
def superuser(db: None) -> User:
    """Runs the site; a member of nothing."""
    return User.objects.create_superuser("root@example.org", name="Root", time_zone="Europe/London")


@pytest.fixture
def programme(olu: User) -> Programme:
    programme = Programme.objects.create(name="Leading well")
    programme.organisers.add(olu)
    return programme


@pytest.fixture
def learning_set(gita: User, asha: User, ben: User, cara: User, stranger: User, programme: Programme) -> LearningSet:
    """Gita facilitates Asha and Ben; Cara left; the stranger sits in another set. No ground rules yet."""
    learning_set = make_set(programme=programme)
    join(learning_set, gita, facilitates=True)
    join(learning_set, asha)
    join(learning_set, ben)
    end(join(learning_set, cara))
    join(make_set("Another set"), stranger)
    return learning_set


@pytest.fixture
def memberships(learning_set: LearningSet) -> dict[str, Membership]:
    """The present memberships by first name."""
    return {m.user.name: m for m in learning_set.memberships.present().select_related("user")}


@pytest.fixture
def signed_in() -> "SignedIn":
    return SignedIn()


class SignedIn:
    """`signed_in(asha)` is a test client in which Asha is signed in."""

    def __call__(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client
