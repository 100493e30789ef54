"""Who comes is invited to what is scheduled; who goes finds it taken out of their calendar, and learns no more."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives

from als_project.outbox import services as outbox
from als_project.outbox.models import Message
from als_project.users.models import User
from sessions import calendar
from sessions.models import Run, Session
from sessions.services import runs, scheduling
from sessions.services.calendar_keeping import queue_calendars
from sessions.services.ending import end_with_the_set
from sets.models import LearningSet, Membership
from sets.services import belonging
from tests.factories import join, make_user
from tests.sessions.acts import move, schedule, told
from tests.sessions.calendar_acts import calendar_text, calendar_texts, method_of, the_event, to

STARTS = datetime(2026, 10, 13, 13, 0, tzinfo=UTC)
START = STARTS - timedelta(days=30)
HOUR = timedelta(hours=1)
Mailbox = list[EmailMultiAlternatives]


@pytest.fixture
def coming(learning_set: LearningSet, gita: User, mailoutbox: Mailbox) -> list[Session]:
    """Two sessions everyone has been told of."""
    with time_machine.travel(START, tick=False):
        sessions = [
            schedule(learning_set, gita, now=START, starts_at=STARTS + timedelta(days=28 * n)) for n in range(2)
        ]
    tick(START)
    mailoutbox.clear()
    return sessions


def tick(now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        queue_calendars(now=now)
        while outbox.send_due(now=now):
            pass


def came(learning_set: LearningSet, user: User, at: datetime) -> Membership:
    return join(learning_set, user, joined_at=at)


def removed(membership: Membership, by: User, at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        belonging.remove(membership=membership, by=by, now=at)


def calendars(reader: User, mailbox: Mailbox) -> list[tuple[str, str]]:
    mails = [mail for mail in to(reader, mailbox) if "text/calendar" in str(mail.message())]
    return [(method_of(mail), str(the_event(calendar_text(mail))["uid"])) for mail in mails]


def test_a_newcomer_is_invited_to_each_session_that_is_scheduled_once(
    coming: list[Session], learning_set: LearningSet, mailoutbox: Mailbox
) -> None:
    dora = make_user("Dora")
    came(learning_set, dora, START + HOUR)
    tick(START + HOUR)
    tick(START + 2 * HOUR)
    assert calendars(dora, mailoutbox) == [("REQUEST", calendar.uid_of(session)) for session in coming]
    assert {mail.to[0] for mail in mailoutbox} == {dora.email}


def test_a_newcomer_who_was_told_of_the_present_date_is_not_told_again(
    coming: list[Session], learning_set: LearningSet, gita: User, mailoutbox: Mailbox
) -> None:
    dora = make_user("Dora")
    came(learning_set, dora, START + HOUR)
    with time_machine.travel(START + 2 * HOUR, tick=False):
        move(coming[0], gita, now=START + 2 * HOUR, place="Room 9")
    tick(START + 2 * HOUR)
    assert (told("sessions.joined"), len(to(dora, mailoutbox))) == (["Dora"], 2)


def test_somebody_who_has_been_in_the_set_for_long_is_not_invited_anew(coming: list[Session]) -> None:
    tick(START + HOUR)
    assert told("sessions.joined") == []


def test_who_is_removed_finds_what_was_to_come_taken_out_once(
    coming: list[Session], memberships: dict[str, Membership], gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    removed(memberships["Asha"], gita, START + HOUR)
    tick(START + HOUR)
    tick(START + 2 * HOUR)
    assert calendars(asha, mailoutbox) == [("CANCEL", calendar.uid_of(session)) for session in coming]
    assert {mail.to[0] for mail in mailoutbox} == {asha.email}


def test_the_message_to_a_leaver_names_neither_set_nor_place_nor_date(
    coming: list[Session], memberships: dict[str, Membership], gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    removed(memberships["Asha"], gita, START + HOUR)
    tick(START + HOUR)
    mail = next(mail for mail in to(asha, mailoutbox) if "text/calendar" in str(mail.message()))
    assert mail.subject == "A session is taken out of your calendar"
    words = f"{mail.body}{calendar_text(mail)}"
    assert [word for word in ("Thursday set", "Room 4", "October 2026", "/sessions/") if word in words] == []


@pytest.mark.parametrize("changed", ["moved", "cancelled"])
def test_a_leaver_reads_no_date_that_was_set_after_they_went(
    coming: list[Session], memberships: dict[str, Membership], gita: User, asha: User, mailoutbox: Mailbox, changed: str
) -> None:
    session = coming[0]
    removed(memberships["Asha"], gita, START + HOUR)
    queue_calendars(now=START + HOUR)
    if changed == "moved":
        move(session, gita, now=START + HOUR, starts_at=STARTS + timedelta(days=3))
    else:
        scheduling.cancel_session(session=session, by=gita, now=START + HOUR)
    tick(START + HOUR)
    texts = [calendar_text(mail) for mail in to(asha, mailoutbox) if "text/calendar" in str(mail.message())]
    events = {str(the_event(text)["uid"]): the_event(text) for text in texts}
    assert ("dtstart" in events[calendar.uid_of(coming[0])], "dtstart" in events[calendar.uid_of(coming[1])]) == (
        False,
        True,
    )


@pytest.mark.parametrize("how", ["one", "run", "all"])
@pytest.mark.parametrize("waits", [True, False])
def test_who_goes_while_word_of_a_cancellation_waits_finds_the_session_taken_out(
    coming: list[Session],
    learning_set: LearningSet,
    memberships: dict[str, Membership],
    gita: User,
    asha: User,
    mailoutbox: Mailbox,
    how: str,
    waits: bool,
) -> None:
    if how == "run":
        run = Run.objects.create(learning_set=learning_set, rule="weekly", time_zone="Europe/London", form_key=uuid4())
        learning_set.sessions.update(run=run)
    with time_machine.travel(START + HOUR, tick=False):
        cancel(how, coming[0], gita, START + HOUR)
    if not waits:
        tick(START + HOUR)
    removed(memberships["Asha"], gita, START + 2 * HOUR)
    tick(START + 2 * HOUR)
    tick(START + 3 * HOUR)
    mails = [mail for mail in to(asha, mailoutbox) if "text/calendar" in str(mail.message())]
    events = [the_event(text) for mail in mails for text in calendar_texts(mail)]
    assert sorted(str(event["uid"]) for event in events) == sorted(calendar.uid_of(session) for session in coming)
    assert {str(event["status"]) for event in events} == {"CANCELLED"}


def cancel(how: str, session: Session, by: User, now: datetime) -> None:
    if how == "one":
        scheduling.cancel_session(session=session, by=by, now=now)
    elif how == "run":
        runs.cancel_from_here(session=Session.objects.get(pk=session.pk), by=by, now=now)
    else:
        end_with_the_set(learning_set=session.learning_set, by=by, now=now)


def test_what_was_cancelled_before_they_came_is_not_in_their_calendar(
    coming: list[Session], learning_set: LearningSet, gita: User, mailoutbox: Mailbox
) -> None:
    dora = make_user("Dora")
    scheduling.cancel_session(session=coming[0], by=gita, now=START + HOUR)
    membership = came(learning_set, dora, START + 2 * HOUR)
    removed(membership, gita, START + 3 * HOUR)
    tick(START + 3 * HOUR)
    assert calendars(dora, mailoutbox) == [("CANCEL", calendar.uid_of(coming[1]))]


def test_who_comes_back_keeps_what_is_in_their_calendar(
    coming: list[Session],
    learning_set: LearningSet,
    memberships: dict[str, Membership],
    gita: User,
    asha: User,
    mailoutbox: Mailbox,
) -> None:
    removed(memberships["Asha"], gita, START + HOUR)
    tick(START + HOUR)
    mailoutbox.clear()
    came(learning_set, asha, START + 2 * HOUR)
    tick(START + 2 * HOUR)
    assert calendars(asha, mailoutbox) == [("REQUEST", calendar.uid_of(session)) for session in coming]


def test_who_is_back_before_the_post_leaves_is_not_told_that_they_went(
    coming: list[Session],
    learning_set: LearningSet,
    memberships: dict[str, Membership],
    gita: User,
    asha: User,
    mailoutbox: Mailbox,
) -> None:
    removed(memberships["Asha"], gita, START + HOUR)
    queue_calendars(now=START + HOUR)
    came(learning_set, asha, START + 2 * HOUR)
    tick(START + 2 * HOUR)
    assert {method for method, _ in calendars(asha, mailoutbox)} == {"REQUEST"}


def test_many_people_and_sessions_cost_as_many_queries_as_one(
    coming: list[Session], learning_set: LearningSet, gita: User, django_assert_num_queries
) -> None:
    def queue_all() -> int:
        return queue_calendars(now=START + HOUR)

    came(learning_set, make_user("Dora"), START + HOUR)
    queue_all()
    with django_assert_num_queries(2 + 7):  # a savepoint, and the questions
        assert queue_all() == 0
    for n in range(3):
        came(learning_set, make_user(f"Guest {n}"), START + HOUR)
    assert queue_all() == 6
    with django_assert_num_queries(2 + 7):
        assert queue_all() == 0
    assert Message.objects.filter(kind="sessions.joined").count() == 8
