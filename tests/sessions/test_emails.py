"""What leaves, what it says, and what is dropped because its reason went while it waited."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives

from als_project.outbox import services as outbox
from als_project.users.models import User
from sessions.enums import Reply
from sessions.models import Session
from sessions.services import bidding, replying, scheduling
from sessions.services.prompting import queue_prompts
from sets.models import LearningSet, Membership
from tests.factories import end
from tests.sessions.acts import move, offer, schedule

STARTS = datetime(2026, 10, 13, 13, 0, tzinfo=UTC)
LONG_BEFORE = STARTS - timedelta(days=30)
Mailbox = list[EmailMultiAlternatives]
WORDS = ("Delegating", "How can I let go?", "My lines", "Gita")


@pytest.fixture
def session(learning_set: LearningSet, gita: User, mailoutbox: Mailbox) -> Session:
    """Scheduled a month ahead; the word of it has left."""
    session = schedule(learning_set, gita, now=LONG_BEFORE, starts_at=STARTS, link="https://meet.example.org/x")
    send(LONG_BEFORE)
    assert sorted(mail.to[0] for mail in mailoutbox) == ["asha@example.org", "ben@example.org", "gita@example.org"]
    mailoutbox.clear()
    return session


def send(now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        while outbox.send_due(now=now):
            pass


def prompt(**time: float) -> None:
    queue_prompts(now=STARTS - timedelta(**time))


def readers(mailbox: Mailbox) -> list[str]:
    return sorted(mail.to[0].split("@")[0] for mail in mailbox)


@pytest.mark.parametrize("before", [{"days": 7}, {"days": 2}, {"days": 1}])
def test_a_lock_screen_shows_when_the_set_meets_and_nothing_else(
    session: Session, asha: User, mailoutbox: Mailbox, before: dict[str, float]
) -> None:
    prompt(**before)
    send(STARTS - timedelta(**before))
    assert {mail.subject for mail in mailoutbox if mail.to == ["asha@example.org"]} == {
        "Your learning set meets on Tuesday 13 October 2026 at 14:00"
    }


def test_each_reader_is_told_the_time_of_their_own_clock(session: Session, ben: User, mailoutbox: Mailbox) -> None:
    prompt(days=1)
    send(STARTS - timedelta(days=1))
    (mail,) = [mail for mail in mailoutbox if mail.to == [ben.email]]
    assert mail.subject == "Your learning set meets on Tuesday 13 October 2026 at 16:00"
    assert "Tuesday 13 October 2026, 16:00 (Nairobi)\nTuesday 13 October 2026, 14:00 (London)\n" in mail.body


def test_a_reminder_says_when_and_where_and_leads_to_the_session(
    session: Session, asha: User, mailoutbox: Mailbox
) -> None:
    prompt(days=1)
    send(STARTS - timedelta(days=1))
    (mail,) = [mail for mail in mailoutbox if mail.to == [asha.email]]
    assert str(mail.body).split("\nOffer a topic:\n")[0].splitlines() == [
        "Your learning set meets soon.",
        "",
        "Tuesday 13 October 2026, 14:00 (London)",
        "120 minutes",
        "Where: Room 4",
        "Link: https://meet.example.org/x",
        "",
        "The session:",
        f"http://testserver/sessions/{session.pk}/",
    ]


def test_no_message_carries_a_topic_a_preparation_or_who_facilitates(
    session: Session, asha: User, gita: User, mailoutbox: Mailbox
) -> None:
    bidding.save_preparation(session=session, by=asha, text=WORDS[2], now=LONG_BEFORE)
    offer(session, asha, now=LONG_BEFORE, headline=WORDS[0], question=WORDS[1])
    for days in (7, 2, 1):
        prompt(days=days)
        send(STARTS - timedelta(days=days))
    moved = move(session, gita, now=STARTS - timedelta(days=1), place="Room 5")
    send(STARTS - timedelta(days=1))
    scheduling.cancel_session(session=moved, by=gita, now=STARTS - timedelta(days=1))
    send(STARTS - timedelta(days=1))
    assert len(mailoutbox) == 1 + 1 + 3 + 3 + 3
    said = "".join(str(mail.message()) for mail in mailoutbox)
    assert [word for word in WORDS if word in said] == []


def gone_by_leaving(session: Session, asha: User, gita: User) -> None:
    end(session.learning_set.memberships.get(user=asha))


def gone_by_cancelling(session: Session, asha: User, gita: User) -> None:
    scheduling.cancel_session(session=session, by=gita, now=LONG_BEFORE)


def gone_by_moving(session: Session, asha: User, gita: User) -> None:
    move(session, gita, now=LONG_BEFORE, starts_at=STARTS + timedelta(days=1))


def gone_by_offering(session: Session, asha: User, gita: User) -> None:
    offer(session, asha, now=LONG_BEFORE)


def gone_by_wanting_nothing(session: Session, asha: User, gita: User) -> None:
    bidding.want_nothing(session=session, by=asha, now=LONG_BEFORE)


def gone_by_apologies(session: Session, asha: User, gita: User) -> None:
    replying.reply(session=session, by=asha, reply=Reply.APOLOGIES, now=LONG_BEFORE)


def gone_by_taking_no_part(session: Session, asha: User, gita: User) -> None:
    session.learning_set.memberships.filter(user=asha).update(is_member=False, is_facilitator=True)


EVER = [gone_by_leaving, gone_by_cancelling, gone_by_moving]
OF_TOPICS = [gone_by_offering, gone_by_wanting_nothing, gone_by_apologies, gone_by_taking_no_part]


@pytest.mark.parametrize(
    ("days", "kind", "goes"),
    [
        *[(7, "topic_prompt", goes) for goes in [*EVER, *OF_TOPICS]],
        *[(2, "topic_nudge", goes) for goes in [*EVER, *OF_TOPICS]],
        *[(1, "reminder", goes) for goes in [*EVER, gone_by_apologies]],
    ],
)
def test_a_message_whose_reason_is_gone_does_not_leave(
    session: Session,
    asha: User,
    gita: User,
    days: int,
    kind: str,
    goes: Callable[[Session, User, User], None],
) -> None:
    prompt(days=days)
    goes(session, asha, gita)
    send(STARTS - timedelta(days=days))
    message = asha.messages.get(kind=f"sessions.{kind}")
    assert (message.sent_at, message.dropped_because) == (None, "its reason was gone")


@pytest.mark.parametrize("goes", [gone_by_offering, gone_by_wanting_nothing])
def test_a_reminder_leaves_whatever_becomes_of_a_topic(
    session: Session, asha: User, gita: User, goes: Callable[[Session, User, User], None]
) -> None:
    prompt(days=1)
    goes(session, asha, gita)
    send(STARTS - timedelta(days=1))
    assert asha.messages.get(kind="sessions.reminder").sent_at == STARTS - timedelta(days=1)


def test_nothing_that_waited_too_long_leaves_after_the_session_began(session: Session, mailoutbox: Mailbox) -> None:
    prompt(days=1)
    send(STARTS)
    assert mailoutbox == []


def test_two_quick_moves_are_told_once_with_the_last_date(
    session: Session, gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    for days in (1, 2):
        session = move(session, gita, now=LONG_BEFORE, starts_at=STARTS + timedelta(days=days))
    send(LONG_BEFORE)
    assert [mail.subject for mail in mailoutbox if mail.to == [asha.email]] == [
        "Your learning set now meets on Thursday 15 October 2026 at 14:00"
    ]


def test_a_session_scheduled_and_cancelled_before_the_post_leaves_is_only_told_as_cancelled(
    learning_set: LearningSet, gita: User, mailoutbox: Mailbox
) -> None:
    session = schedule(learning_set, gita, now=LONG_BEFORE, starts_at=STARTS)
    scheduling.cancel_session(session=session, by=gita, now=LONG_BEFORE)
    send(LONG_BEFORE)
    assert {mail.subject for mail in mailoutbox} == {"Your learning set does not meet on Tuesday 13 October 2026"}
    assert readers(mailoutbox) == ["asha", "ben", "gita"]


def test_who_was_removed_hears_of_no_change(
    session: Session, gita: User, memberships: dict[str, Membership], mailoutbox: Mailbox
) -> None:
    moved = move(session, gita, now=LONG_BEFORE, place="Room 5")
    end(memberships["Asha"])
    send(LONG_BEFORE)
    scheduling.cancel_session(session=moved, by=gita, now=LONG_BEFORE)
    send(LONG_BEFORE)
    assert readers(mailoutbox) == ["ben", "ben", "gita", "gita"]
