"""Beat that is killed, two beats by mistake, and a clock that is set back."""

import time

from tests.faults.conftest import LONG
from tests.faults.figures import note
from tests.faults.product import Product

MINUTES = 10 if LONG else 0.1


def test_a_beat_that_is_killed_is_started_anew_and_finds_what_waits(product: Product) -> None:
    beat = product.start_supervised("beat")
    product.start_worker()
    for _ in range(5 if LONG else 2):
        beat.process.kill()
        product.post(20)
        product.wait_until_all_is_sent()
    assert (product.lost(), product.repeats()) == (0, 0)
    product.wait_for("the last one's successor", lambda: beat.starts == (6 if LONG else 3))


def test_two_beats_by_mistake_send_nothing_twice(product: Product) -> None:
    product.start_beat("one")
    product.start_beat("other")
    product.start_worker(name="first")
    product.start_worker(name="second")
    until = time.monotonic() + 60 * MINUTES
    while time.monotonic() < until:
        product.post(20)
        time.sleep(1)
    product.wait_until_all_is_sent()
    rows = product.ask("SELECT count(*) FROM outbox_message")
    note(
        f"Two beats for {MINUTES:g} minutes ({product.posted:,} messages)",
        f"{product.lost()} lost, {product.repeats()} repeated, {rows - product.posted} extra rows",
    )
    assert (product.lost(), product.repeats(), rows) == (0, 0, product.posted)


def test_a_clock_set_back_by_an_hour_loses_and_repeats_nothing(product: Product) -> None:
    """Half the messages leave by the old clock; the workers that know the new one send the rest, each once."""
    product.start_beat()
    before = product.start_worker(name="before")
    product.post(100)
    product.wait_for_more_mail()
    product.extra = {"FAULTS_CLOCK_SECONDS": "-3600"}
    after = product.start_worker(name="after", app="tests.faults.wrong_clock")
    product.wait_in_log("after@", since=0)
    product.post(40, late=3600)
    product.wait_until_all_is_sent(seconds=60)
    assert (product.lost(), product.repeats()) == (0, 0)
    assert (before.poll(), after.poll()) == (None, None)
