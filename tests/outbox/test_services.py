from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from django.db import connection, transaction
from django.utils import timezone

from als_project import celery_app
from als_project.outbox import services
from als_project.outbox.models import Message
from als_project.users.models import User
from tests.factories import make_user
from tests.outbox.conftest import Hello, Sink

NOW = timezone.now()


def post(to: User, *, cause: str = "once", **fields: Any) -> None:
    services.post(kind="test.hello", key=f"test.hello:{cause}:{to.pk}", to=to, due_at=NOW, **fields)


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
    services.post(kind="test.hello", key="later", to=asha, due_at=NOW + timedelta(minutes=1))
    assert services.send_due(now=NOW) == 0
    assert services.send_due(now=NOW + timedelta(minutes=1)) == 1
    assert len(smtp.accepted) == 1


def test_a_message_whose_reason_is_gone_is_dropped(asha: User, smtp: Sink, hello: type[Hello]) -> None:
    post(asha)
    hello.reason = False
    services.send_due(now=NOW)
    assert smtp.accepted == []
    assert (only().dropped_because, only().dropped_at) == ("its reason was gone", NOW)


@pytest.mark.usefixtures("hello")
def test_nobody_who_may_not_sign_in_is_written_to(asha: User, smtp: Sink) -> None:
    post(asha)
    User.objects.filter(pk=asha.pk).update(is_active=False)
    services.send_due(now=NOW)
    assert smtp.accepted == []


@pytest.mark.usefixtures("hello")
def test_a_message_left_in_a_dead_workers_hands_is_found_again(asha: User, smtp: Sink) -> None:
    post(asha)
    assert [m.pk for m in services.claim(now=NOW)] == [only().pk]
    assert services.send_due(now=NOW + timedelta(minutes=1)) == 0
    assert services.send_due(now=NOW + services.CLAIM) == 1
    assert smtp.addresses == ["asha@example.org"]


@pytest.mark.usefixtures("hello")
def test_a_refusal_for_now_is_tried_again_later_and_holds_up_nobody(asha: User, ben: User, smtp: Sink) -> None:
    smtp.refuse = {"asha@example.org": "450 Busy"}
    post(asha)
    post(ben)
    services.send_due(now=NOW)
    assert smtp.addresses == ["ben@example.org"]
    assert services.send_due(now=NOW + timedelta(seconds=29)) == 0
    smtp.refuse = {}
    services.send_due(now=NOW + timedelta(seconds=30))
    assert smtp.addresses == ["ben@example.org", "asha@example.org"]


@pytest.mark.usefixtures("hello")
def test_a_refusal_for_good_is_not_tried_again(asha: User, smtp: Sink) -> None:
    smtp.refuse = {"asha@example.org": "550 No such person"}
    post(asha)
    services.send_due(now=NOW)
    assert only().dropped_because == "not accepted (SMTPRecipientsRefused)"


@pytest.mark.usefixtures("hello")
def test_a_day_of_refusals_is_enough(asha: User, smtp: Sink) -> None:
    smtp.refuse = {"asha@example.org": "450 Busy"}
    post(asha)
    services.send_due(now=NOW)
    services.send_due(now=NOW + timedelta(days=1, seconds=1))
    assert only().dropped_because == "not accepted (SMTPRecipientsRefused)"


@pytest.mark.usefixtures("hello")
def test_a_mail_server_that_does_not_answer_loses_nothing(asha: User, settings: Any, unused_tcp_port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused_tcp_port
    post(asha)
    services.send_due(now=NOW)
    message = only()
    assert (message.sent_at, message.dropped_at, message.attempts) == (None, None, 1)
    assert message.claimed_until == NOW + timedelta(seconds=30)


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
def test_a_broker_that_is_down_does_not_break_the_cause(unused_tcp_port: int) -> None:
    asha = make_user("Asha")
    Celery("nobody answers", broker=f"redis://127.0.0.1:{unused_tcp_port}/0", set_as_current=True)
    try:
        post(asha)
    finally:
        celery_app.set_current()
    assert only().sent_at is None


@pytest.mark.usefixtures("hello")
def test_what_is_sealed_is_emptied_once_sent(asha: User, smtp: Sink) -> None:
    post(asha, sealed="123456")
    services.send_due(now=NOW)
    assert only().sealed == ""
