"""Whatever happens between the claim and the sending, nobody gets a message they should not get any more.

Each round: a set with a session and its reminders, claimed by a worker; then, in random order, the worker sends one
message after the other while the world goes on: somebody is removed, leaves, turns the kind off, loses the account;
the session is moved or cancelled. The real services do it.
"""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from als_project.outbox import leaving, sending, services, unsubscribing
from als_project.outbox.carrier import Carrier
from als_project.outbox.kinds import kind_called
from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.models import Session
from sessions.services import scheduling
from sets.models import Membership
from sets.services import belonging
from tests.factories import join, make_session, make_set, make_user
from tests.faults.conftest import LONG
from tests.faults.figures import note
from tests.sink import Sink

pytestmark = pytest.mark.django_db
ROUNDS = 1000 if LONG else 40
KIND = "sessions.reminder"


class World:
    """One set; `entitled` are those who may still get the reminder."""

    def __init__(self, number: int) -> None:
        self.now = timezone.now()
        learning_set = make_set(f"Set {number}")
        self.facilitator = make_user(f"Gita{number}")
        join(learning_set, self.facilitator, facilitates=True)
        self.people = [make_user(f"Member{number}x{n}") for n in range(4)]
        for person in self.people:
            join(learning_set, person)
        self.session = make_session(learning_set, days=1)
        self.entitled = set(self.people)
        services.post_to_each(
            self.people, kind=KIND, cause=self.session.occasion, about=self.session.pk, due_at=self.now
        )

    def something_happens(self) -> None:
        person = random.choice(self.people)
        change: Callable[[User], set[User]] = random.choice(
            [self.remove, self.leave, self.turn_off, self.close_account, self.move, self.cancel]
        )
        self.entitled -= change(person)

    def remove(self, person: User) -> set[User]:
        if membership := self._present(person):
            belonging.remove(membership=membership, by=self.facilitator, now=self.now)
        return {person}

    def leave(self, person: User) -> set[User]:
        if membership := self._present(person):
            belonging.leave(membership=membership, by=person, now=self.now)
        return {person}

    def turn_off(self, person: User) -> set[User]:
        kind = kind_called(KIND)
        assert kind is not None
        unsubscribing.turn_off(user=person, kind=kind)
        return {person}

    def close_account(self, person: User) -> set[User]:
        User.objects.filter(pk=person.pk).update(is_active=False)
        return {person}

    def move(self, person: User) -> set[User]:
        session = Session.objects.get(pk=self.session.pk)
        if session.is_scheduled:
            later = session.starts_at + timedelta(days=random.randint(1, 5))
            kept = {name: getattr(session, name) for name in ("minutes", "time_zone", "place", "link")}
            scheduling.move_session(session=session, by=self.facilitator, starts_at=later, now=self.now, **kept)
        return set(self.people)

    def cancel(self, person: User) -> set[User]:
        session = Session.objects.get(pk=self.session.pk)
        if session.is_scheduled:
            scheduling.cancel_session(session=session, by=self.facilitator, now=self.now)
        return set(self.people)

    def _present(self, person: User) -> Membership | None:
        return Membership.objects.present().filter(learning_set=self.session.learning_set, user=person).first()


def play(world: World, carrier: Carrier, sink: Sink) -> tuple[int, int]:
    """Returns how many messages went to people not entitled at that moment, and how many entitled ones went without."""
    claimed = [m for m in sending.claim(now=world.now) if m.kind == KIND]
    random.shuffle(claimed)
    wrong = missing = 0
    for message in claimed:
        for _ in range(random.choice([0, 0, 1, 2])):
            world.something_happens()
        before = len(sink.accepted)
        sending.deliver(message, carrier=carrier, now=world.now)
        arrived, entitled = len(sink.accepted) > before, message.to in world.entitled
        wrong += arrived and not entitled
        missing += entitled and not arrived
    return wrong, missing


@pytest.fixture
def smtp(settings: Any) -> Any:
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", sink.port, False
        yield sink


def rounds(sink: Sink) -> tuple[int, int]:
    wrong = missing = 0
    with Carrier() as carrier:
        for number in range(ROUNDS):
            w, m = play(World(number), carrier, sink)
            wrong, missing = wrong + w, missing + m
            Message.objects.all().delete()
    return wrong, missing


def test_nobody_gets_what_they_should_not_get_any_more(smtp: Sink) -> None:
    wrong, missing = rounds(smtp)
    note(f"{ROUNDS:,} random interleavings between claim and sending", f"{wrong} wrong messages, {missing} withheld")
    assert (wrong, missing) == (0, 0)


def test_asked_at_the_claim_alone_some_would(smtp: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: a verdict that is as old as the claim."""
    claim, verdicts = sending.claim, {}

    def claim_and_ask(*, now: Any) -> list[Message]:
        claimed = claim(now=now)
        for message in claimed:
            kind = kind_called(message.kind)
            assert kind
            verdicts[message.pk] = leaving.verdict_on(message, kind, now=now)
        return claimed

    monkeypatch.setattr(sending, "claim", claim_and_ask)
    monkeypatch.setattr(sending, "verdict_on", lambda message, kind, *, now: verdicts[message.pk])
    wrong, _ = rounds(smtp)
    note("The same, asked at the claim alone", f"{wrong} wrong messages")
    assert wrong > 0
