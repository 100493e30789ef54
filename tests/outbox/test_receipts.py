from collections.abc import Iterator
from threading import Timer
from typing import Any

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone
from psycopg2.extras import wait_select

from als_project.outbox import quick_commits, services
from als_project.outbox.models import Hours, Message
from als_project.outbox.receipts import Receipts
from tests.factories import make_user
from tests.outbox.conftest import Hello
from tests.sink import Sink

NOW = timezone.now()
SENT = "SELECT sent_at IS NOT NULL FROM outbox_message WHERE id = %s"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hello")]


@pytest.fixture
def messages() -> list[Message]:
    people = [make_user(name) for name in ("Asha", "Ben")]
    services.post_to_each(people, kind="test.hello", cause="once", about=1, due_at=NOW)
    return list(Message.objects.order_by("pk"))


@pytest.fixture
def elsewhere() -> Iterator[Any]:
    """Another connection to the same database."""
    other = psycopg2.connect(**{**connection.get_connection_params(), "cursor_factory": None})
    yield other
    other.close()


def test_a_message_is_handed_over_whole_only_after_the_receipt_of_the_one_before(
    smtp: Sink, messages: list[Message], elsewhere: Any
) -> None:
    cursor = elsewhere.cursor()
    noted = []

    def plan(step: str, address: str) -> None:
        if (step, address) == ("end", "asha@example.org"):
            cursor.execute("SELECT FROM outbox_message WHERE id = %s FOR UPDATE", [messages[0].pk])
        if (step, address) == ("rcpt", "ben@example.org"):
            Timer(0.3, elsewhere.rollback).start()
        if (step, address) == ("end", "ben@example.org"):
            cursor.execute(SENT, [messages[0].pk])
            noted.append(cursor.fetchone()[0])

    smtp.plan = plan
    assert services.send_due(now=NOW) == 2
    assert noted == [True]
    assert Message.objects.filter(sent_at=NOW).count() == 2


def test_a_receipt_whose_connection_is_cut_is_written_all_the_same(messages: list[Message]) -> None:
    receipts = Receipts()
    receipts.write(messages[0], now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone() == (1,)
    receipts.write(messages[1], now=NOW)
    receipts.close()
    assert list(Message.objects.values_list("sent_at", flat=True)) == [NOW, NOW]


@pytest.fixture
def slow_receipts() -> Iterator[None]:
    """The database takes its time to note that a message was sent."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(0.3); RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER dawdle BEFORE UPDATE OF sent_at ON outbox_message FOR EACH ROW EXECUTE FUNCTION dawdle()"
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION dawdle CASCADE")


@pytest.mark.usefixtures("slow_receipts")
def test_the_last_place_of_a_week_is_taken_once_though_the_receipt_is_still_being_written(
    smtp: Sink, hello: type[Hello]
) -> None:
    hello.needed = False
    asha = make_user("Asha")
    Hours.objects.create(user=asha, quiet_from=0, quiet_until=0, most_a_week=1)
    for cause in ("first", "second"):
        services.post_to_each([asha], kind="test.hello", cause=cause, about=1, due_at=NOW)
    services.send_due(now=NOW)
    assert smtp.addresses == ["asha@example.org"]


WAITS = "SHOW synchronous_commit"


@pytest.fixture
def pooled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with POOLED=1: who has the connection next is not known."""
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)


def waits_for_the_disk() -> str:
    with connection.cursor() as cursor:
        cursor.execute(WAITS)
        return str(cursor.fetchone()[0])


def test_a_workers_own_connection_does_not_wait_for_the_disk_while_it_sends() -> None:
    with quick_commits.all_along():
        assert waits_for_the_disk() == "off"
    assert waits_for_the_disk() == "on"


@pytest.mark.usefixtures("pooled")
def test_a_pooled_connection_keeps_nothing_that_whoever_has_it_next_would_not_want() -> None:
    with quick_commits.all_along():
        assert waits_for_the_disk() == "on"


@pytest.mark.usefixtures("pooled")
def test_a_receipt_over_a_pooled_connection_does_not_wait_and_leaves_nothing_behind(messages: list[Message]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN NEW.dropped_because := current_setting('synchronous_commit'); RETURN NEW; END $$"
        )
        cursor.execute("CREATE TRIGGER note BEFORE UPDATE ON outbox_message FOR EACH ROW EXECUTE FUNCTION note()")
    try:
        receipts = Receipts()
        receipts.write(messages[0], now=NOW)
        receipts.settle()
        receipts._line.execute(WAITS)
        wait_select(receipts._line.connection)
        assert receipts._line.fetchone() == ("on",)
        receipts.close()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION note CASCADE")
    sent = Message.objects.get(pk=messages[0].pk)
    assert (sent.sent_at, sent.dropped_because) == (NOW, "off")
