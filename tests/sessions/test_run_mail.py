"""What the mails about a run of sessions say, and which do not leave."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives

from als_project.outbox import services as outbox
from als_project.users.models import User
from sessions.models import Run, Session
from sessions.services import runs
from sets.models import LearningSet, Membership
from sets.services.closing import close_set, open_again
from tests.factories import end
from tests.sessions.calendar_acts import calendar_texts, to
from tests.sessions.run_acts import at, move, plan

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
AUTUMN = ("2026-10-13 10:00", "2026-11-10 10:00", "2026-12-08 10:00")
Mailbox = list[EmailMultiAlternatives]


@pytest.fixture
def run(learning_set: LearningSet, gita: User) -> Run:
    return plan(learning_set, gita, *AUTUMN, now=NOW)


def send(now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        while outbox.send_due(now=now):
            pass


def sessions_of(run: Run) -> list[Session]:
    return list(run.sessions.order_by("starts_at"))


def test_the_mail_lists_every_date_on_the_readers_clock(run: Run, ben: User, mailoutbox: Mailbox) -> None:
    send(NOW)
    (mail,) = [mail for mail in mailoutbox if mail.to == [ben.email]]
    assert mail.subject == "Your learning set has 3 sessions planned, the first on Tuesday 13 October 2026"
    assert [line for line in str(mail.body).splitlines() if line.startswith("- ")] == [
        "- Tuesday 13 October 2026, 12:00 (Nairobi) = Tuesday 13 October 2026, 10:00 (London)",
        "- Tuesday 10 November 2026, 13:00 (Nairobi) = Tuesday 10 November 2026, 10:00 (London)",
        "- Tuesday 8 December 2026, 13:00 (Nairobi) = Tuesday 8 December 2026, 10:00 (London)",
    ]


def test_a_run_planned_and_moved_before_the_post_leaves_is_told_as_it_stands(
    run: Run, gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    for day in (11, 12):
        move(sessions_of(run)[1], gita, now=NOW, starts_at=at(f"2026-11-{day} 10:00"))
    send(NOW)
    (mail,) = [mail for mail in mailoutbox if mail.to == [asha.email]]
    assert mail.subject == "Your learning set's sessions have changed: the next is on Tuesday 13 October 2026"
    assert "- Thursday 12 November 2026, 10:00 (London)" in str(mail.body)


def test_the_mail_of_a_cancelled_rest_names_those_dates(run: Run, gita: User, asha: User, mailoutbox: Mailbox) -> None:
    send(NOW)
    mailoutbox.clear()
    runs.cancel_from_here(session=sessions_of(run)[1], by=gita, now=NOW)
    send(NOW)
    (mail,) = [mail for mail in mailoutbox if mail.to == [asha.email]]
    assert mail.subject == "Your learning set does not meet on Tuesday 10 November 2026 and later"
    assert [line for line in str(mail.body).splitlines() if line.startswith("- ")] == [
        "- Tuesday 10 November 2026, 10:00 (London)",
        "- Tuesday 8 December 2026, 10:00 (London)",
    ]


@pytest.mark.parametrize("goes", ["left", "cancelled"])
def test_a_run_whose_reason_is_gone_is_not_told(
    run: Run, gita: User, memberships: dict[str, Membership], mailoutbox: Mailbox, goes: str
) -> None:
    if goes == "left":
        end(memberships["Asha"])
    else:
        runs.cancel_from_here(session=sessions_of(run)[0], by=gita, now=NOW)
    send(NOW)
    planned = [mail.to for mail in mailoutbox if "planned" in mail.subject]
    assert sorted(planned) == ([["ben@example.org"], ["gita@example.org"]] if goes == "left" else [])


@pytest.mark.parametrize(
    ("dates", "closed_for_good", "subject"),
    [
        (3, True, "Your learning set does not meet on Tuesday 13 October 2026 or later"),
        (3, False, "3 sessions of your learning set are cancelled, the first on Tuesday 13 October 2026"),
        (1, False, "Your learning set does not meet on Tuesday 13 October 2026"),
    ],
)
def test_what_a_closing_cancelled_is_told_as_the_set_stands_when_the_mail_leaves(
    run: Run, gita: User, asha: User, mailoutbox: Mailbox, dates: int, closed_for_good: bool, subject: str
) -> None:
    for session in sessions_of(run)[dates : dates + 1]:
        runs.cancel_from_here(session=session, by=gita, now=NOW)
    send(NOW)
    mailoutbox.clear()
    night = NOW + timedelta(hours=12)
    with time_machine.travel(night, tick=False):
        close_set(learning_set=run.learning_set, by=gita, notes_end_at=night + timedelta(days=30), now=night)
        if not closed_for_good:
            open_again(learning_set=run.learning_set, by=gita, now=night)
    send(night)
    (mail,) = [mail for mail in to(asha, mailoutbox) if "\n- Tuesday 13" in str(mail.body)]
    assert (mail.subject, "has closed" in str(mail.body)) == (subject, closed_for_good)
    assert ["METHOD:CANCEL" in text for text in calendar_texts(mail)] == [True] * dates
