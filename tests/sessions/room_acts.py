"""What people do in the room, said shortly."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

from django.db import connection

from als_project.users.models import User
from sessions.enums import Presence, Reply
from sessions.models import Bid, Contribution, Session, Slot, Stage
from sessions.process import process_of
from sessions.services import attending, capturing, closing, replying, running, sharing
from sets.models import LearningSet
from tests.factories import make_bid, make_session

# A Tuesday at two; sessions here start then.
START = datetime(2026, 9, 1, 14, 0, tzinfo=UTC)


def scheduled(learning_set: LearningSet, *bidders: User, coming: tuple[User, ...] = (), **fields: Any) -> Session:
    """A session of 90 minutes to which the bidders and some others come, each bidder with a topic for 30 minutes."""
    session = make_session(learning_set, **{"starts_at": START, "minutes": 90, **fields})
    for person in {*bidders, *coming}:
        replying.reply(session=session, by=person, reply=Reply.COMING, now=START - timedelta(days=1))
    for person in bidders:
        make_bid(session, person, headline=f"{person.name}'s topic")
    return session


def opened(session: Session, by: User, *, now: datetime = START) -> Session:
    return running.open_session(session=session, by=by, now=now)


def current(session: Session) -> Stage:
    return session.stages.now().select_related("slot").get()


def go_to(session: Session, key: str, by: User, *, now: datetime = START) -> Stage:
    """From stage to stage until the one of this key."""
    while current(session).key != key:
        before = current(session)
        running.next_stage(session=session, by=by, leaving=before.pk, now=now)
        assert current(session) != before, f"there is no stage “{key}” to come"
    return current(session)


def choose(session: Session, by: User, *choices: tuple[User, int], now: datetime = START, **fields: Any) -> list[Slot]:
    bids = {bid.member_id: bid for bid in Bid.objects.filter(session=session).standing()}
    chosen = [(bids[person.pk], minutes) for person, minutes in choices]
    return running.choose(session=session, by=by, choices=chosen, now=now, **fields)


def at_stage(learning_set: LearningSet, key: str, *, presenter: User, by: User, **fields: Any) -> Stage:
    """A running session in the stage of this key; from the choice on, with the presenter's topic, or turn, first."""
    session = opened(scheduled(learning_set, presenter, **fields), by)
    shares = not process_of(session).uses_bids
    if key in ("report-back", "share-topics"):
        return go_to(session, key, by)
    go_to(session, "share-time" if shares else "choose", by)
    if key not in ("choose", "share-time"):
        if shares:
            sharing.share_time(session=session, by=by, presenters=[presenter], breaks=0, optional=[key], now=START)
        else:
            choose(session, by, (presenter, 30), optional=[key])
    return go_to(session, key, by)


def close(session: Session, by: User, *, now: datetime = START, without_review: str = "No time for it") -> Session:
    return closing.close_session(session=session, by=by, now=now, without_review=without_review)


def only_here(session: Session, by: User, *people: User, now: datetime = START) -> None:
    """Nobody else of the set is there."""
    everyone = session.learning_set.memberships.present().values_list("user", flat=True)
    here = {person.pk for person in people}
    said = {pk: Presence.PRESENT if pk in here else Presence.ABSENT for pk in everyone}
    attending.note_presence(session=session, by=by, presences=said, now=now)


def say(stage: Stage, by: User, text: str = "Ask her first", kind: str = "", **fields: Any) -> Contribution:
    return capturing.contribute(
        stage=stage,
        by=by,
        text=text,
        **{"kind": kind or stage.captures[0], "form_key": uuid.uuid4(), "now": START, **fields},
    )


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act answered or raised, all begun at the same moment, each on a connection of its own."""
    barrier = Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def run(place: int) -> None:
        barrier.wait(timeout=20)
        try:
            answers[place] = acts[place]()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers
