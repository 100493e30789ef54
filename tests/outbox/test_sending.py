from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from celery import Celery
from django.core.mail import EmailMessage
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from als_project import celery_app
from als_project.outbox import ends, kinds, sending, services
from als_project.outbox.models import Message
from als_project.users.models import User
from tests.factories import make_user
from tests.outbox.conftest import Hello
from tests.sink import Sink

NOW = timezone.now()


def post(to: User, *, cause: str = "once", **fields: Any) -> None:
    services.post(kind="test.hello", key=f"test.hello:{cause}:{to.pk}", to=to, **{"due_at": NOW, **fields})


def only() -> Message:
    return Message.objects.get()


@pytest.mark.usefixtures("hello")
def test_the_same_cause_queues_and_sends_once(asha: User, smtp: Sink) -> None:
    post(asha)
    post(asha)
    assert [services.send_due(now=NOW), services.send_due(now=NOW)] == [1, 0]
    assert smtp.addresses == ["asha@example.org"]
    assert only().sent_at == NOW


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("hello")
def test_a_cause_that_is_rolled_back_queues_nothing() -> None:
    asha = make_user("Asha")
    with transaction.atomic():
        post(asha)
        transaction.set_rollback(True)
    assert Message.objects.count() == 0


@pytest.mark.usefixtures("hello")
def test_a_message_is_not_sent_before_it_is_due(asha: User, smtp: Sink) -> None:
    post(asha, due_at=NOW + timedelta(minutes=1))
    assert services.send_due(now=NOW) == 0
    assert services.send_due(now=NOW + timedelta(minutes=1)) == 1
    assert len(smtp.accepted) == 1


def test_a_message_whose_reason_is_gone_is_dropped_without_troubling_the_mail_server(
    asha: User, smtp: Sink, hello: type[Hello]
) -> None:
    post(asha)
    hello.reason = False
    services.send_due(now=NOW)
    assert (smtp.accepted, smtp.connections) == ([], 0)
    assert (only().dropped_because, only().dropped_at) == ("its reason was gone", NOW)


@pytest.mark.usefixtures("hello")
def test_nobody_who_may_not_sign_in_is_written_to(asha: User, smtp: Sink) -> None:
    post(asha)
    User.objects.filter(pk=asha.pk).update(is_active=False)
    services.send_due(now=NOW)
    assert (smtp.accepted, only().dropped_because) == ([], "its recipient has no account")


@pytest.mark.usefixtures("hello")
def test_an_address_that_changed_after_the_claim_is_the_one_written_to(asha: User, smtp: Sink) -> None:
    post(asha)
    claimed = sending.claim(now=NOW)
    User.objects.filter(pk=asha.pk).update(email="new@example.org")
    with sending.Carrier() as carrier:
        sending.deliver(claimed[0], carrier=carrier, now=NOW)
    assert smtp.addresses == ["new@example.org"]


@pytest.mark.usefixtures("hello")
def test_a_message_left_in_a_dead_workers_hands_is_found_again(asha: User, smtp: Sink) -> None:
    post(asha)
    assert [m.pk for m in sending.claim(now=NOW)] == [only().pk]
    assert services.send_due(now=NOW + timedelta(minutes=1)) == 0
    assert services.send_due(now=NOW + sending.hold()) == 1
    assert smtp.addresses == ["asha@example.org"]


@pytest.mark.usefixtures("hello")
def test_a_slow_batch_is_held_on_to_on_the_way(
    asha: User, ben: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(asha)
    post(ben)
    lease = sending.Lease(sending.claim(now=NOW), now=NOW)
    clock = sending.time.monotonic
    monkeypatch.setattr(sending.time, "monotonic", lambda: clock() + 60)
    assert lease.holds(1)
    held_until = dict(Message.objects.values_list("to__name", "claimed_until"))
    assert held_until["Asha"] == NOW + sending.hold()
    assert held_until["Ben"] - held_until["Asha"] == pytest.approx(timedelta(seconds=60), abs=timedelta(seconds=5))


@pytest.mark.usefixtures("hello")
def test_a_batch_that_outlived_its_claim_is_left_alone(asha: User, ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    post(asha)
    lease = sending.Lease(sending.claim(now=NOW), now=NOW)
    clock = sending.time.monotonic
    monkeypatch.setattr(sending.time, "monotonic", lambda: clock() + sending.hold().total_seconds() + 1)
    assert not lease.holds(0)


@pytest.mark.usefixtures("hello")
def test_a_batch_that_somebody_else_took_is_left_alone(asha: User, monkeypatch: pytest.MonkeyPatch) -> None:
    post(asha)
    lease = sending.Lease(sending.claim(now=NOW), now=NOW)
    Message.objects.update(claimed_until=NOW + timedelta(hours=1))
    clock = sending.time.monotonic
    monkeypatch.setattr(sending.time, "monotonic", lambda: clock() + 60)
    assert not lease.holds(0)


def test_what_is_urgent_goes_first(asha: User, ben: User, smtp: Sink, hello: type[Hello]) -> None:
    post(asha)
    hello.urgent = True
    post(ben, due_at=NOW + timedelta(seconds=1))
    services.send_due(now=NOW + timedelta(seconds=1))
    assert smtp.addresses == ["ben@example.org", "asha@example.org"]


@pytest.mark.usefixtures("hello")
def test_a_connection_carries_twenty_messages(db: None, smtp: Sink) -> None:
    services.post_to_each(
        [make_user(f"Person {n}") for n in range(45)], kind="test.hello", cause="many", about=1, due_at=NOW
    )
    assert services.send_due(now=NOW) == 45
    assert (len(smtp.accepted), smtp.connections) == (45, 3)


def test_lines_that_begin_with_a_dot_arrive_whole(smtp: Sink) -> None:
    with sending.Carrier() as carrier:
        for _ in range(2):
            carrier.announce()
            carrier.hand_over(
                "asha@example.org", lambda: EmailMessage("Dots", "a\n.\n..b\n.c", to=["asha@example.org"])
            )
    assert [mail.get_content() for mail in smtp.accepted] == ["a\r\n.\r\n..b\r\n.c\r\n"] * 2


def test_one_broken_kind_holds_up_no_other(
    asha: User, ben: User, smtp: Sink, hello: type[Hello], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(kinds.MessageKind):
        name = "test.broken"

        def context(self, message: Message) -> dict[str, Any] | None:
            raise KeyError("a fault in the programme")

    monkeypatch.setitem(kinds._kinds, Broken.name, Broken())
    services.post(kind="test.broken", key="broken", to=asha, due_at=NOW)
    post(ben)
    services.send_due(now=NOW)
    assert smtp.addresses == ["ben@example.org"]
    broken = Message.objects.get(key="broken")
    assert (broken.attempts, broken.failing_since, broken.claimed_until) == (1, NOW, None)


def test_a_kind_that_only_a_newer_version_knows_waits_for_it(asha: User, smtp: Sink) -> None:
    services.post(kind="test.tomorrow", key="tomorrow", to=asha, due_at=NOW)
    services.send_due(now=NOW)
    assert (only().attempts, only().dropped_at, only().due_at > NOW) == (1, None, True)


def test_a_receipt_is_insisted_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database goes away between the server's answer and the receipt, and comes back."""
    failures = [OperationalError, OperationalError]
    closed, written = [], []
    monkeypatch.setattr(ends, "RECEIPT_PAUSES", (0, 0, 0))
    monkeypatch.setattr(ends, "connection", SimpleNamespace(in_atomic_block=False, close=lambda: closed.append(1)))

    def write() -> None:
        if failures:
            raise failures.pop()
        written.append(1)

    ends._insist(write)
    assert (closed, written) == ([1, 1], [1])


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("hello")
def test_two_workers_send_each_message_once(smtp: Sink) -> None:
    people = [make_user(f"Person {n}") for n in range(120)]
    services.post_to_each(people, kind="test.hello", cause="race", about=1, due_at=NOW)

    def work(_: int) -> None:
        try:
            while services.send_due(now=NOW):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as workers:
        list(workers.map(work, range(3)))
    assert sorted(smtp.addresses) == sorted(person.email for person in people)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("hello")
def test_a_broker_that_is_down_does_not_break_the_cause(
    unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(services, "_silent_until", 0.0)
    asha, ben = make_user("Asha"), make_user("Ben")
    deaf = Celery("nobody answers", broker=f"redis://127.0.0.1:{unused_tcp_port}/0", set_as_current=True)
    deaf.conf.broker_transport_options = {"max_retries": 0}
    try:
        post(asha)
        post(ben)
    finally:
        celery_app.set_current()
    assert Message.objects.waiting().count() == 2
    rings = [record for record in caplog.records if record.name == services.__name__]
    assert len(rings) == 1  # the second page did not wait for the broker


@pytest.mark.usefixtures("hello")
def test_what_is_sealed_is_emptied_once_sent(asha: User, smtp: Sink) -> None:
    post(asha, sealed="123456")
    services.send_due(now=NOW)
    assert only().sealed == ""


@pytest.mark.usefixtures("hello")
def test_a_sent_message_waits_for_the_disk_at_no_receipt_and_the_rest_of_the_process_does(
    asha: User, smtp: Sink
) -> None:
    if connection.vendor != "postgresql":
        return
    seen = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("UPDATE") and "sent_at" in sql:
            with connection.cursor() as cursor:
                execute("SHOW synchronous_commit", None, False, context)
                cursor.execute("SHOW synchronous_commit")
                seen.append(cursor.fetchone()[0])
        return execute(sql, params, many, context)

    post(asha)
    with connection.execute_wrapper(look):
        services.send_due(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert (seen[0], cursor.fetchone()[0]) == ("off", "on")
