"""Plays the demo through the same services as real people use, at the times at which it would have happened."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db import transaction

from actions.demo import people, sessions
from actions.demo.people import CLINIC, GITA, LIBRARY, OLU, DemoSet
from actions.demo.sessions import DemoTopic
from actions.services.committing import commit
from actions.services.supporting import answer_support, ask
from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.enums import Reply, Urgency
from sessions.models import Bid, Session, Slot, Stage
from sessions.services import bidding, capturing, closing, replying, running, scheduling
from sets.models import LearningSet, Programme
from sets.services import founding, inviting, ruling

LONDON = "Europe/London"
Cast = dict[str, User]


@transaction.atomic
def load(*, now: datetime) -> Cast:
    """Two sets, a past session each with what was said and an action, and a coming one with bids."""
    cast = {name: _person(name) for name in people.EVERYONE}
    programme = Programme.objects.create(
        name="Leading well", purpose="A year for people who lead a small team.", is_demo=True, created_at=now
    )
    programme.organisers.add(cast[OLU])
    for plan, past, coming, days in (
        (LIBRARY, sessions.LIBRARY_PAST, sessions.LIBRARY_NEXT, 5),
        (CLINIC, sessions.CLINIC_PAST, sessions.CLINIC_NEXT, 12),
    ):
        learning_set = _found(plan, cast, now=now - timedelta(days=70))
        LearningSet.objects.filter(pk=learning_set.pk).update(programme=programme)
        _past_session(learning_set, past, cast, starts_at=_at_two(now - timedelta(days=28)))
        _coming_session(learning_set, coming, cast, starts_at=_at_two(now + timedelta(days=days)), now=now)
    # The past is only played: what it would have sent then is not sent now.
    Message.objects.waiting().update(dropped_at=now, dropped_because="part of the demo's past")
    return cast


def _person(name: str) -> User:
    address = people.address(name)
    user = User.objects.create_user(address, name=name, time_zone=people.ZONES.get(name, LONDON), is_demo=True)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user


def _at_two(day: datetime) -> datetime:
    """14:00 in London on that day, or on the Monday after a weekend."""
    local = day.astimezone(ZoneInfo(LONDON)).replace(hour=14, minute=0, second=0, microsecond=0)
    return local + timedelta(days=max(0, 7 - local.weekday()) if local.weekday() > 4 else 0)


def _found(plan: DemoSet, cast: Cast, *, now: datetime) -> LearningSet:
    gita = cast[GITA]
    learning_set = founding.found_set(
        by=gita,
        name=plan.name,
        purpose=plan.purpose,
        usual_minutes=plan.usual_minutes,
        place=plan.place,
        link=plan.link,
        time_zone=LONDON,
        process=plan.process,
        takes_part=False,
        now=now,
    )
    members = [cast[name] for name in plan.members]
    invited = inviting.invite(
        learning_set=learning_set, by=gita, emails=[m.email for m in members], as_facilitator=False, now=now
    )
    for invitation, member in zip(invited, members, strict=True):
        inviting.accept(invitation=invitation, by=member, now=now)
    proposal = ruling.propose(learning_set=learning_set, by=gita, rules=people.RULES, now=now, seen=None)
    rules = ruling.publish(ground_rules=proposal, by=gita, now=now)
    for membership in learning_set.memberships.present().select_related("user"):
        ruling.agree(ground_rules=rules, membership=membership, by=membership.user, now=now)
    return learning_set


def _schedule(learning_set: LearningSet, cast: Cast, *, starts_at: datetime, now: datetime) -> Session:
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


def _offer(session: Session, topics: Iterable[DemoTopic], cast: Cast, *, now: datetime) -> list[tuple[Bid, int]]:
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


def _past_session(learning_set: LearningSet, topics: list[DemoTopic], cast: Cast, *, starts_at: datetime) -> None:
    before = starts_at - timedelta(days=9)
    session = _schedule(learning_set, cast, starts_at=starts_at, now=before)
    for membership in learning_set.memberships.present().members().select_related("user"):
        replying.reply(session=session, by=membership.user, reply=Reply.COMING, now=before)
    choices = _offer(session, topics, cast, now=before)
    running.open_session(session=session, by=cast[GITA], now=starts_at)
    _walk_to(session, "choose", cast, since=starts_at)
    session.refresh_from_db()
    running.choose(session=session, by=cast[GITA], choices=choices, now=starts_at + timedelta(minutes=25))
    _play(session, topics, cast, since=starts_at + timedelta(minutes=30))


def _walk_to(session: Session, key: str, cast: Cast, *, since: datetime) -> None:
    stage = Stage.objects.filter(session=session).now().get()
    now = since
    while stage.key != key:
        now += timedelta(minutes=stage.planned_minutes)
        running.next_stage(session=session, by=cast[GITA], leaving=stage.pk, now=now)
        stage = Stage.objects.filter(session=session).now().get()


def _play(session: Session, topics: list[DemoTopic], cast: Cast, *, since: datetime) -> None:
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


def _coming_session(
    learning_set: LearningSet, topics: list[DemoTopic], cast: Cast, *, starts_at: datetime, now: datetime
) -> None:
    session = _schedule(learning_set, cast, starts_at=starts_at, now=now - timedelta(days=20))
    _offer(session, topics, cast, now=now - timedelta(days=2))
    for topic in topics:
        replying.reply(session=session, by=cast[topic.owner], reply=Reply.COMING, now=now - timedelta(days=2))
