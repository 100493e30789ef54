"""A set goes on by itself: its members host what is planned, in turn, and nobody is sent out of a room."""

from datetime import timedelta

import pytest
from django.utils import timezone

from als_project.users.models import User
from sessions.models import Session, TurnRequest
from sessions.services import turns
from sets.models import LearningSet
from sets.services import going_on
from tests.factories import make_running_session, make_session

pytestmark = pytest.mark.django_db


def hosts(learning_set: LearningSet) -> list[str]:
    return list(learning_set.sessions.order_by("starts_at").values_list("facilitator__name", flat=True))


def test_members_take_turns_at_what_was_the_facilitators_or_nobodys(
    learning_set: LearningSet, gita: User, asha: User, ben: User
) -> None:
    for days, facilitator in ((7, gita), (14, None), (21, ben), (28, gita)):
        make_session(learning_set, days=days, facilitator=facilitator)
    going_on.go_self_facilitated(learning_set=learning_set, by=gita, now=timezone.now())
    assert hosts(learning_set) == ["Asha", "Ben", "Ben", "Asha"]


def test_nobody_is_asked_any_more_about_a_turn_that_has_changed_hands(
    learning_set: LearningSet, gita: User, asha: User, ben: User
) -> None:
    now = timezone.now()
    theirs, bens = make_session(learning_set, facilitator=gita), make_session(learning_set, days=14, facilitator=ben)
    turns.ask(session=theirs, by=gita, taker=asha, now=now)
    turns.ask(session=bens, by=ben, taker=asha, now=now)
    going_on.go_self_facilitated(learning_set=learning_set, by=gita, now=now)
    assert [request.session for request in TurnRequest.objects.open()] == [bens]
    theirs.refresh_from_db()
    other = {asha: ben, ben: asha}[theirs.facilitator]
    assert turns.ask(session=theirs, by=theirs.facilitator, taker=other, now=now)


def test_what_is_over_stays_as_it_was(learning_set: LearningSet, gita: User) -> None:
    over = make_session(learning_set, days=-7, facilitator=gita, state="closed", closed_at=timezone.now())
    going_on.go_self_facilitated(learning_set=learning_set, by=gita, now=timezone.now())
    over.refresh_from_db()
    assert over.facilitator == gita


@pytest.mark.parametrize(("hours_ago", "ends"), [(1, 0), (40, 1)])
def test_a_session_in_use_puts_the_day_off_and_one_left_open_does_not(
    learning_set: LearningSet, gita: User, hours_ago: int, ends: int
) -> None:
    now = timezone.now()
    day = (now + timedelta(days=1)).date()
    going_on.agree_on_day(learning_set=learning_set, by=gita, day=day, now=now)
    come = now + timedelta(days=2)
    session = make_running_session(learning_set)
    Session.objects.filter(pk=session.pk).update(starts_at=come - timedelta(hours=hours_ago))
    assert going_on.let_facilitation_end(now=come) == ends
    Session.objects.filter(pk=session.pk).update(state="closed", closed_at=come)
    assert going_on.let_facilitation_end(now=come) == 1 - ends
