"""Redis only rings the bell: without it messages wait for the first sweep that a worker hears again; none is lost."""

import signal
import time

import pytest

from tests.faults.conftest import LONG
from tests.faults.figures import note
from tests.faults.product import BEAT_SECONDS, CLAIM_SECONDS, Product, a_moment

KILLS = 20 if LONG else 2
# Seconds that a worker and beat need to find a broker again that was away for a few; longer where it may be a busy one.
BACK = 15


@pytest.fixture
def running(product: Product) -> Product:
    product.start_supervised("beat")
    product.start_supervised("worker")
    product.post(20)
    product.wait_until_all_is_sent()
    return product


def settle(product: Product, what: str) -> None:
    """All that waits leaves with the first sweep that is heard again: late by the way back, and one sweep."""
    began, back = time.monotonic(), product.ask("SELECT clock_timestamp()::text")
    swept = f"(SELECT max(at) FROM outbox_seen WHERE name = 'worker' AND at > '{back}')"
    unsent = "(SELECT count(*) FROM outbox_message WHERE sent_at IS NULL)"
    product.wait_for("a sweep to be heard", lambda: product.ask(f"SELECT {swept}"), seconds=BACK)
    sweeps = set()
    while (now := product.ask(f"SELECT ARRAY[{swept}::text, {unsent}::text]"))[1] != "0":
        sweeps.add(now[0])
        assert len(sweeps) <= most_sweeps(product)
        time.sleep(0.02)
    late = time.monotonic() - began
    note(what, f"{product.lost()} lost, {product.repeats()} repeated, all sent {late:.0f} s after Redis was back")
    assert (product.lost(), product.repeats()) == (0, 0)


def most_sweeps(product: Product) -> float:
    """One; where a worker ended with messages in its hands, as many as its claim on them lasts."""
    ended = any(process.starts > 1 for process in product.supervised)
    return 2 + CLAIM_SECONDS / BEAT_SECONDS if ended else 1


def test_a_redis_that_was_stopped_for_a_while(running: Product) -> None:
    running.broker.stop()
    running.post(100)
    time.sleep(5)
    assert running.unsent() == 100
    running.broker.start()
    settle(running, "Redis stopped for five seconds and started again, empty")


def test_a_redis_that_is_killed_again_and_again(running: Product) -> None:
    for _ in range(KILLS):
        running.post(30)
        a_moment(0.5)
        running.broker.stop(signal.SIGKILL)
        running.post(30)
        a_moment(1)
        running.broker.start()
        a_moment(3)
    settle(running, f"Redis killed with -9 {KILLS} times, each time empty afterwards ({running.posted:,} messages)")


def test_a_redis_that_is_emptied_in_mid_flow(running: Product) -> None:
    for _ in range(KILLS * 5):
        running.post(30)
        a_moment(0.3)
        running.broker.flush()
    settle(running, f"Redis flushed {KILLS * 5} times in mid-flow ({running.posted:,} messages)")


def test_a_redis_that_hangs(running: Product) -> None:
    running.broker.send(signal.SIGSTOP)
    running.post(50)
    time.sleep(8)
    running.broker.send(signal.SIGCONT)
    settle(running, "Redis hanging for eight seconds")


def test_a_worker_that_stands_still_is_ended_and_started_anew(product: Product) -> None:
    """Its loop hangs, with a task in hand, while the broker answers everybody else."""
    product.extra = {"WORKER_DEAF_SECONDS": "3"}
    product.sink.plan = lambda step, address: time.sleep(0.2) if step == "rcpt" else None
    product.start_supervised("beat")
    worker = product.start_supervised("worker", "--concurrency", "1", app="tests.faults.stand_still")
    product.post(20)
    product.wait_for_more_mail()
    control = ("-m", "celery", "-A", "tests.faults.stand_still", "control")
    product.run(*control, "stand_still", "--timeout", "0.5", check=False)  # nobody answers: it stands still
    product.wait_for("it to be started anew", lambda: worker.starts == 2)
    product.post(20)
    product.wait_until_all_is_sent()
    # What was in its child's hands when it was ended is the one message that may be repeated.
    assert (product.lost(), product.repeats() <= 1) == (0, True)


@pytest.mark.parametrize("options", [("--pool", "solo"), ("--concurrency", "1")], ids=["solo", "prefork"])
def test_a_worker_with_a_long_task_is_left_alone(product: Product, options: tuple[str, ...]) -> None:
    """It hears nothing meanwhile, although tasks are waiting."""
    product.extra = {"WORKER_DEAF_SECONDS": "3"}
    product.sink.plan = lambda step, address: time.sleep(0.3) if step == "rcpt" else None
    product.start_supervised("beat")
    worker = product.start_supervised("worker", *options)
    product.post(24)
    product.wait_until_all_is_sent()
    assert (product.lost(), product.repeats(), worker.starts) == (0, 0, 1)
