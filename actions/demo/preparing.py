"""What happens before any session of the demo."""

from collections.abc import Iterable
from datetime import datetime

from actions.demo.people import GITA, LONDON, Cast
from actions.demo.sessions import DemoTopic
from sessions.enums import Urgency
from sessions.models import Bid, Session
from sessions.services import bidding, scheduling
from sets.models import LearningSet


def schedule(learning_set: LearningSet, cast: Cast, *, starts_at: datetime, now: datetime) -> Session:
    """As Gita would: the set's usual length and place."""
    return scheduling.schedule_session(
        learning_set=learning_set,
        by=cast[GITA],
        starts_at=starts_at,
        minutes=learning_set.usual_minutes,
        time_zone=LONDON,
        place=learning_set.place,
        link=learning_set.link,
        facilitator=cast[GITA],
        now=now,
    )


def offer(session: Session, topics: Iterable[DemoTopic], cast: Cast, *, now: datetime) -> list[tuple[Bid, int]]:
    """The bids, each with the minutes that are wanted for it."""
    return [
        (
            bidding.offer_topic(
                session=session,
                by=cast[topic.owner],
                headline=topic.headline,
                question=topic.question,
                urgency=Urgency(topic.urgency),
                minutes_wanted=topic.minutes,
                now=now,
            ),
            topic.minutes,
        )
        for topic in topics
    ]
