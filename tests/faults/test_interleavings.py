"""Whatever happens between the claim and the sending, nobody gets a message they should not get any more.

Each round: a set with messages of several kinds, claimed by a worker; then, in random order, the worker sends one after
the other while the world goes on: somebody is removed, leaves, turns a kind off, loses the account, sends apologies,
brings no topic, reports back; a session is moved or cancelled. It goes on between two messages, and also in the middle
of a conversation with the mail server, over a connection of its own.
"""

import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from als_project.outbox import carrier, leaving, sending
from als_project.outbox.carrier import Carrier
from als_project.outbox.kinds import kind_called
from als_project.outbox.models import Message
from tests.faults.conftest import LONG
from tests.faults.figures import note
from tests.faults.world import KINDS, World
from tests.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS, ROUNDS_OF_CONTROLS = (1000, 100) if LONG else (6, 4)


Change = Callable[[World, str], None]


class Round:
    """Counts messages to people not entitled at that moment, and entitled people who went without."""

    def __init__(self, world: World, sink: Sink, *, happens: Change, often: float) -> None:
        self.world, self.sink, self.happens, self.often = world, sink, happens, often
        self.wrong = self.missing = 0
        self.troubles: list[BaseException] = []

    def play(self, carrier: Carrier) -> None:
        claimed = [m for m in sending.claim(now=self.world.now) if m.kind in KINDS]
        random.shuffle(claimed)
        self.sink.plan = self.meanwhile
        for message in claimed:
            for _ in range(random.choice([0, 0, 0, 1])):
                self.world.something_happens()
            self.send(message, carrier)
        self.sink.plan = lambda step, address: None

    def send(self, message: Message, carrier: Carrier) -> None:
        before = len(self.sink.contents)
        sending.deliver(message, carrier=carrier, now=self.world.now)
        arrived = len(self.sink.contents) > before
        entitled = (message.kind, message.to) in self.world.entitled
        self.wrong += arrived and not entitled
        self.missing += entitled and not arrived

    def meanwhile(self, step: str, address: str) -> None:
        """The server takes its time, in which somebody does something elsewhere."""
        if step not in ("mail", "rcpt", "data") or random.random() > self.often:
            return
        try:
            self.happens(self.world, address)
        except BaseException as error:
            self.troubles.append(error)
        finally:
            connection.close()  # this thread's own
        time.sleep(0.03)


@pytest.fixture
def smtp(settings: Any) -> Any:
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", sink.port, False
        yield sink


def rounds(sink: Sink, count: int, *, happens: Change = World.something_happens, often: float = 0.1) -> tuple[int, int]:
    """What `happens` at a step of a conversation, and how often: 1 would be each time."""
    wrong = missing = 0
    with Carrier() as line:
        for number in range(count):
            game = Round(World(number), sink, happens=happens, often=often)
            game.play(line)
            assert game.troubles == []
            wrong, missing = wrong + game.wrong, missing + game.missing
            line.receipts.settle()
            Message.objects.all().delete()
    return wrong, missing


def test_nobody_gets_what_they_should_not_get_any_more(smtp: Sink) -> None:
    wrong, missing = rounds(smtp, ROUNDS)
    note(f"{ROUNDS:,} random interleavings with claim and sending", f"{wrong} wrong messages, {missing} withheld")
    assert (wrong, missing) == (0, 0)
    assert {str(mail["List-Id"]).split(".")[1] for mail in smtp.accepted} == {
        kind.split(".")[1].replace("_", "-") for kind in KINDS
    }


def test_asked_at_the_claim_alone_some_would(smtp: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """A negative control: a verdict that is as old as the claim."""
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
    wrong, _ = rounds(smtp, ROUNDS_OF_CONTROLS)
    note(f"Asked at the claim alone, in {ROUNDS_OF_CONTROLS}", f"{wrong} wrong messages")
    assert wrong > 0


def test_asked_before_the_conversation_alone_some_would(smtp: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """A negative control: a slow server's answer is taken without another look."""
    monkeypatch.setattr(carrier, "PROMPT", float("inf"))
    wrong, _ = rounds(smtp, ROUNDS_OF_CONTROLS, happens=World.reader_goes, often=0.5)
    note(f"Asked before the conversation alone, in {ROUNDS_OF_CONTROLS}", f"{wrong} wrong messages")
    assert wrong > 0
