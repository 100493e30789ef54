"""What is ahead of the demo's sets: sessions with bids and replies, and a date that is still to be found."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from actions.demo.people import GITA, LONDON, Cast
from actions.demo.preparing import offer
from actions.demo.sessions import DemoTopic
from als_project.users.models import User
from sessions.enums import Answer, Pattern, Reply
from sessions.models import Session
from sessions.recurrence import Recurrence
from sessions.services import polling, replying, runs
from sets.models import LearningSet

EVERY_WEEKS = 4


def plan_run(learning_set: LearningSet, cast: Cast, *, starts_at: datetime, count: int, now: datetime) -> Session:
    """Sessions every four weeks from that instant on, at the same hour in London; the first of them."""
    rule = Recurrence(Pattern.WEEKLY, starts_at.date(), every=EVERY_WEEKS, count=count).rule
    run = runs.schedule_run(
        learning_set=learning_set,
        by=cast[GITA],
        rule=rule,
        # Added to the wall clock: 14:00 stays 14:00 when the clocks change.
        dates=[starts_at + timedelta(weeks=EVERY_WEEKS * number) for number in range(count)],
        minutes=learning_set.usual_minutes,
        time_zone=LONDON,
        place=learning_set.place,
        link=learning_set.link,
        facilitators=[cast[GITA]] * count,
        now=now,
    )
    return run.sessions.earliest("starts_at")


def offer_topics(session: Session, topics: list[DemoTopic], cast: Cast, *, now: datetime) -> None:
    """Whoever offers a topic is coming."""
    offer(session, topics, cast, now=now)
    for topic in topics:
        replying.reply(session=session, by=cast[topic.owner], reply=Reply.COMING, now=now)


def ask_for_dates(
    learning_set: LearningSet,
    cast: Cast,
    *,
    dates: Sequence[datetime],
    deadline_at: datetime,
    answered: dict[str, str],
    now: datetime,
) -> None:
    """A poll for the session after next; `answered` has the words of some: y, n or i (if need be) for each date."""
    poll = polling.open_poll(
        learning_set=learning_set,
        by=cast[GITA],
        dates=dates,
        minutes=learning_set.usual_minutes,
        time_zone=LONDON,
        place=learning_set.place,
        link=learning_set.link,
        facilitator=cast[GITA],
        deadline_at=deadline_at,
        now=now,
    )
    words = {"y": Answer.YES, "n": Answer.NO, "i": Answer.IF_NEED_BE}
    options = list(poll.options.order_by("starts_at"))
    for name, letters in answered.items():
        person: User = cast[name]
        answers = {option.pk: words[letter] for option, letter in zip(options, letters, strict=True)}
        polling.answer_poll(poll=poll, by=person, answers=answers, now=now)
