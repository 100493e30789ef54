"""What becomes of a message for each thing a mail server can say, or fail to say."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from als_project.outbox import addresses, mail_server, services
from als_project.outbox.answers import TurnedAway
from als_project.outbox.models import MailServer, Message, RefusedAddress
from als_project.users.models import User
from tests.factories import make_user
from tests.outbox.conftest import Hello
from tests.sink import Sink

NOW = timezone.now()
pytestmark = pytest.mark.usefixtures("hello")


def post(*people: User) -> None:
    for person in people:
        services.post(kind="test.hello", key=f"test.hello:{person.pk}", to=person, due_at=NOW)


def of(person: User) -> Message:
    return Message.objects.get(to=person)


def waits(message: Message) -> tuple[int, bool, Any]:
    """How often it was tried, whether it is put off for some 30 seconds, and in nobody's hands."""
    pause = message.due_at - NOW
    return message.attempts, timedelta(seconds=20) < pause < timedelta(seconds=40), message.claimed_until


@pytest.mark.parametrize("step", ["rcpt", "data", "end"])
@pytest.mark.parametrize("code", [432, 450, 451, 452])
def test_not_now_is_tried_again_later_and_holds_up_nobody(
    asha: User, ben: User, smtp: Sink, step: str, code: int
) -> None:
    smtp.plan = lambda at, address: f"{code} Not now" if at == step and address.startswith("asha") else None
    post(asha, ben)
    services.send_due(now=NOW)
    assert smtp.addresses == ["ben@example.org"]
    assert waits(of(asha)) == (1, True, None)
    assert services.send_due(now=NOW + timedelta(seconds=20)) == 0
    smtp.plan = lambda at, address: None
    services.send_due(now=NOW + timedelta(seconds=40))
    assert smtp.addresses == ["ben@example.org", "asha@example.org"]
    assert (of(asha).sent_at, of(asha).wanted_at) == (NOW + timedelta(seconds=40), NOW)


def test_each_pause_is_longer_than_the_last_up_to_an_hour(asha: User, smtp: Sink) -> None:
    smtp.refuse({"asha@example.org": "450 Busy"})
    post(asha)
    now, pauses = NOW, []
    for _ in range(9):
        services.send_due(now=now)
        pauses.append((of(asha).due_at - now).total_seconds())
        now = of(asha).due_at
    expected = [30 * 2**n for n in range(7)] + [3600, 3600]
    assert [round(pause / usual) for pause, usual in zip(pauses, expected, strict=True)] == [1] * 9
    assert len({pause / usual for pause, usual in zip(pauses, expected, strict=True)}) > 1  # not all at one moment


def test_a_day_of_not_now_is_enough(asha: User, smtp: Sink) -> None:
    smtp.refuse({"asha@example.org": "450 4.2.1 Busy"})
    post(asha)
    services.send_due(now=NOW)
    services.send_due(now=NOW + timedelta(days=1, seconds=1))
    assert (of(asha).parked_because, of(asha).claimed_until) == ("not accepted: 450 4.2.1", None)


def test_never_parks_the_message_at_once_and_holds_up_nobody(asha: User, ben: User, smtp: Sink) -> None:
    smtp.refuse({"asha@example.org": "550 5.1.1 No such person as Asha"})
    post(asha, ben)
    services.send_due(now=NOW)
    assert smtp.addresses == ["ben@example.org"]
    assert (of(asha).parked_at, of(asha).parked_because) == (NOW, "not accepted: 550 5.1.1")
    assert services.send_due(now=NOW + timedelta(days=3)) == 0


@pytest.mark.parametrize(
    ("step", "answer", "marked"),
    [
        ("rcpt", "550 5.1.1 No such person", True),
        ("rcpt", "550 No such person", True),
        ("rcpt", "553 Not allowed", True),
        ("rcpt", "550 5.2.1 Mailbox disabled", True),
        ("rcpt", "550 5.7.1 Relaying denied", False),
        ("rcpt", "552 5.2.2 Mailbox full", False),
        ("rcpt", "450 4.1.1 Greylisted", False),
        ("end", "550 5.1.1 Odd, but about the content", False),
    ],
)
def test_only_what_the_address_itself_is_refused_for_marks_it(
    asha: User, smtp: Sink, step: str, answer: str, marked: bool
) -> None:
    smtp.plan = lambda at, address: answer if at == step else None
    post(asha)
    services.send_due(now=NOW)
    assert RefusedAddress.objects.filter(address="asha@example.org").exists() == marked


@pytest.fixture
def told() -> Iterator[list[tuple[str, datetime]]]:
    told: list[tuple[str, datetime]] = []

    def listener(address: str, since: datetime, now: datetime) -> None:
        told.append((address, since))

    addresses.when_refused(listener)
    yield told
    addresses._listeners.remove(listener)


def test_whoever_asked_to_know_is_told_of_each_message_and_since_when(
    asha: User, smtp: Sink, told: list[tuple[str, datetime]], hello: type[Hello]
) -> None:
    """Tried in vain, tried in vain because it was urgent, and not tried at all."""
    smtp.refuse({"asha@example.org": "550 No such person"})
    later = NOW + timedelta(hours=1)
    for at, urgent in ((NOW, False), (later, True), (later, False)):
        hello.urgent = urgent
        services.post(kind="test.hello", key=f"{at} {urgent}", to=asha, due_at=at)
        services.send_due(now=at)
    assert told == [("asha@example.org", NOW)] * 3
    assert [str(row) for row in RefusedAddress.objects.all()] == [f"550 {RefusedAddress.objects.get().pk}"]


def test_an_address_that_takes_nothing_is_not_tried_again(asha: User, smtp: Sink) -> None:
    RefusedAddress.objects.create(address="asha@example.org", answer="550")
    post(asha)
    services.send_due(now=NOW)
    assert (smtp.connections, of(asha).parked_because) == (0, "its address takes no mail")


def test_what_is_urgent_tries_a_refused_address_and_clears_it_when_it_arrives(
    asha: User, smtp: Sink, hello: type[Hello]
) -> None:
    hello.urgent = True
    RefusedAddress.objects.create(address="asha@example.org", answer="550")
    post(asha)
    services.send_due(now=NOW)
    assert (smtp.addresses, RefusedAddress.objects.count()) == (["asha@example.org"], 0)


def test_a_mail_server_that_is_not_there_is_left_alone_and_no_message_is_blamed(
    asha: User, ben: User, smtp: Sink, settings: Any, unused_tcp_port: int
) -> None:
    settings.EMAIL_PORT = unused_tcp_port
    post(asha, ben)
    assert services.send_due(now=NOW) == 0
    for person in (asha, ben):
        assert (of(person).attempts, of(person).claimed_until, of(person).due_at) == (0, None, NOW)
    server = MailServer.objects.get()
    assert (server.failures, server.failing_since, server.because) == (1, NOW, "ConnectionRefusedError")
    settings.EMAIL_PORT = smtp.port
    assert server.shut_until is not None
    assert services.send_due(now=server.shut_until - timedelta(seconds=1)) == 0
    assert smtp.connections == 0
    assert services.send_due(now=server.shut_until) == 2
    assert sorted(smtp.addresses) == ["asha@example.org", "ben@example.org"]
    server.refresh_from_db()
    assert (server.failures, server.shut_until, server.failing_since) == (0, None, None)


@pytest.mark.parametrize(
    ("step", "does"),
    [
        ("connect", "421 Not today"),
        ("connect", "hang"),
        ("connect", "drop"),
        ("mail", "421 Too busy"),
        ("mail", "452 Disk full"),
        ("mail", "550 5.7.1 Not from you"),
        ("mail", "hang"),
        ("mail", "drop"),
    ],
)
def test_a_mail_server_that_takes_nothing_from_us_is_left_alone(
    asha: User, ben: User, smtp: Sink, step: str, does: str
) -> None:
    smtp.plan = lambda at, address: does if at == step else None
    post(asha, ben)
    assert services.send_due(now=NOW) == 0
    assert [of(asha).attempts, of(ben).attempts] == [0, 0]
    assert (smtp.connections, MailServer.objects.get().failures) == (1, 1)
    assert services.send_due(now=NOW + timedelta(seconds=5)) == 0
    assert smtp.connections == 1


def test_a_day_without_a_mail_server_parks_what_waited_that_long(
    asha: User, ben: User, smtp: Sink, settings: Any, unused_tcp_port: int
) -> None:
    settings.EMAIL_PORT = unused_tcp_port
    post(asha)
    services.send_due(now=NOW)
    later = NOW + timedelta(days=1, minutes=10)
    services.post(kind="test.hello", key="fresh", to=ben, due_at=later)
    services.post(kind="test.hello", key="in hand", address="cleo@example.org", due_at=NOW)
    Message.objects.filter(key="in hand").update(claimed_until=later + timedelta(minutes=1))
    services.send_due(now=later)
    assert of(asha).parked_because == "mail server: ConnectionRefusedError"
    assert of(ben).parked_at is None
    assert Message.objects.get(key="in hand").parked_at is None


@pytest.mark.parametrize("step", ["rcpt", "data", "end"])
@pytest.mark.parametrize("does", ["hang", "drop", "421 Closing"])
def test_one_message_that_makes_the_server_hang_up_holds_up_nobody(
    asha: User, ben: User, smtp: Sink, step: str, does: str
) -> None:
    smtp.plan = lambda at, address: does if at == step and address.startswith("asha") else None
    post(asha, ben)
    services.send_due(now=NOW)
    assert smtp.addresses == ["ben@example.org"]
    assert waits(of(asha)) == (1, True, None)


@pytest.mark.parametrize("does", ["hang", "drop", "421 Closing"])
def test_a_server_that_hangs_up_on_two_in_a_row_is_left_alone(db: None, smtp: Sink, does: str) -> None:
    people = [make_user(f"Person {n}") for n in range(5)]
    smtp.plan = lambda at, address: does if at == "rcpt" else None
    post(*people)
    assert services.send_due(now=NOW) == 0
    assert [of(person).attempts for person in people] == [1, 1, 0, 0, 0]
    assert [of(person).claimed_until for person in people] == [None] * 5
    assert (smtp.connections, MailServer.objects.get().because) == (2, "it hangs up")


def test_an_old_connection_that_the_server_ends_is_begun_anew_at_once(db: None, smtp: Sink) -> None:
    people = [make_user(f"Person {n}") for n in range(6)]
    seen: list[str] = []

    def third_is_too_many(step: str, address: str) -> str | None:
        seen.append(step)
        since = seen[len(seen) - 1 - seen[::-1].index("connect") :]
        return "421 Enough for one connection" if step == "mail" and since.count("mail") == 3 else None

    smtp.plan = third_is_too_many
    post(*people)
    services.send_due(now=NOW)
    assert sorted(smtp.addresses) == sorted(person.email for person in people)
    assert [of(person).attempts for person in people] == [0] * 6


def test_a_message_whose_answer_never_came_is_repeated_once_and_recognisable(asha: User, smtp: Sink) -> None:
    smtp.plan = lambda at, address: "keep and drop" if at == "end" else None
    post(asha)
    services.send_due(now=NOW)
    assert (of(asha).in_doubt_at, of(asha).sent_at) == (NOW, None)
    for hours in range(1, 30):
        services.send_due(now=NOW + timedelta(hours=hours))
    assert len(smtp.accepted) == 2
    assert smtp.accepted[0]["Message-ID"] == smtp.accepted[1]["Message-ID"]
    assert of(asha).parked_because == "perhaps arrived (SMTPServerDisconnected)"


def test_the_end_of_a_message_is_waited_for_longer_than_other_steps(asha: User, smtp: Sink, settings: Any) -> None:
    settings.EMAIL_TIMEOUT_AT_END = 5

    def slow(step: str, address: str) -> None:
        if step == "end":
            smtp.released.wait(1)

    smtp.plan = slow
    post(asha)
    services.send_due(now=NOW)
    assert (len(smtp.accepted), of(asha).sent_at) == (1, NOW)


def test_pauses_of_a_shut_server_grow_to_ten_minutes(db: None) -> None:
    server, now, pauses = mail_server.look(), NOW, []
    for _ in range(8):
        mail_server.shut(server, because="away", now=now)
        assert server.shut_until is not None
        pauses.append((server.shut_until - now).total_seconds())
    expected = [15, 30, 60, 120, 240, 480, 600, 600]
    assert [round(pause / usual) for pause, usual in zip(pauses, expected, strict=True)] == [1] * 8


@pytest.mark.parametrize(
    ("words", "enhanced"), [(b"5.1.1 No", "5.1.1"), (b"No 5.1.1", ""), ("4.7.12 x", "4.7.12"), (b"", ""), (b"1.2", "")]
)
def test_an_answer_is_kept_as_its_codes_alone(words: bytes | str, enhanced: str) -> None:
    assert TurnedAway.of(550, words).enhanced == enhanced
    assert str(TurnedAway.of(550, words)) == f"550 {enhanced}".strip()


def test_no_log_says_what_the_server_said_or_to_whom(asha: User, smtp: Sink, caplog: pytest.LogCaptureFixture) -> None:
    smtp.refuse({"asha@example.org": "550 5.1.1 No such person as Asha"})
    post(asha)
    services.send_due(now=NOW)
    words = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("als_project"))
    assert f"Message {of(asha).pk} (test.hello) is parked: not accepted: 550 5.1.1" in words
    assert "sha" not in words
