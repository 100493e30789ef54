"""A session is in the name of somebody who is there, and so is what is offered to it."""

import pytest
from django.utils import timezone

from sessions.models import Session, TurnRequest
from sessions.services import turns
from sets.services import belonging
from tests.factories import join, make_bid, make_closed_session, make_session, make_set

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


@pytest.mark.parametrize("asks", ["asha", "ben"])
def test_nobody_waits_for_an_answer_of_who_has_left_or_about_their_turn(
    learning_set, memberships, gita, asha, ben, request, asks
) -> None:
    now = timezone.now()
    hers, bens, gitas = (
        make_session(learning_set, days=days, facilitator=host) for days, host in ((7, asha), (14, ben), (21, gita))
    )
    turns.ask(session=hers, by=request.getfixturevalue(asks), taker=ben, now=now)
    turns.ask(session=bens, by=asha, taker=asha, now=now)
    turns.ask(session=gitas, by=gita, taker=ben, now=now)
    belonging.leave(membership=memberships["Asha"], by=asha, now=now)
    assert [one.session for one in TurnRequest.objects.open()] == [gitas]
    assert turns.ask(session=bens, by=ben, taker=gita, now=now).is_open


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


@pytest.mark.parametrize("how", ["leaves", "is removed"])
def test_the_topic_of_who_goes_is_offered_to_no_session_any_more(
    learning_set, memberships, gita, asha, ben, signed_in, how
) -> None:
    soon, later = make_session(learning_set), make_session(learning_set, days=35)
    for session in (soon, later):
        make_bid(session, asha, headline="Asha's topic")
        make_bid(session, ben, headline="Ben's topic")
    now = timezone.now()
    if how == "leaves":
        belonging.leave(membership=memberships["Asha"], by=asha, now=now)
    else:
        belonging.remove(membership=memberships["Asha"], by=gita, now=now)
    for session in (soon, later):
        assert dict(session.bids.values_list("member__name", "state")) == {"Asha": "withdrawn", "Ben": "offered"}
        for page in ("", "run-sheet/"):
            words = signed_in(ben).get(f"/sessions/{session.pk}/{page}").content.decode()
            assert ("Asha&#x27;s topic" in words, "Ben&#x27;s topic" in words) == (False, True)


def test_a_topic_heard_before_they_went_stays_in_the_record(learning_set, memberships, gita, asha) -> None:
    past = make_closed_session(learning_set)
    bid = make_bid(past, asha, state="heard")
    elsewhere = make_set()
    join(elsewhere, asha)
    there = make_bid(make_session(elsewhere), asha)
    belonging.remove(membership=memberships["Asha"], by=gita, now=timezone.now())
    bid.refresh_from_db()
    there.refresh_from_db()
    assert (bid.state, there.state) == ("heard", "offered")


@pytest.mark.parametrize(("who", "page"), [("asha", "leave/"), ("gita", "people/{}/remove/")])
def test_who_goes_or_sends_away_reads_what_becomes_of_a_topic_on_offer(
    learning_set, memberships, signed_in, request, who, page
) -> None:
    address = f"/sets/{learning_set.pk}/{page.format(memberships['Asha'].pk)}"
    words = signed_in(request.getfixturevalue(who)).get(address).content.decode()
    assert "offered is withdrawn: nobody" in words
