"""A session is in the name of somebody who is there."""

import pytest
from django.utils import timezone

from sessions.models import Session
from sets.services import belonging
from tests.factories import join, make_closed_session, make_session, make_set

pytestmark = pytest.mark.django_db


def hosts(*sessions: Session) -> list[str | None]:
    facilitators = [Session.objects.get(pk=session.pk).facilitator for session in sessions]
    return [person and person.name for person in facilitators]


def test_whoever_leaves_hosts_no_session_to_come_and_the_past_stays_as_it_was(
    learning_set, memberships, gita, asha
) -> None:
    past = make_closed_session(learning_set, facilitator=asha)
    hers, anothers = make_session(learning_set, facilitator=asha), make_session(learning_set, days=35, facilitator=gita)
    belonging.leave(membership=memberships["Asha"], by=asha, now=timezone.now())
    assert hosts(past, hers, anothers) == ["Asha", None, "Gita"]


def test_their_sessions_in_other_sets_stay_theirs(learning_set, memberships, gita, asha) -> None:
    elsewhere = make_set()
    join(elsewhere, asha)
    there = make_session(elsewhere, facilitator=asha)
    belonging.remove(membership=memberships["Asha"], by=gita, now=timezone.now())
    assert hosts(there) == ["Asha"]


def test_a_session_without_a_host_is_run_by_those_who_look_after_the_set(
    learning_set, memberships, gita, asha, signed_in
) -> None:
    session = make_session(learning_set, facilitator=asha)
    belonging.leave(membership=memberships["Asha"], by=asha, now=timezone.now())
    page = signed_in(gita).get(f"/sessions/{session.pk}/")
    assert (page.status_code, "Asha" in page.content.decode().partition("<main")[2].partition("<h2")[0]) == (200, False)
    assert signed_in(gita).get(f"/sessions/{session.pk}/move/").status_code == 200
