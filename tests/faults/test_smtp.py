"""A mail server that refuses, hangs or hangs up: no message is lost, and nobody knocks in a loop."""

import time
from collections import Counter

import pytest

from tests.faults.conftest import LONG
from tests.faults.figures import note
from tests.faults.product import Product

COUNT = 400 if LONG else 40


@pytest.fixture
def running(product: Product) -> Product:
    # The pauses of the product are minutes; what is looked at here is what it does until and after them.
    product.extra = {"FAULTS_PAUSE_SECONDS": "1"}
    product.start_beat()
    product.start_worker(app="tests.faults.short_pauses")
    return product


# What happens to each address that ends in this digit, and at which step; everything but 5 happens once.
MISHAPS = {
    "1": ("rcpt", "421 Closing"),
    "2": ("rcpt", "432 Stopped"),
    "3": ("data", "450 Busy"),
    "4": ("end", "452 Full"),
    "5": ("rcpt", "550 5.1.1 No such person"),
    "6": ("data", "drop"),
    "7": ("end", "keep and drop"),
    "8": ("end", "drop"),
    "9": ("rcpt", "hang"),
}


def test_everything_a_server_can_do_to_a_message(running: Product) -> None:
    met: Counter[str] = Counter()

    def plan(step: str, address: str) -> str | None:
        digit = address.partition("@")[0][-1:]
        at, does = MISHAPS.get(digit, ("", ""))
        if step != at or (met[address] and digit != "5"):
            return None
        met[address] += 1
        return does

    running.sink.plan = plan
    running.post(COUNT)
    refused, each = COUNT // 10, COUNT // 10
    running.wait_for("all but the refused to be sent", lambda: running.unsent() == refused, seconds=300)
    note(
        f"{COUNT} messages, of each ten one met 421, 432, 450, 452, 550, a drop before the dot, one after it (accepted,"
        " and not), and a server that hung",
        f"{running.lost() - refused} lost, {running.repeats()} repeated for {each} accepted without an answer",
    )
    assert running.count("parked_because = 'not accepted: 550 5.1.1'") == refused
    assert (running.lost(), running.repeats()) == (refused, each)
    assert running.twins_are_recognisable()


AWAY = [(step, does) for step in ("connect", "mail", "rcpt", "data") for does in ("hang", "drop")]


@pytest.mark.parametrize(("step", "does"), AWAY if LONG else [("connect", "drop"), ("rcpt", "hang")])
def test_away_before_the_final_dot_and_back(running: Product, step: str, does: str) -> None:
    running.sink.plan = lambda at, address: does if at == step else None
    running.post(COUNT)
    running.wait_for("somebody to knock", lambda: running.sink.connections >= 1)
    time.sleep(4)
    knocked = running.sink.connections
    running.sink.plan = lambda at, address: None
    running.wait_until_all_is_sent(seconds=90)
    note(
        f"A server that does “{does}” at “{step}” for four seconds",
        f"{knocked} connections meanwhile, {running.lost()} lost, {running.repeats()} repeated",
    )
    assert (running.lost(), running.repeats()) == (0, 0)
    assert knocked <= 12


def test_a_server_that_is_not_there_is_not_knocked_at_in_a_loop(running: Product) -> None:
    """Each message that is posted rings the bell; none of the rings leads to a connection of its own."""
    running.sink.plan = lambda step, address: "421 Away" if step == "connect" else None
    for _ in range(10):
        running.post(5)
        running.ring()
        time.sleep(0.3)
    knocked = running.sink.connections
    running.sink.plan = lambda step, address: None
    running.wait_until_all_is_sent(seconds=60)
    note("Ten rings within three seconds at a server that is away", f"{knocked} connections, {running.lost()} lost")
    assert knocked <= 4
    assert (running.lost(), running.repeats()) == (0, 0)
