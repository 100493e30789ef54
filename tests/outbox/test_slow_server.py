"""A mail server that takes its time: the evening comes meanwhile, reasons go, and no task is killed over it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings as product
from django.utils import timezone

from als_project.outbox import carrier, sending, services, tasks
from als_project.outbox.models import Message
from als_project.users.models import User
from tests.factories import make_user
from tests.outbox.conftest import Hello
from tests.sink import Sink

NOW = timezone.now()
pytestmark = pytest.mark.usefixtures("hello")


def post(*people: User, due_at: datetime = NOW) -> None:
    services.post_to_each(people, kind="test.hello", cause="once", about=1, due_at=due_at)


def slow(*steps: str, seconds: float = 0.05) -> Callable[[str, str], None]:
    return lambda step, address: time.sleep(seconds) if step in steps else None


@pytest.mark.usefixtures("db")
def test_a_batch_over_which_the_server_takes_too_long_is_given_back(
    smtp: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LONGEST_BATCH", 0.12)
    smtp.plan = slow("end")
    post(*(make_user(f"Person {n}") for n in range(6)))
    assert services.send_due(now=NOW) == 6
    assert 1 <= len(smtp.accepted) <= 4
    waiting = Message.objects.waiting()
    assert (waiting.count(), waiting.filter(claimed_until=None).count()) == (6 - len(smtp.accepted),) * 2
    while services.send_due(now=NOW):
        pass
    assert sorted(smtp.addresses) == sorted(User.objects.values_list("email", flat=True))


def test_a_task_ends_long_before_it_would_be_killed() -> None:
    one_message = 7 * product.EMAIL_TIMEOUT + product.EMAIL_TIMEOUT_AT_END  # from connecting to the last answer
    assert tasks.LONGEST_RUN + sending.LONGEST_BATCH + one_message < product.CELERY_TASK_TIME_LIMIT


def test_the_evening_that_comes_in_the_middle_of_a_batch_is_quiet(
    asha: User, ben: User, smtp: Sink, settings: Any
) -> None:
    settings.QUIET_HOURS = "20:00-08:00"
    User.objects.update(time_zone="UTC")
    nearly_eight = datetime(2026, 11, 20, 19, 59, 50, tzinfo=UTC)
    post(asha, ben, due_at=nearly_eight)
    with time_machine.travel(nearly_eight, tick=False) as clock:
        smtp.plan = lambda step, address: clock.shift(15) if step == "end" else None
        tasks.send_due()
    assert smtp.addresses == ["asha@example.org"]
    assert Message.objects.get(to=ben).due_at == datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_what_loses_its_reason_while_the_server_takes_its_time_does_not_arrive(
    asha: User, ben: User, smtp: Sink, hello: type[Hello], step: str
) -> None:
    def plan(at: str, address: str) -> None:
        if at == step:
            hello.reason = False
            time.sleep(carrier.PROMPT * 2)

    smtp.plan = plan
    post(asha, ben)
    while services.send_due(now=NOW):
        pass
    assert smtp.accepted == []
    assert set(Message.objects.values_list("dropped_because", "attempts")) == {("its reason was gone", 0)}


def test_what_loses_its_reason_while_this_process_stands_still_does_not_arrive(
    asha: User, smtp: Sink, hello: type[Hello], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine the wait may lie between the question and the conversation."""
    verdict_on = sending.verdict_on

    def stand_still_after(*words: Any, **more: Any) -> Any:
        verdict = verdict_on(*words, **more)
        hello.reason = False
        time.sleep(carrier.PROMPT * 1.2)
        return verdict

    monkeypatch.setattr(carrier, "PROMPT", 0.5)
    monkeypatch.setattr(sending, "verdict_on", stand_still_after)
    post(asha)
    while services.send_due(now=NOW):
        pass
    assert (smtp.accepted, Message.objects.get().dropped_because) == ([], "its reason was gone")


def test_what_is_still_to_go_goes_though_the_server_takes_its_time(asha: User, ben: User, smtp: Sink) -> None:
    smtp.plan = slow("mail", "rcpt", "data")
    post(asha, ben)
    services.send_due(now=NOW)
    assert smtp.addresses == ["asha@example.org", "ben@example.org"]
    assert smtp.connections == 1


def test_an_address_that_changes_while_the_server_takes_its_time_gets_nothing(
    asha: User, smtp: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    smtp.plan = slow("data")
    verdict_on = sending.verdict_on

    def change_after_first(*words: Any, **more: Any) -> Any:
        verdict = verdict_on(*words, **more)
        User.objects.filter(pk=asha.pk).update(email="new@example.org")
        return verdict

    monkeypatch.setattr(sending, "verdict_on", change_after_first)
    post(asha)
    while services.send_due(now=NOW):
        pass
    assert smtp.addresses == ["new@example.org"]
    assert Message.objects.get().sent_at == NOW
