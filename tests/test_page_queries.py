"""What a page asks the database does not grow with what it shows: 1, 30 or 300 rows, the same number of queries."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from als_project.users.models import User
from sessions.enums import SlotState
from sessions.models import Contribution, PollAnswer, PollOption, Session
from sets.models import LearningSet, Membership
from tests.factories import (
    join,
    make_action,
    make_bid,
    make_closed_session,
    make_poll,
    make_running_session,
    make_session,
    make_set,
    make_slot,
    make_stage,
    make_user,
    publish_rules,
)

# The most that each page may ask, the sign-in with its person among it.
MOST = {"home": 5, "set": 5, "before": 5, "after": 6, "room": 4, "actions": 2, "poll": 5}


class World:
    """A set that works: a session to come, one that is over, a poll; and another one in its room."""

    def __init__(self, learning_set: LearningSet, asha: User) -> None:
        self.learning_set, self.asha = learning_set, asha
        publish_rules(learning_set, agreed_by=list(learning_set.memberships.present()))
        self.before = make_session(learning_set)
        self.after = make_closed_session(learning_set)
        heard = make_slot(self.after, asha, state=SlotState.HEARD)
        begun = {"started_at": self.after.opened_at, "ended_at": self.after.closed_at}
        self.past_stage = make_stage(self.after, slot=heard, **begun)
        self.poll = make_poll(learning_set)
        other = make_set("A set in its room")
        join(other, asha)
        self.running = make_running_session(other)
        slot = make_slot(self.running, make_member(other), state=SlotState.RUNNING)
        self.stage = make_stage(self.running, slot=slot, started_at=self.running.opened_at)

    def grow(self, rows: int) -> None:
        """By so many rows of everything that a page lists; people and dates to answer only as far as a set has them."""
        sessions = Session.objects.count()
        for days in range(sessions + 30, sessions + 30 + rows):
            past = make_closed_session(self.learning_set, days=-days)
            make_session(self.learning_set, days=days)
            make_action(past, self.asha)
            make_action(self.after, self.asha)
            for stage in (self.past_stage, self.stage):
                Contribution.objects.create(stage=stage, author=self.asha, kind="suggestion", text="Ask her first.")
        for number in range(min(rows, 8)):
            member = make_member(self.learning_set)
            make_bid(self.before, member)
            option = PollOption.objects.create(
                poll=self.poll, starts_at=timezone.now() + timedelta(days=40, minutes=sessions + number)
            )
            PollAnswer.objects.create(option=option, user=member, answer="yes", answered_at=timezone.now())
        for number in range(min(rows, 30)):
            another = make_set(f"Set {number}")
            join(another, self.asha)
            make_session(another)
            make_poll(another)

    def address(self, page: str) -> str:
        match page:
            case "home":
                return reverse("home")
            case "actions":
                return reverse("actions:actions")
            case "room":
                return reverse("sessions:room", args=[self.running.pk])
        shown: LearningSet | Session = {"set": self.learning_set, "poll": self.poll}.get(page) or getattr(self, page)
        return shown.get_absolute_url()


def make_member(learning_set: LearningSet) -> User:
    member = make_user(f"Member {Membership.objects.count()}")
    join(learning_set, member)
    return member


@pytest.fixture
def queries_of(signed_in, asha: User) -> Callable[[str], int]:
    client = signed_in(asha)

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    return count


def test_a_page_asks_as_much_for_300_rows_as_for_one(learning_set, asha, queries_of):
    world = World(learning_set, asha)
    counts = []
    for more in (1, 29, 270):
        world.grow(more)
        counts.append({page: queries_of(world.address(page)) for page in MOST})
    assert counts == [counts[0]] * 3
    assert {page: count for page, count in counts[0].items() if count > MOST[page]} == {}
