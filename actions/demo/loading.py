"""Plays the demo through the same services as real people use, at the times at which it would have happened."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db import transaction

from actions.demo import people, sessions
from actions.demo.coming import ask_for_dates, offer_topics, plan_run
from actions.demo.past import play_session
from actions.demo.people import CLINIC, GITA, LIBRARY, LONDON, OLU, Cast, DemoSet
from actions.demo.preparing import schedule
from als_project.outbox.models import Message
from als_project.users.models import User
from sets.models import LearningSet, Programme
from sets.services import founding, inviting, notes, ruling


@transaction.atomic
def load(*, now: datetime) -> Cast:
    """Two sets, each with a past session and a coming one. One is about to meet, the other looks for a date."""
    cast = {name: _person(name) for name in people.EVERYONE}
    programme = Programme.objects.create(
        name="Leading well", purpose="A year for people who lead a small team.", is_demo=True, created_at=now
    )
    programme.organisers.add(cast[OLU])
    library, clinic = (_found(plan, cast, now=now - timedelta(days=70)) for plan in (LIBRARY, CLINIC))
    LearningSet.objects.filter(pk__in=[library.pk, clinic.pk]).update(programme=programme)
    _play_library(library, cast, now=now)
    _play_clinic(clinic, cast, now=now)
    # The past is only played: what it would have sent then is not sent now.
    Message.objects.waiting().update(dropped_at=now, dropped_because="part of the demo's past")
    return cast


def _play_library(learning_set: LearningSet, cast: Cast, *, now: datetime) -> None:
    last, coming = _at_two(now - timedelta(days=28)), _at_two(now + timedelta(days=5))
    play_session(learning_set, sessions.LIBRARY_PAST, sessions.LIBRARY_REVIEWS, cast, starts_at=last)
    session = schedule(learning_set, cast, starts_at=coming, now=now - timedelta(days=20))
    offer_topics(session, sessions.LIBRARY_NEXT, cast, now=now - timedelta(days=2))
    dates = [_at_two(coming + timedelta(days=days)) for days in (21, 23, 28)]
    ask_for_dates(
        learning_set,
        cast,
        dates=dates,
        deadline_at=_at_two(now + timedelta(days=10)),
        answered=sessions.LIBRARY_DATES,
        now=now - timedelta(days=1),
    )


def _play_clinic(learning_set: LearningSet, cast: Cast, *, now: datetime) -> None:
    last = _at_two(now - timedelta(days=28))
    play_session(learning_set, sessions.CLINIC_PAST, sessions.CLINIC_REVIEWS, cast, starts_at=last)
    session = plan_run(learning_set, cast, starts_at=_in_a_moment(now), count=4, now=now - timedelta(days=20))
    offer_topics(session, sessions.CLINIC_NEXT, cast, now=now - timedelta(days=2))


def _person(name: str) -> User:
    address = people.address(name)
    user = User.objects.create_user(address, name=name, time_zone=people.ZONES.get(name, LONDON), is_demo=True)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user


def _at_two(day: datetime) -> datetime:
    """14:00 in London on that day, or on the Monday after a weekend."""
    local = day.astimezone(ZoneInfo(LONDON)).replace(hour=14, minute=0, second=0, microsecond=0)
    return local + timedelta(days=max(0, 7 - local.weekday()) if local.weekday() > 4 else 0)


def _in_a_moment(now: datetime) -> datetime:
    """The next quarter of an hour in London: whoever looks round the demo can open the session and see its room."""
    quarter = now.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=15 - now.minute % 15)
    return quarter.astimezone(ZoneInfo(LONDON))


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
    return notes.agree_on_notes(learning_set=learning_set, by=gita, months=12, now=now)
