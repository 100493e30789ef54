"""Choosing on the page: what is offered, the balance, the warning, two who choose."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from als_project.users.models import User
from sessions.enums import Reply, SlotState
from sessions.models import Attendance, Session
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.factories import join, make_bid, make_closed_session, make_slot, make_stage, make_user
from tests.sessions.pages import url, words
from tests.sessions.room_acts import choose, go_to, opened, scheduled


@pytest.fixture
def choice(learning_set: LearningSet, asha: User, ben: User, gita: User) -> Session:
    """In the choice, 90 minutes before the end, with topics by Asha and Ben."""
    now = timezone.now()
    session = opened(scheduled(learning_set, asha, ben, starts_at=now), gita, now=now)
    go_to(session, "choose", gita, now=now)
    return session


def form_of(session: Session, **minutes_by_name: int) -> dict[str, Any]:
    """The form with those people's topics in this order."""
    data: dict[str, Any] = {"seen": ",".join(str(slot.pk) for slot in session.slots.all())}
    order = list(minutes_by_name)
    for bid in session.bids.standing().select_related("member"):
        name = bid.member.name
        data[f"place_{bid.pk}"] = order.index(name) + 1 if name in order else ""
        data[f"minutes_{bid.pk}"] = minutes_by_name.get(name, 30)
    return data


def chosen(session: Session) -> list[tuple[str, int]]:
    return list(session.slots.values_list("presenter__name", "minutes"))


def test_all_see_what_is_offered_and_who_runs_it_chooses(
    choice: Session, asha: User, gita: User, signed_in: SignedIn
) -> None:
    for person, chooses in ((asha, False), (gita, True)):
        page = words(signed_in(person).get(url("room", choice)))
        assert "Asha's topic" in page
        assert "How can I begin the talk?" in page
        assert "30 minutes wanted." in page
        assert ("Choose these topics" in page) is chooses


def test_the_choice_is_kept_in_its_order(choice: Session, gita: User, signed_in: SignedIn) -> None:
    response = signed_in(gita).post(url("choose", choice), form_of(choice, Ben=40, Asha=30), follow=True)
    assert chosen(choice) == [("Ben", 40), ("Asha", 30)]
    assert "The topics are chosen." in words(response)
    assert "0 min more are planned" in words(response)


def test_too_many_minutes_are_allowed_and_the_page_says_by_how_many(
    choice: Session, gita: User, signed_in: SignedIn
) -> None:
    response = signed_in(gita).post(url("choose", choice), form_of(choice, Ben=60, Asha=45), follow=True)
    # 105 for the topics, 5 for the choice and 5 for the review: 115 of 90.
    assert chosen(choice) == [("Ben", 60), ("Asha", 45)]
    assert "25 min more are planned, with the review, than remain until" in words(response)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d, a, b: d.update({f"place_{a}": 1, f"place_{b}": 1}), "has this place already"),
        (lambda d, a, b: d.update({f"place_{a}": "", f"place_{b}": ""}), "Give at least one topic a place"),
        (lambda d, a, b: d.update({f"minutes_{a}": ""}), "How many minutes?"),
        (lambda d, a, b: d.update({f"minutes_{a}": 4}), "greater than or equal to 5"),
        (lambda d, a, b: d.update({f"minutes_{a}": 241}), "less than or equal to 240"),
        (lambda d, a, b: d.update({f"minutes_{a}": "soon"}), "Enter a whole number"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(
    change: Any, says: str, choice: Session, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    data = form_of(choice, Asha=33, Ben=44)
    change(data, choice.bids.get(member=asha).pk, choice.bids.get(member=ben).pk)
    response = signed_in(gita).post(url("choose", choice), data)
    assert response.status_code == 422
    assert says in words(response)
    assert 'value="44"' in response.content.decode()
    assert chosen(choice) == []


def test_who_chose_a_moment_too_late_sees_the_new_choice_and_keeps_their_own(
    choice: Session, gita: User, asha: User, signed_in: SignedIn
) -> None:
    client, late = signed_in(gita), form_of(choice, Ben=44)
    choose(choice, gita, (asha, 30))
    response = client.post(url("choose", choice), late)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Somebody else has just chosen" in words(response)
    assert "Asha, 30 minutes" in words(response)
    assert 'value="44"' in page
    assert chosen(choice) == [("Asha", 30)]
    # Pressed again, knowingly, it replaces the choice.
    seen = re.search(r'class="choose".*?name="seen" value="([\d,]*)"', page, re.DOTALL)
    assert seen is not None
    client.post(url("choose", choice), {**late, "seen": seen[1]})
    assert chosen(choice) == [("Ben", 44)]


def test_once_the_first_topic_has_begun_the_choice_stands(
    choice: Session, gita: User, asha: User, signed_in: SignedIn
) -> None:
    choose(choice, gita, (asha, 30))
    go_to(choice, "bring-to-life", gita)
    response = signed_in(gita).post(url("choose", choice), form_of(choice, Ben=40))
    assert response.status_code == 409
    assert "The first topic has begun: the choice stands." in words(response)


def test_the_optional_stage_is_a_tick(choice: Session, gita: User, signed_in: SignedIn) -> None:
    signed_in(gita).post(url("choose", choice), {**form_of(choice, Asha=35), "with_clarify": "on"})
    topic = list(choice.stages.filter(part="topic").values_list("key", "planned_minutes"))
    assert topic == [("bring-to-life", 5), ("clarify", 5), ("suggestions", 15), ("response", 5), ("commit", 5)]


def test_the_balance_stands_beside_each_name(
    learning_set: LearningSet, choice: Session, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    for days in (-90, -60, -30):
        session = make_closed_session(learning_set, days=days)
        if days == -90:
            slot = make_slot(session, asha, state=SlotState.HEARD)
            ended = session.starts_at + timedelta(minutes=31)
            make_stage(session, slot=slot, started_at=session.starts_at, ended_at=ended)
        if days == -60:
            Attendance.objects.create(session=session, user=ben, wants_nothing=True)
    for person in (asha, gita):
        page = words(signed_in(person).get(url("room", choice)))
        assert "2 sessions since last heard; 31 minutes in the last 6 sessions." in page
        assert "Not heard yet in 2 sessions." in page


def test_two_urgent_bids_are_shown_alike_and_by_name(
    learning_set: LearningSet, gita: User, ben: User, asha: User, signed_in: SignedIn
) -> None:
    now = timezone.now()
    session = scheduled(learning_set, ben, asha, starts_at=now)
    session.bids.update(urgency="high")
    go_to(opened(session, gita, now=now), "choose", gita, now=now)
    page = words(signed_in(gita).get(url("room", session)))
    assert page.count("Urgency: high.") == 2
    assert page.index("Asha's topic") < page.index("Ben's topic")


def test_the_topic_of_who_is_away_stays_unread(
    choice: Session, asha: User, gita: User, ben: User, signed_in: SignedIn
) -> None:
    Attendance.objects.filter(session=choice, user=asha).update(presence="absent", reply=Reply.APOLOGIES)
    for person in (gita, ben):
        page = words(signed_in(person).get(url("room", choice)))
        assert "Asha isn't here. Their topic stays theirs, unread." in page
        assert "Asha's topic" not in page
    response = signed_in(gita).post(url("choose", choice), form_of(choice, Asha=30, Ben=30))
    assert "A topic to which you gave a place can't be taken any more." in words(response)
    assert chosen(choice) == []


def test_without_offers_the_page_says_so(learning_set: LearningSet, gita: User, signed_in: SignedIn) -> None:
    now = timezone.now()
    session = opened(scheduled(learning_set, starts_at=now), gita, now=now)
    go_to(session, "choose", gita, now=now)
    assert "Nobody who is here has offered a topic." in words(signed_in(gita).get(url("room", session)))


def test_a_member_without_a_topic_can_still_offer_one_while_topics_are_shared(
    learning_set: LearningSet, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    now = timezone.now()
    session = opened(scheduled(learning_set, asha, starts_at=now), gita, now=now)
    offer = f'href="{reverse("sessions:offer", args=[session.pk])}"'
    pages = {p.name: signed_in(p).get(url("room", session)).content.decode() for p in (asha, ben, gita)}
    assert {name: offer in page for name, page in pages.items()} == {"Asha": False, "Ben": True, "Gita": False}


@pytest.mark.parametrize("person", ["gita", "ben"])
def test_as_many_queries_for_eight_bids_as_for_one(
    person: str, learning_set: LearningSet, choice: Session, signed_in: SignedIn, request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(person))
    counts = []
    for more in (0, 6):
        for n in range(more):
            member = make_user(f"Dev {n}")
            join(learning_set, member)
            make_bid(choice, member)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("room", choice)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_minutes_are_shared_out_by_what_each_wants_and_nothing_is_chosen_yet(
    choice: Session, gita: User, signed_in: SignedIn
) -> None:
    choice.bids.filter(member__name="Ben").update(minutes_wanted=10)
    sent = {**form_of(choice, Ben=5, Asha=5), "share": "1"}
    response = signed_in(gita).post(url("choose", choice), sent)
    # 80 of the 90 minutes remain beside the choice and the review: 30 and 10 were wanted.
    minutes = {offer.bid.member.name: field.value() for offer, _place, field in response.context["choose_form"].rows}
    assert (response.status_code, minutes) == (200, {"Asha": "60", "Ben": "20"})
    assert chosen(choice) == []


def test_topics_without_a_place_keep_the_minutes_they_had(choice: Session, gita: User, signed_in: SignedIn) -> None:
    sent = {**form_of(choice, Ben=5), "share": "1"}
    rows = signed_in(gita).post(url("choose", choice), sent).context["choose_form"].rows
    assert {offer.bid.member.name: field.value() for offer, _place, field in rows} == {"Asha": "30", "Ben": "80"}
