"""Plays a past session of the demo from scheduling to its review, at the times at which it would have happened."""

from datetime import datetime, timedelta
from uuid import uuid4

from actions.demo.people import GITA, Cast
from actions.demo.preparing import offer, schedule
from actions.demo.sessions import DemoReview, DemoTopic
from actions.services.committing import commit
from actions.services.supporting import answer_support, ask
from sessions.enums import Reply
from sessions.models import Session, Slot, Stage
from sessions.services import capturing, closing, replying, reviewing, running
from sets.models import LearningSet
from sets.processes import Captures


def play_session(
    learning_set: LearningSet, topics: list[DemoTopic], reviews: list[DemoReview], cast: Cast, *, starts_at: datetime
) -> None:
    """Afterwards the session is closed, with all that was said, an action from each topic, and the reviews."""
    before = starts_at - timedelta(days=9)
    session = schedule(learning_set, cast, starts_at=starts_at, now=before)
    for membership in learning_set.memberships.present().members().select_related("user"):
        replying.reply(session=session, by=membership.user, reply=Reply.COMING, now=before)
    choices = offer(session, topics, cast, now=before)
    running.open_session(session=session, by=cast[GITA], now=starts_at)
    _walk_to(session, "choose", cast, since=starts_at)
    session.refresh_from_db()
    running.choose(session=session, by=cast[GITA], choices=choices, now=starts_at + timedelta(minutes=25))
    _play(session, topics, reviews, cast, since=starts_at + timedelta(minutes=30))


def _walk_to(session: Session, key: str, cast: Cast, *, since: datetime) -> None:
    stage = Stage.objects.filter(session=session).now().get()
    now = since
    while stage.key != key:
        now += timedelta(minutes=stage.planned_minutes)
        running.next_stage(session=session, by=cast[GITA], leaving=stage.pk, now=now)
        stage = Stage.objects.filter(session=session).now().get()


def _play(session: Session, topics: list[DemoTopic], reviews: list[DemoReview], cast: Cast, *, since: datetime) -> None:
    """Go through the rest, stage by stage, each a little later than the one before; then close."""
    said = {topic.owner: topic for topic in topics}
    now = since
    stage: Stage | None = Stage.objects.filter(session=session).now().get()
    while stage and (stage := running.next_stage(session=session, by=cast[GITA], leaving=stage.pk, now=now)):
        topic = said[stage.slot.presenter.name] if stage.slot else None
        for author, kind, words in topic.said.get(stage.key, []) if topic else []:
            capturing.contribute(stage=stage, by=cast[author], kind=kind, text=words, form_key=uuid4(), now=now)
        if topic and stage.slot and "action" in stage.captures:
            _commit(stage.slot, topic, cast, now=now)
        if Captures.REVIEW in stage.captures:
            _review(session, reviews, cast, now=now)
        now += timedelta(minutes=stage.planned_minutes)
    session.refresh_from_db()
    if session.is_running:
        closing.close_session(session=session, by=cast[GITA], now=now)


def _commit(slot: Slot, topic: DemoTopic, cast: Cast, *, now: datetime) -> None:
    supporter = cast.get(topic.supporter)
    action = commit(
        slot=slot,
        by=slot.presenter,
        what=topic.action["what"],
        first_step=topic.action.get("first_step", ""),
        how_i_will_know=topic.action.get("how_i_will_know", ""),
        due_on=(now + timedelta(days=25)).date(),
        supporter=None,
        now=now,
    )
    if supporter:
        ask(action=action, by=slot.presenter, supporter=supporter, now=now)
        action.refresh_from_db()
        answer_support(action=action, by=supporter, accepts=True, now=now)


def _review(session: Session, reviews: list[DemoReview], cast: Cast, *, now: datetime) -> None:
    for review in reviews:
        reviewing.save_review(
            session=session,
            by=cast[review.author],
            on_rules=review.on_rules,
            what_helped=review.what_helped,
            next_time=review.next_time,
            rating=review.rating,
            now=now,
        )
    reviewing.show_reviews(session=session, by=cast[GITA], now=now)
