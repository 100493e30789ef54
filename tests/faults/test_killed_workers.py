"""kill -9 at any moment loses nothing, and repeats at most the one message that was in the worker's hands."""

import random
import time

from tests.faults.conftest import LONG
from tests.faults.figures import note
from tests.faults.product import CLAIM_SECONDS, Product, a_moment
from tests.sink import Sink

KILLS = 50 if LONG else 3
A_KILL = 200  # messages
# Held back, a message takes so many seconds: little beside a claim, and messages last until the next kill.
HELD_BACK = 0.3


class Flow:
    """Messages arrive as fast as workers send them, up to a mark; beyond it they trickle until it is moved on."""

    def __init__(self, sink: Sink) -> None:
        self.sink, self.mark = sink, 0
        sink.plan = self.pace

    def pace(self, step: str, address: str) -> None:
        if step == "rcpt" and len(self.sink.contents) >= self.mark:
            time.sleep(HELD_BACK)

    def go_on(self, count: int) -> None:
        self.mark = len(self.sink.contents) + count


def batches_in_hand(product: Product) -> int:
    """Without those of the dead, whose claims run out."""
    held = f"claimed_until > now() + interval '{CLAIM_SECONDS / 2} s'"
    return int(product.ask(f"SELECT count(DISTINCT claimed_until) FROM outbox_message WHERE {held}"))


def kill_while_it_sends(product: Product, *, kills: int, app: str = "als_project") -> int:
    """All messages are due from the beginning; of two workers one is killed again and again, while they flow.

    Returns how many of the kills came while messages were still waiting.
    """
    flow = Flow(product.sink)
    product.post(A_KILL * kills)
    product.start_beat()
    product.start_worker(name="survivor", app=app)
    in_mid_flow = 0
    for _ in range(kills):
        since = product.log.stat().st_size
        victim = product.start_worker(name="victim", app=app)
        product.wait_in_log("victim@", since=since)
        product.wait_in_log("ready.", since=since)
        product.wait_for("both to have messages in hand", lambda: batches_in_hand(product) == 2)
        before = len(product.sink.contents)
        flow.go_on(A_KILL // 2)
        product.wait_for_mail(before + random.randint(1, A_KILL // 2))
        a_moment(0.1)  # what was waited for has just been accepted: the worst of all moments
        product.kill(victim)
        in_mid_flow += product.unsent() > 0
    flow.go_on(product.posted)
    return in_mid_flow


def test_nothing_is_lost_and_next_to_nothing_repeated(product: Product) -> None:
    in_mid_flow = kill_while_it_sends(product, kills=KILLS)
    product.wait_until_all_is_sent(seconds=30 + CLAIM_SECONDS * 3)
    note(
        f"{product.posted:,} messages, two workers, one killed with -9 {KILLS} times ({in_mid_flow} in mid-flow)",
        f"{product.lost()} lost, {product.repeats()} repeated ({product.repeats() / KILLS:.2f} a kill)",
    )
    assert in_mid_flow > KILLS / 2
    assert product.lost() == 0
    assert product.repeats() <= (0.2 * KILLS if LONG else KILLS)
    assert product.twins_are_recognisable()


def test_with_the_protection_switched_off_messages_are_lost(product: Product) -> None:
    """The negative control: marked as sent when claimed, what a killed worker held is gone."""
    kill_while_it_sends(product, kills=KILLS, app="tests.faults.mark_first")
    product.wait_until_all_is_sent()
    note(
        f"The same with messages marked as sent when claimed ({product.posted:,} messages, {KILLS} kills)",
        f"{product.lost()} lost",
    )
    assert product.lost() > 0
