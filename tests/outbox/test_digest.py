"""The weekly message says of itself what left within it, and nothing falls between two weeks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Timer
from typing import Any

import psycopg2
import pytest
from django.db import connection

from als_project.outbox import ends, sending
from als_project.outbox.kinds import kind_called
from als_project.outbox.models import How, Message
from als_project.users.models import User
from tests.factories import make_user
from tests.outbox.conftest import Hello
from tests.outbox.test_wishes import FRIDAY, MONDAY, post, prefer, send
from tests.sink import Sink

NEXT_MONDAY = MONDAY + timedelta(days=7)
WEEKLY = "outbox.digest"


@pytest.fixture(autouse=True)
def optional(hello: type[Hello]) -> None:
    hello.needed = False


@pytest.fixture
def first(asha: User) -> Message:
    """In the message of Monday."""
    prefer(asha, How.WEEKLY)
    part = post(asha, "first")
    send(FRIDAY)
    return part


def digest_of(part: Message) -> Message | None:
    part.refresh_from_db()
    return part.digest


def leave(now: datetime) -> None:
    """What is due leaves, each message once."""
    claimed = sending.claim(now=now)
    with sending.Carrier() as carrier:
        for message in claimed:
            sending.deliver(message, carrier=carrier, now=now)


def sent_already(digest: Message) -> None:
    leave(MONDAY)


def in_a_workers_hands(digest: Message) -> None:
    sending.claim(now=MONDAY)


def parked(digest: Message) -> None:
    ends.park(digest, because="not accepted", now=MONDAY)


@pytest.mark.parametrize("becomes", [sent_already, in_a_workers_hands, parked])
def test_what_comes_too_late_for_a_weekly_message_goes_into_the_one_after(
    asha: User, first: Message, smtp: Sink, becomes: Callable[[Message], None]
) -> None:
    """A worker decided at one minute to eight, and writes it down at eight."""
    late = post(asha, "late")
    (claimed,) = sending.claim(now=MONDAY - timedelta(minutes=1))
    digest = Message.objects.get(kind=WEEKLY)
    becomes(digest)
    ends.keep_for_digest(claimed, at=MONDAY, now=MONDAY)
    assert digest_of(late) is None
    send(MONDAY)
    assert (digest_of(late) or digest).due_at == NEXT_MONDAY
    send(NEXT_MONDAY)
    late.refresh_from_db()
    assert late.sent_at == NEXT_MONDAY


def test_what_was_put_into_it_while_it_was_being_sent_is_not_noted_as_sent(asha: User, first: Message) -> None:
    """By a worker that had its claim taken from it."""
    late = post(asha, "late", due_at=NEXT_MONDAY)
    digest, kind = Message.objects.get(kind=WEEKLY), kind_called(WEEKLY)
    context = kind and kind.context(digest)
    assert kind
    assert context
    Message.objects.filter(pk=late.pk).update(digest=digest)
    ends.sent(digest, now=MONDAY, holds=kind.holds(context))
    assert (digest_of(first), first.sent_at) == (digest, MONDAY)
    assert (digest_of(late), late.sent_at) == (None, None)


def turned_off(asha: User, hello: type[Hello]) -> str:
    prefer(asha, How.NEVER)
    return "not wanted"


def pointless(asha: User, hello: type[Hello]) -> str:
    hello.reason = False
    return "its reason was gone"


@pytest.mark.parametrize("becomes", [turned_off, pointless])
@pytest.mark.parametrize("others", [0, 1])
def test_a_part_left_out_has_a_reason_of_its_own(
    asha: User,
    first: Message,
    smtp: Sink,
    hello: type[Hello],
    becomes: Callable[[User, type[Hello]], str],
    others: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if others:
        digest = Message.objects.get(kind=WEEKLY)
        Message.objects.create(kind="outbox.answered", key="other", to=asha, due_at=FRIDAY, digest=digest)
        monkeypatch.setattr(type(kind_called("outbox.answered")), "context", lambda self, message: OTHER)
    because = becomes(asha, hello)
    send(MONDAY)
    first.refresh_from_db()
    assert (len(smtp.accepted), first.sent_at, first.dropped_because) == (others, None, because)
    assert Message.objects.unsettled().count() == 0


OTHER = {"answered": "something", "page": "http://testserver/"}


@pytest.mark.parametrize(("hours", "by_night"), [(12, True), (14, False)])
def test_a_late_weekly_message_does_not_wait_for_the_morning_when_a_part_of_it_can_not(
    asha: User, first: Message, smtp: Sink, hello: type[Hello], settings: Any, hours: int, by_night: bool
) -> None:
    """The mail server was away all Monday."""
    settings.QUIET_HOURS = "20:00-08:00"
    evening = MONDAY + timedelta(hours=13)
    hello.limit = evening + timedelta(hours=hours)
    send(evening)
    assert len(smtp.accepted) == by_night


@pytest.mark.django_db(transaction=True)
def test_two_workers_agree_on_whether_a_message_was_in_time_for_the_weekly_one(smtp: Sink) -> None:
    """One waits until the other, which sends it, has noted so."""
    asha = make_user("Asha")
    prefer(asha, How.WEEKLY)
    post(asha, "first")
    send(FRIDAY)
    late, digest = post(asha, "late"), Message.objects.get(kind=WEEKLY)
    other = psycopg2.connect(**{**connection.get_connection_params(), "cursor_factory": None})
    other.cursor().execute("UPDATE outbox_message SET sent_at = now() WHERE id = %s", [digest.pk])
    noted = Timer(0.3, other.commit)
    noted.start()
    ends.keep_for_digest(late, at=MONDAY, now=MONDAY - timedelta(minutes=1))
    noted.join()
    other.close()
    assert (digest_of(late), late.due_at) == (None, MONDAY)


@pytest.mark.django_db(transaction=True)
def test_a_weekly_message_is_not_claimed_while_something_is_put_into_it(smtp: Sink, monkeypatch: Any) -> None:
    asha = make_user("Asha")
    prefer(asha, How.WEEKLY)
    post(asha, "first")
    send(FRIDAY)
    late, digest = post(asha, "late"), Message.objects.get(kind=WEEKLY)
    other = psycopg2.connect(**{**connection.get_connection_params(), "cursor_factory": None})
    free: list[Any] = []

    def look(self: Message, now: datetime) -> bool:
        cursor = other.cursor()
        cursor.execute("SELECT id FROM outbox_message WHERE id = %s FOR UPDATE SKIP LOCKED", [digest.pk])
        free.extend(cursor.fetchall())
        return False

    monkeypatch.setattr(Message, "is_claimed", look)
    ends.keep_for_digest(late, at=MONDAY, now=MONDAY - timedelta(minutes=1))
    other.close()
    assert (free, digest_of(late)) == ([], digest)
