"""A database that restarts in the middle of sending."""

import signal

from tests.faults.conftest import LONG
from tests.faults.figures import note
from tests.faults.product import CLAIM_SECONDS, Product, a_moment

TIMES = 10 if LONG else 2


def restart_while_it_sends(product: Product, number: signal.Signals) -> None:
    product.start_supervised("beat")
    product.start_supervised("worker", "--concurrency", "2")
    for _ in range(TIMES):
        product.post(150)
        product.wait_for_more_mail()
        a_moment(0.2)
        product.postgres.stop(number)
        a_moment(1)
        product.postgres.start()
    product.wait_until_all_is_sent(seconds=60 + CLAIM_SECONDS * 3)


def test_a_restart_loses_nothing_and_repeats_next_to_nothing(product: Product) -> None:
    """What a receipt was due for while the database was away is insisted on: nothing of it is sent again."""
    restart_while_it_sends(product, signal.SIGINT)
    note(
        f"PostgreSQL restarted {TIMES} times in mid-flow ({product.posted:,} messages)",
        f"{product.lost()} lost, {product.repeats()} repeated",
    )
    assert product.lost() == 0
    assert product.repeats() <= TIMES
    assert product.twins_are_recognisable()


def test_a_crash_loses_nothing_and_forgets_half_a_second_of_receipts_at_most(product: Product) -> None:
    """Receipts don't wait for the disk: a crash of the database server itself may cost those of its last moments."""
    restart_while_it_sends(product, signal.SIGQUIT)
    note(
        f"PostgreSQL crashed (SIGQUIT) {TIMES} times in mid-flow ({product.posted:,} messages)",
        f"{product.lost()} lost, {product.repeats()} repeated",
    )
    assert product.lost() == 0
    assert product.twins_are_recognisable()
