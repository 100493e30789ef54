"""Each button that runs the session: in which state of the session, for whom, and what it answers."""

import pytest
from django.utils import timezone

from als_project.users.models import User
from sessions.models import Session
from sessions.planning import plan_of
from sets.enums import Facilitation
from sets.models import LearningSet, Membership
from tests.cast import SignedIn
from tests.sessions.pages import HTMX, url, words
from tests.sessions.room_acts import choose, close, current, go_to, opened, scheduled

BUTTONS = (
    "give_time",
    "pause",
    "replan",
    "skip",
    "take_up",
    "free",
    "offer_place",
    "answer_place",
    "hand_over",
    "answer_hand_over",
    "hand",
    "turn",
)
SHOWS_ITS_FORM = ("replan", "skip", "hand_over")
FOR_THOSE_WHO_RUN_IT = ("give_time", "pause", "replan", "skip", "take_up", "free", "offer_place", "hand_over")


@pytest.fixture
def session(learning_set: LearningSet, asha: User, ben: User, dora: User, gita: User) -> Session:
    """Asha presents and listens; Ben is chosen and away; Dora has offered a topic."""
    now = timezone.now()
    session = opened(scheduled(learning_set, asha, ben, dora, starts_at=now), gita, now=now)
    go_to(session, "choose", gita, now=now)
    choose(session, gita, (asha, 30), (ben, 25), now=now)
    go_to(session, "suggestions", gita, now=now)
    session.attendances.filter(user=ben).update(presence="absent")
    return session


def sent(name: str, session: Session) -> dict[str, object]:
    """What a page in front of its presser would send."""
    stage = current(session) if session.is_running else session.stages.last()
    assert stage is not None
    slot = session.slots.last()
    fields: dict[str, dict[str, object]] = {
        "give_time": {"seen": stage.minutes, "minutes": 5},
        "replan": {
            "seen": plan_of(list(session.stages.all()), list(session.slots.all())),
            f"state_{slot.pk if slot else 0}": "carried",
            f"minutes_{slot.pk if slot else 0}": 25,
            "closing": 3,
        },
        "skip": {"stage": session.stages.get(key="review").pk, "reason": "No time"},
        "take_up": {"stage": session.stages.get(key="review").pk},
        "free": {"slot": slot.pk if slot else 0},
        "hand_over": {"to": session.learning_set.memberships.get(user__name="Dora").pk},
        "hand": {"hand": "next"},
    }
    return {"leaving": stage.pk, **fields.get(name, {})}


# --- Who, in which state -----------------------------------------------------------------------------
@pytest.mark.parametrize("name", BUTTONS)
@pytest.mark.parametrize("person", ["stranger", "cara", "olu", "superuser"])
def test_outsiders_find_nothing(
    name: str, person: str, session: Session, signed_in: SignedIn, request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(person))
    assert client.post(url(name, session), sent(name, session)).status_code == 404


@pytest.mark.parametrize("name", [name for name in BUTTONS if name not in SHOWS_ITS_FORM])
def test_nothing_changes_on_get(name: str, session: Session, gita: User, signed_in: SignedIn) -> None:
    assert signed_in(gita).get(url(name, session)).status_code == 405


@pytest.mark.parametrize("name", FOR_THOSE_WHO_RUN_IT)
@pytest.mark.parametrize(
    ("person", "status"), [("gita", 302), ("asha", 403), ("dora", 403)], ids=["facilitator", "presenter", "member"]
)
def test_who_may_press_it_while_the_session_runs(
    name: str, person: str, status: int, session: Session, signed_in: SignedIn, request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(person))
    before = plan_of(list(session.stages.all()), list(session.slots.all()))
    assert client.post(url(name, session), sent(name, session)).status_code == status
    if status == 403:
        assert plan_of(list(session.stages.all()), list(session.slots.all())) == before


@pytest.mark.parametrize("name", FOR_THOSE_WHO_RUN_IT)
def test_in_a_self_facilitated_set_every_member_may(
    name: str, session: Session, dora: User, gita: User, signed_in: SignedIn
) -> None:
    Membership.objects.filter(user=gita, learning_set=session.learning_set).update(is_facilitator=False, is_member=True)
    LearningSet.objects.filter(pk=session.learning_set_id).update(facilitation=Facilitation.SELF_FACILITATED)
    assert signed_in(dora).post(url(name, session), sent(name, session)).status_code in (302, 422)


@pytest.mark.parametrize("name", FOR_THOSE_WHO_RUN_IT)
@pytest.mark.parametrize("person", ["asha", "dora"])
def test_who_runs_it_now_may_press_it(
    name: str, person: str, session: Session, signed_in: SignedIn, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(person)
    Session.objects.filter(pk=session.pk).update(runner=user)
    assert signed_in(user).post(url(name, session), sent(name, session)).status_code in (302, 422)


@pytest.mark.parametrize("name", BUTTONS)
def test_of_a_session_that_is_over_nothing_changes(
    name: str, session: Session, gita: User, signed_in: SignedIn
) -> None:
    close(session, gita, now=timezone.now())
    session.refresh_from_db()
    before = list(session.stages.values_list("pk", "added_minutes", "paused_at", "skipped_by"))
    response = signed_in(gita).post(url(name, session), {**sent(name, session), "way": "take-back", "speaker": 1})
    assert response.status_code == 302
    assert list(session.stages.values_list("pk", "added_minutes", "paused_at", "skipped_by")) == before


@pytest.mark.parametrize("name", BUTTONS)
def test_a_form_with_nonsense_changes_nothing(name: str, session: Session, gita: User, signed_in: SignedIn) -> None:
    before = (session.stirs, plan_of(list(session.stages.all()), list(session.slots.all())))
    response = signed_in(gita).post(url(name, session), {"leaving": "x", "stage": "-1", "way": "sideways"})
    assert response.status_code in (302, 422)
    session.refresh_from_db()
    assert session.stages.filter(paused_at__isnull=False).count() == 0
    assert plan_of(list(session.stages.all()), list(session.slots.all())) == before[1]


# --- What each does ------------------------------------------------------------------------------------
def test_more_time(session: Session, gita: User, signed_in: SignedIn) -> None:
    signed_in(gita).post(url("give_time", session), sent("give_time", session))
    assert (current(session).planned_minutes, current(session).minutes) == (15, 20)


def test_pause_and_on_again(session: Session, gita: User, asha: User, signed_in: SignedIn) -> None:
    client = signed_in(gita)
    client.post(url("pause", session), sent("pause", session))
    page = signed_in(asha).get(url("room", session)).content.decode()
    assert ("data-paused" in page, "The clock stands still." in page) == (True, True)
    client.post(url("pause", session), {**sent("pause", session), "way": "on"})
    assert current(session).paused_at is None


def test_planning_anew(session: Session, gita: User, signed_in: SignedIn) -> None:
    response = signed_in(gita).post(url("replan", session), sent("replan", session), follow=True)
    assert "What remains is planned anew." in words(response)
    assert (session.slots.get(position=2).state, session.stages.get(key="review").minutes) == ("carried", 3)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_plan_that_is_no_plan_comes_back_as_it_was_typed(
    headers: dict[str, str], session: Session, gita: User, signed_in: SignedIn
) -> None:
    slot = session.slots.get(position=2)
    data = {**sent("replan", session), f"minutes_{slot.pk}": "4321"}
    response = signed_in(gita).post(url("replan", session), data, headers=headers)
    assert response.status_code == 422
    assert 'value="4321"' in response.content.decode()


def test_an_old_plan_is_refused_in_words(session: Session, gita: User, signed_in: SignedIn) -> None:
    client, data = signed_in(gita), sent("replan", session)
    client.post(url("give_time", session), sent("give_time", session))
    client.post(url("skip", session), sent("skip", session))
    response = client.post(url("replan", session), data)
    assert (response.status_code, "Somebody else has planned anew" in words(response)) == (409, True)
    assert session.slots.get(position=2).state == "planned"


def test_passing_over_the_review_is_seen_by_all(session: Session, gita: User, dora: User, signed_in: SignedIn) -> None:
    signed_in(gita).post(url("skip", session), sent("skip", session))
    assert "Review is passed over: No time" in words(signed_in(dora).get(url("room", session)))
    signed_in(gita).post(url("take_up", session), sent("take_up", session))
    assert "Review is passed over" not in words(signed_in(dora).get(url("room", session)))


def test_without_a_reason_nothing_is_passed_over(session: Session, gita: User, signed_in: SignedIn) -> None:
    response = signed_in(gita).post(url("skip", session), {**sent("skip", session), "reason": " "})
    assert response.status_code == 422
    assert session.stages.get(key="review").skipped_at is None


def test_the_place_of_who_is_away_goes_to_the_next_bidder_who_wants_it(
    session: Session, gita: User, dora: User, asha: User, signed_in: SignedIn
) -> None:
    facilitator, bid, slot = signed_in(gita), session.bids.get(member=dora), session.slots.get(position=2)
    assert "Ben, whose topic has 25 minutes, isn't here." in words(facilitator.get(url("room", session)))
    facilitator.post(url("free", session), {"slot": slot.pk})
    page = words(facilitator.get(url("room", session)))
    assert ("A place of 25 minutes is free" in page, "Offer it to Dora" in page, "Ben's topic" in page) == (
        True,
        True,
        False,
    )
    facilitator.post(url("offer_place", session), {"slot": slot.pk, "bid": bid.pk})
    assert "You are offered the place: 25 minutes" in words(signed_in(dora).get(url("room", session)))
    answer = {"slot": slot.pk, "bid": bid.pk, "way": "yes"}
    assert signed_in(asha).post(url("answer_place", session), answer).status_code == 404
    signed_in(dora).post(url("answer_place", session), answer)
    slot.refresh_from_db()
    assert (slot.presenter, slot.state) == (dora, "planned")


def test_handing_over(session: Session, gita: User, dora: User, asha: User, signed_in: SignedIn) -> None:
    signed_in(gita).post(url("hand_over", session), {**sent("hand_over", session), "for_topic": "on"})
    assert "You are asked to run the session until the topic of Asha is over." in words(
        signed_in(dora).get(url("room", session))
    )
    assert signed_in(asha).post(url("answer_hand_over", session), {"way": "accept"}).status_code == 403
    signed_in(dora).post(url("answer_hand_over", session), {"way": "accept"})
    assert 'id="room-next"' in signed_in(dora).get(url("room", session)).content.decode()
    facilitator = signed_in(gita).get(url("room", session))
    assert "Dora runs the session until the topic of Asha is over." in words(facilitator)
    assert ('id="room-next"' in facilitator.content.decode(), "Take it back" in words(facilitator)) == (False, True)
    signed_in(gita).post(url("answer_hand_over", session), {"way": "take-back"})
    assert Session.objects.get(pk=session.pk).runner is None


ANSWERS = {  # way: who may: f(acilitator), a(sked), r(unner), m(ember)
    "accept": "a",
    "call-off": "far",
    "take-back": "fr",
}


@pytest.mark.parametrize("way", ANSWERS)
@pytest.mark.parametrize("who", "farm")
def test_who_may_answer_what(
    way: str, who: str, session: Session, gita: User, asha: User, ben: User, dora: User, signed_in: SignedIn
) -> None:
    Session.objects.filter(pk=session.pk).update(asked_to_run=dora, runner=ben)
    person = {"f": gita, "a": dora, "r": ben, "m": asha}[who]
    response = signed_in(person).post(url("answer_hand_over", session), {"way": way})
    assert response.status_code == (302 if who in ANSWERS[way] else 403)


def test_hands_are_seen_by_all_and_lowered_again(session: Session, dora: User, asha: User, signed_in: SignedIn) -> None:
    client, data = signed_in(dora), {"leaving": current(session).pk}
    client.post(url("hand", session), {**data, "hand": "next"})
    client.post(url("hand", session), {**data, "hand": "done"})
    page = words(signed_in(asha).get(url("room", session)))
    assert ("Next to speak: Dora" in page, "Done writing: Dora" in page) == (True, True)
    client.post(url("hand", session), {**data, "hand": "next", "way": "lower"})
    assert "Next to speak" not in words(signed_in(asha).get(url("room", session)))


def test_the_presenter_who_listens_raises_no_hand(session: Session, asha: User, signed_in: SignedIn) -> None:
    client = signed_in(asha)
    assert "speak next" not in words(client.get(url("room", session)))
    response = client.post(url("hand", session), {"leaving": current(session).pk, "hand": "next"}, follow=True)
    assert "In this stage others speak." in words(response)
