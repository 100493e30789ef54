"""The nudge, “everyone has answered” and “the time is over”: to whom, and once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from als_project.outbox import services as outbox
from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.models import Poll, PollAnswer, PollOption
from sessions.services import polling
from sessions.services.poll_prompting import queue_poll_messages
from sets.models import LearningSet, Membership
from tests.factories import end, join, make_set, make_user
from tests.sessions.poll_acts import answer, ask, change, told_of

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
Mailbox = list[EmailMultiAlternatives]


@pytest.fixture
def poll(learning_set: LearningSet, gita: User) -> Poll:
    return ask(learning_set, gita, now=NOW)


def send(now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        while outbox.send_due(now=now):
            pass


def in_a_connection_of_its_own(act: Callable[[], None]) -> None:
    try:
        act()
    finally:
        connection.close()


def tick(now: datetime) -> None:
    queue_poll_messages(now=now)


# --- The nudge -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "comes_after"), [(9, timedelta(days=7)), (6, timedelta(days=4)), (3, timedelta(days=2)), (1.5, DAY)]
)
def test_the_nudge_comes_two_days_before_the_deadline_or_after_two_thirds_of_a_shorter_time(
    days: float, comes_after: timedelta
) -> None:
    assert polling.nudge_at(NOW, NOW + timedelta(days=days)) == NOW + comes_after


def test_only_who_has_not_answered_is_nudged_and_once(poll: Poll, asha: User) -> None:
    answer(poll, asha, "nn", now=NOW)
    tick(poll.nudge_at - timedelta(seconds=1))
    assert told_of(poll, "poll_nudge") == []
    for hours in (0, 1, 30):
        tick(poll.nudge_at + timedelta(hours=hours))
    assert told_of(poll, "poll_nudge") == ["Ben", "Gita"]


def test_a_poll_that_nobody_answered_nudges_everyone(poll: Poll) -> None:
    tick(poll.nudge_at)
    assert told_of(poll, "poll_nudge") == ["Asha", "Ben", "Gita"]


def test_who_was_nudged_is_not_nudged_again_after_more_time_was_given(poll: Poll, gita: User) -> None:
    tick(poll.nudge_at)
    dates = [(option, option.starts_at) for option in poll.options.all()]
    later = change(poll, gita, *dates, now=poll.nudge_at, deadline_at=NOW + 13 * DAY)
    tick(later.nudge_at)
    assert told_of(poll, "poll_nudge") == ["Asha", "Ben", "Gita"]


@pytest.mark.parametrize("late", [timedelta(0), DAY])
def test_nobody_is_nudged_after_the_deadline(poll: Poll, late: timedelta) -> None:
    tick(poll.deadline_at + late)
    assert told_of(poll, "poll_nudge") == []


def test_who_answers_before_the_nudge_leaves_does_not_get_it(poll: Poll, asha: User, mailoutbox: Mailbox) -> None:
    send(NOW)
    mailoutbox.clear()
    tick(poll.nudge_at)
    answer(poll, asha, "yy", now=poll.nudge_at)
    send(poll.nudge_at)
    assert sorted(mail.to[0] for mail in mailoutbox) == ["ben@example.org", "gita@example.org"]


# --- Everyone has answered -----------------------------------------------------------------------


def test_with_the_last_answer_those_who_look_after_the_set_hear_once(
    poll: Poll, gita: User, asha: User, ben: User
) -> None:
    answer(poll, asha, "yn", now=NOW)
    answer(poll, gita, "yn", now=NOW)
    assert told_of(poll, "poll_all_answered") == []
    answer(poll, ben, "yn", now=NOW)
    answer(poll, ben, "ny", now=NOW)
    tick(NOW + DAY)
    assert told_of(poll, "poll_all_answered") == ["Gita"]


def test_when_the_last_silent_one_leaves_everyone_has_answered(
    poll: Poll, gita: User, asha: User, memberships: dict[str, Membership]
) -> None:
    for person in (gita, asha):
        answer(poll, person, "yn", now=NOW)
    end(memberships["Ben"])
    tick(NOW + DAY)
    assert told_of(poll, "poll_all_answered") == ["Gita"]


def test_after_a_changed_date_everyone_answers_anew(poll: Poll, gita: User, asha: User, ben: User) -> None:
    for person in (gita, asha, ben):
        answer(poll, person, "yn", now=NOW)
    first, second = poll.options.all()
    change(poll, gita, (first, NOW + 20 * DAY), (second, second.starts_at), now=NOW)
    for person in (gita, asha, ben):
        answer(poll, person, "ny", now=NOW)
    assert Message.objects.filter(kind="sessions.poll_all_answered", to=gita).count() == 2


def test_the_word_that_everyone_answered_stays_when_somebody_joins_before_it_leaves(
    poll: Poll, gita: User, asha: User, ben: User, mailoutbox: Mailbox
) -> None:
    send(NOW)
    mailoutbox.clear()
    for person in (gita, asha, ben):
        answer(poll, person, "yn", now=NOW)
    join(poll.learning_set, make_user("Newcomer"))
    send(NOW + DAY)
    assert mailoutbox == []


# --- The deadline --------------------------------------------------------------------------------


def test_at_the_deadline_those_who_look_after_the_set_hear_once(poll: Poll) -> None:
    tick(poll.deadline_at - timedelta(seconds=1))
    assert told_of(poll, "poll_deadline") == []
    for hours in (0, 1, 50):
        tick(poll.deadline_at + timedelta(hours=hours))
    assert told_of(poll, "poll_deadline") == ["Gita"]


def test_after_more_time_was_given_its_end_is_told_too(poll: Poll, gita: User, mailoutbox: Mailbox) -> None:
    tick(poll.deadline_at)
    dates = [(option, option.starts_at) for option in poll.options.all()]
    later = change(poll, gita, *dates, now=poll.deadline_at, deadline_at=NOW + 12 * DAY)
    send(NOW + 10 * DAY)
    assert [mail.subject for mail in mailoutbox if "time to answer" in mail.subject] == []
    tick(later.deadline_at)
    send(later.deadline_at)
    assert [mail.to for mail in mailoutbox if "time to answer" in mail.subject] == [["gita@example.org"]]


@pytest.mark.django_db(transaction=True)
def test_more_time_that_is_given_as_the_deadline_passes_is_not_taken_for_told(poll: Poll, gita: User) -> None:
    dates = [(option, option.starts_at) for option in poll.options.all()]
    with transaction.atomic():
        change(poll, gita, *dates, now=poll.deadline_at, deadline_at=NOW + 12 * DAY)
        with ThreadPoolExecutor() as another:
            another.submit(in_a_connection_of_its_own, lambda: tick(poll.deadline_at)).result(timeout=20)
    assert told_of(poll, "poll_deadline") == []
    tick(NOW + 12 * DAY)
    assert told_of(poll, "poll_deadline") == ["Gita"]


@pytest.mark.parametrize("how", ["chosen", "closed"])
def test_a_poll_that_is_over_asks_for_nothing(poll: Poll, gita: User, how: str, mailoutbox: Mailbox) -> None:
    if how == "chosen":
        polling.choose_date(option=poll.options.first(), by=gita, now=NOW)
    else:
        polling.close_poll(poll=poll, by=gita, now=NOW)
    tick(poll.nudge_at)
    tick(poll.deadline_at)
    send(poll.deadline_at)
    assert [told_of(poll, kind) for kind in ("poll_nudge", "poll_deadline", "poll_all_answered")] == [[], [], []]
    assert [mail.subject for mail in mailoutbox if "date suits you" in mail.subject] == []


def test_a_tick_costs_the_same_for_one_poll_and_for_ten(
    learning_set: LearningSet, gita: User, asha: User, django_assert_num_queries: Any
) -> None:
    answer(ask(learning_set, gita, now=NOW), asha, "yn", now=NOW)
    tick(NOW + 7 * DAY)  # what is cached is cached
    Message.objects.all().delete()
    Poll.objects.update(nudged_at=None)
    with CaptureQueriesContext(connection) as queries:
        tick(NOW + 7 * DAY)
    looking = len([q for q in queries if q["sql"].startswith("SELECT")])
    for number in range(9):
        other = make_set(f"Set {number}")
        for person in (gita, asha):
            join(other, person, facilitates=person == gita)
        answer(ask(other, gita, now=NOW), asha, "yn", now=NOW)
    Poll.objects.update(nudged_at=None)
    with CaptureQueriesContext(connection) as queries:
        tick(NOW + 7 * DAY)
    assert len([q for q in queries if q["sql"].startswith("SELECT")]) == looking


def test_a_tick_reads_nothing_of_polls_about_which_nothing_is_due(
    poll: Poll, learning_set: LearningSet, gita: User, asha: User, ben: User
) -> None:
    """One is half answered, of the other everyone has heard: neither comes back from the database."""
    answer(poll, asha, "yn", now=NOW)
    told = ask(learning_set, gita, now=NOW, days=(20, 21))
    for person in (gita, asha, ben):
        answer(told, person, "yn", now=NOW)
    tick(NOW + DAY)
    with CaptureQueriesContext(connection) as queries:
        tick(NOW + DAY)
    assert [q["sql"].split('"')[1] for q in queries if q["sql"].startswith("SELECT")] == ["als_sessions_poll"] * 3


def test_who_is_answered_is_found_by_indexes(poll: Poll, learning_set: LearningSet) -> None:
    """Among many polls that are over, and the answers to them."""
    over = {"minutes": 60, "time_zone": "UTC", "state": "closed", "ended_at": NOW, "round_answered": 0, "round": 1}
    dates = {"deadline_at": NOW, "nudge_at": NOW}
    polls = Poll.objects.bulk_create(Poll(learning_set=learning_set, **over, **dates) for _ in range(3000))
    options = PollOption.objects.bulk_create(PollOption(poll=poll, starts_at=NOW) for poll in polls)
    people = User.objects.bulk_create(User(email=f"p{n}@example.org", name=f"P {n}") for n in range(3000))
    said = {"answer": "yes", "answered_at": NOW}
    PollAnswer.objects.bulk_create(PollAnswer(option=o, user=p, **said) for o, p in zip(options, people, strict=True))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE als_sessions_poll, als_sessions_polloption, als_sessions_pollanswer")
    plan = Poll.objects.taking_answers(NOW).answered_by_all().explain()
    assert "polls_open" in plan
    assert [line for line in plan.splitlines() if "Seq Scan on als_sessions_poll" in line] == []


# --- What the mails say --------------------------------------------------------------------------


def test_the_question_shows_dates_on_the_readers_clock_and_a_link_of_their_own(
    poll: Poll, ben: User, mailoutbox: Mailbox
) -> None:
    send(NOW)
    (mail,) = [mail for mail in mailoutbox if mail.to == [ben.email]]
    assert mail.subject == "Which date suits you? Please answer by Thursday 10 September 2026"
    lines = str(mail.body).splitlines()
    assert lines[2] == "- Tuesday 15 September 2026, 12:00 (Nairobi) = Tuesday 15 September 2026, 10:00 (London)"
    assert next(line for line in lines if line.startswith("http")).startswith("http://testserver/polls/answer/")


def test_who_left_before_it_leaves_is_not_asked(
    poll: Poll, memberships: dict[str, Membership], mailoutbox: Mailbox
) -> None:
    end(memberships["Asha"])
    send(NOW)
    assert sorted(mail.to[0] for mail in mailoutbox) == ["ben@example.org", "gita@example.org"]


def test_who_is_asked_again_reads_only_the_dates_that_lack_their_answer(
    poll: Poll, gita: User, asha: User, mailoutbox: Mailbox
) -> None:
    answer(poll, asha, "yn", now=NOW)
    first, second = poll.options.all()
    change(poll, gita, (first, first.starts_at), (second, NOW + 21 * DAY), now=NOW)
    send(NOW)
    (mail,) = [mail for mail in mailoutbox if "has changed" in mail.subject]
    assert (mail.to, [line for line in str(mail.body).splitlines() if line.startswith("- ")]) == (
        [asha.email],
        ["- Tuesday 22 September 2026, 10:00 (London)"],
    )
