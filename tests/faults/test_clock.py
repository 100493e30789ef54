"""Beat that is killed, two beats by mistake, and a clock that is set back."""

import time
from collections import Counter
from pathlib import Path

from tests.faults.conftest import LONG
from tests.faults.figures import note
from tests.faults.product import Product

MINUTES = 10 if LONG else 0.1
HOUR = 3600


def test_a_beat_that_is_killed_is_started_anew_and_finds_what_waits(product: Product) -> None:
    beat = product.start_supervised("beat")
    product.start_worker()
    for kills in range(1, 21 if LONG else 3):
        beat.process.kill()
        product.post(20)
        product.wait_until_all_is_sent()
        product.wait_for("beat's successor", lambda starts=kills + 1: beat.starts == starts)  # type: ignore[misc]
    note(f"Beat killed with -9 {beat.starts - 1} times", f"{product.lost()} lost, {product.repeats()} repeated")
    assert (product.lost(), product.repeats()) == (0, 0)


def test_two_beats_by_mistake_queue_and_send_nothing_twice(product: Product) -> None:
    """Messages that are due, and sessions that want prompts, come up all the while."""
    product.start_beat()
    product.start_beat()
    product.start_worker(name="first")
    product.start_worker(name="second")
    sets = product.start("-m", "tests.faults.sets_with_sessions", str(60 * MINUTES))
    while sets.poll() is None:
        product.post(20)
        time.sleep(1)
    product.wait_for("every member's prompts", lambda: product.ask(WITHOUT_PROMPTS) == 0)
    product.wait_until_all_is_sent()
    ids = Counter(str(mail["Message-ID"]) for mail in product.sink.accepted)
    rows, prompts = product.count("true"), product.ask(PROMPTS)
    note(
        f"Two beats for {MINUTES:g} minutes ({product.posted:,} messages posted, {prompts:,} prompts that are due)",
        f"{rows - len(ids)} lost, {ids.total() - len(ids)} repeated, {rows - product.posted - prompts} extra rows",
    )
    assert (rows, len(ids), ids.total()) == (product.posted + prompts, rows, rows)


PROMPTS = "SELECT count(DISTINCT (kind, to_id, about)) FROM outbox_message WHERE to_id IS NOT NULL"
WITHOUT_PROMPTS = "SELECT count(*) FROM users_user WHERE id NOT IN (SELECT to_id FROM outbox_message WHERE to_id > 0)"


def set_clock(clock: Path, seconds: float) -> None:
    """At one stroke: a worker that looks meanwhile finds the old time or the new one, never an empty file."""
    fresh = clock.with_suffix(".new")
    fresh.write_text(str(seconds))
    fresh.replace(clock)


def test_a_clock_set_back_by_an_hour_loses_and_repeats_nothing_and_stops_nobody(product: Product) -> None:
    """In mid-flow. What is due by the new clock is found by beat's next sweep, not in an hour."""
    clock = product.folder / "clock"
    set_clock(clock, 0)
    product.extra = {"FAULTS_CLOCK": str(clock)}
    product.start_beat(app="tests.faults.wrong_clock")
    workers = [product.start_worker(name=name, app="tests.faults.wrong_clock") for name in ("one", "other")]
    product.post(200, late=HOUR)
    product.wait_for_more_mail()
    set_clock(clock, -HOUR)
    product.wait_until_all_is_sent()
    for _ in range(20 if LONG else 2):
        product.post(20, late=HOUR)
        product.wait_until_all_is_sent(seconds=15)
    note(
        f"Clock set back by an hour ({product.posted:,} messages)",
        f"{product.lost()} lost, {product.repeats()} repeated",
    )
    assert (product.lost(), product.repeats()) == (0, 0)
    assert [worker.poll() for worker in workers] == [None, None]
