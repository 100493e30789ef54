"""The session page before the session: who sees it, what is next on it, replying, newcomers."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from als_project.users.models import User
from sessions.enums import Reply, SessionState
from sessions.models import Bid, Preparation, Session
from sessions.services import replying
from sets.models import LearningSet, Membership
from tests.cast import SignedIn
from tests.factories import (
    join,
    make_bid,
    make_running_session,
    make_session,
    make_user,
    publish_rules,
)
from tests.sessions.acts import offer
from tests.sessions.before.pages import HEADLINE, LINES, NOW, QUESTION, page, said

# --- Who sees the page, and what is next on it ---------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("gita", 200), ("asha", 200), ("cara", 404), ("stranger", 404), ("olu", 404), ("superuser", 404)],
)
@pytest.mark.parametrize("part", ["", "run-sheet/"])
def test_only_present_people_of_the_set_find_a_session(
    session: Session, signed_in: SignedIn, request: pytest.FixtureRequest, who: str, status: int, part: str
) -> None:
    assert signed_in(request.getfixturevalue(who)).get(f"/sessions/{session.pk}/{part}").status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("asha", 200), ("gita", 403), ("cara", 404), ("stranger", 404), ("superuser", 404)]
)
@pytest.mark.parametrize("part", ["preparation", "topic"])
def test_only_members_prepare_and_offer(
    session: Session, signed_in: SignedIn, request: pytest.FixtureRequest, who: str, status: int, part: str
) -> None:
    client = signed_in(request.getfixturevalue(who))
    assert client.get(f"/sessions/{session.pk}/{part}/").status_code == status
    if status != 200:
        assert client.post(f"/sessions/{session.pk}/{part}/", {"text": "x", "headline": "x"}).status_code == status
        assert (Preparation.objects.count(), Bid.objects.count()) == (0, 0)


def next_step(client: Client, session: Session) -> str:
    step: str = client.get(f"/sessions/{session.pk}/").context["before"].next_step
    return step


def test_the_page_leads_from_reply_to_topic_to_ready(session: Session, asha: User, signed_in: SignedIn) -> None:
    client = signed_in(asha)
    steps = [next_step(client, session)]
    replying.reply(session=session, by=asha, reply=Reply.COMING, now=NOW)
    steps.append(next_step(client, session))
    offer(session, asha, now=NOW)
    steps.append(next_step(client, session))
    assert steps == ["reply", "topic", "ready"]


def test_nothing_this_time_is_an_answer(session: Session, asha: User, signed_in: SignedIn) -> None:
    replying.reply(session=session, by=asha, reply=Reply.COMING, now=NOW)
    response = signed_in(asha).post(f"/sessions/{session.pk}/topic/nothing/")
    assert said(response) == ["Noted: nothing this time. You can still offer a topic if one comes to mind."]
    assert next_step(signed_in(asha), session) == "ready"


def test_one_who_only_facilitates_is_asked_for_no_topic(session: Session, gita: User, signed_in: SignedIn) -> None:
    replying.reply(session=session, by=gita, reply=Reply.COMING, now=NOW)
    assert next_step(signed_in(gita), session) == "ready"


def test_the_room_comes_first_from_an_hour_before(session: Session, asha: User, signed_in: SignedIn) -> None:
    with time_machine.travel(session.starts_at - timedelta(minutes=61), tick=False):
        assert next_step(signed_in(asha), session) == "reply"
    with time_machine.travel(session.starts_at - timedelta(minutes=60), tick=False):
        assert next_step(signed_in(asha), session) == "room"


@pytest.mark.parametrize("who", ["gita", "asha"])
def test_who_has_not_replied_can_say_until_the_room_is_opened_that_they_cant_come(
    session: Session, signed_in: SignedIn, request: pytest.FixtureRequest, who: str
) -> None:
    user = request.getfixturevalue(who)
    with time_machine.travel(session.starts_at - timedelta(minutes=30), tick=False):
        assert ("I can't come</button>" in page(signed_in(user), session)) is True
        signed_in(user).post(f"/sessions/{session.pk}/reply/", {"reply": "apologies"})
        assert ("I can't come</button>" in page(signed_in(user), session)) is False


def test_a_running_session_leads_to_the_room(learning_set: LearningSet, asha: User, signed_in: SignedIn) -> None:
    running = make_running_session(learning_set)
    assert f'href="/sessions/{running.pk}/room/">Go to the room</a>' in page(signed_in(asha), running)
    assert "can't come" not in page(signed_in(asha), running)


def test_a_session_that_was_never_opened_says_so(session: Session, gita: User, signed_in: SignedIn) -> None:
    with time_machine.travel(session.ends_at + timedelta(minutes=1), tick=False):
        assert "This session was not opened" in page(signed_in(gita), session)


def test_a_cancelled_session_says_so_and_asks_nothing(
    learning_set: LearningSet, asha: User, signed_in: SignedIn
) -> None:
    cancelled = make_session(learning_set, state=SessionState.CANCELLED, cancelled_at=NOW)
    words = page(signed_in(asha), cancelled)
    assert "This session was cancelled on Tuesday 1 September 2026, 10:00 (London)" in words
    assert "/reply/" not in words


def test_the_reader_sees_the_sessions_clock_and_their_own(session: Session, ben: User, signed_in: SignedIn) -> None:
    words = page(signed_in(ben), session)
    assert "Tuesday 8 September 2026, 10:00 (London)" in words
    assert "<dt>For you</dt>\n    <dd>Tuesday 8 September 2026, 12:00 (Nairobi)</dd>" in words


@pytest.mark.parametrize(("who", "links"), [("gita", 1), ("asha", 0)])
def test_only_those_who_look_after_it_find_move_and_cancel(
    session: Session, signed_in: SignedIn, request: pytest.FixtureRequest, who: str, links: int
) -> None:
    words = page(signed_in(request.getfixturevalue(who)), session)
    assert [words.count(f"/sessions/{session.pk}/{act}/") for act in ("move", "cancel")] == [links, links]


def test_who_comes_is_said_in_words(
    session: Session, learning_set: LearningSet, asha: User, ben: User, signed_in: SignedIn
) -> None:
    dev = make_user("Dev")
    join(learning_set, dev)
    replying.reply(session=session, by=asha, reply=Reply.COMING, now=NOW)
    replying.reply(session=session, by=ben, reply=Reply.APOLOGIES, now=NOW)
    offer(session, asha, now=NOW)
    before = signed_in(dev).get(f"/sessions/{session.pk}/").context["before"]
    assert [[str(person) for person in people] for people in (before.coming, before.apologies, before.not_replied)] == [
        ["Asha"],
        ["Ben"],
        ["Dev", "Gita"],
    ]
    assert ([bid.member for bid in before.bids], before.nothing_this_time, before.not_said) == ([asha], [], [dev])


def test_the_session_page_costs_the_same_with_one_and_with_thirty_members(
    session: Session, learning_set: LearningSet, asha: User, signed_in: SignedIn
) -> None:
    client = signed_in(asha)
    offer(session, asha, now=NOW)

    def cost() -> int:
        page(client, session)
        with CaptureQueriesContext(connection) as queries:
            page(client, session)
        return len(queries.captured_queries)

    one = cost()
    for number in range(30):
        member = make_user(f"Member {number}")
        join(learning_set, member)
        make_bid(session, member)
        replying.reply(session=session, by=member, reply=Reply.COMING, now=NOW)
    assert cost() == one


# --- Replying ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("coming", "Thank you: you are coming."),
        ("if_i_can", "Thank you: you come if you can."),
        ("apologies", "Thank you: your apologies are noted."),
    ],
)
def test_everyone_expected_replies(session: Session, gita: User, signed_in: SignedIn, word: str, answer: str) -> None:
    response = signed_in(gita).post(f"/sessions/{session.pk}/reply/", {"reply": word})
    assert (session.attendances.get().reply, said(response)) == (word, [answer])


@pytest.mark.parametrize("word", ["", "maybe"])
def test_a_reply_is_one_of_three(session: Session, asha: User, signed_in: SignedIn, word: str) -> None:
    response = signed_in(asha).post(f"/sessions/{session.pk}/reply/", {"reply": word})
    assert (session.attendances.count(), said(response)) == (0, ["Please choose one of the three replies."])


def test_a_reply_that_comes_too_late_is_told_so(learning_set: LearningSet, asha: User, signed_in: SignedIn) -> None:
    running = make_running_session(learning_set)
    response = signed_in(asha).post(f"/sessions/{running.pk}/reply/", {"reply": "coming"})
    assert said(response) == ["This session has begun, is over or was cancelled, so there is nothing to reply to."]


@pytest.mark.parametrize("act", ["reply", "topic/withdraw", "topic/nothing"])
def test_nothing_changes_on_get(session: Session, asha: User, signed_in: SignedIn, act: str) -> None:
    assert signed_in(asha).get(f"/sessions/{session.pk}/{act}/").status_code == 405


# --- Newcomers -----------------------------------------------------------------------------------


@pytest.fixture
def newcomer(learning_set: LearningSet, memberships: dict[str, Membership]) -> User:
    """Has joined, and not agreed to the rules that the others agreed to."""
    publish_rules(learning_set, agreed_by=list(memberships.values()))
    finn = make_user("Finn")
    join(learning_set, finn)
    return finn


def test_a_newcomer_reads_when_and_where_but_no_topic(
    session: Session, asha: User, newcomer: User, signed_in: SignedIn
) -> None:
    offer(session, asha, now=NOW, headline=HEADLINE, question=QUESTION)
    words = page(signed_in(newcomer), session)
    assert "Room 4" in words
    assert [text in words for text in (HEADLINE, QUESTION)] == [False, False]
    assert f'href="/sets/{session.learning_set_id}/rules/"' in words


@pytest.mark.parametrize("part", ["topic/", "run-sheet/"])
def test_a_newcomer_is_led_to_the_rules_first(
    session: Session, newcomer: User, signed_in: SignedIn, part: str, topic: dict[str, str]
) -> None:
    response = signed_in(newcomer).get(f"/sessions/{session.pk}/{part}")
    assert response.headers["Location"] == f"/sets/{session.learning_set_id}/rules/"
    if part == "topic/":
        signed_in(newcomer).post(f"/sessions/{session.pk}/{part}", topic)
        assert Bid.objects.count() == 0


def test_a_newcomer_replies_and_prepares(session: Session, newcomer: User, signed_in: SignedIn) -> None:
    client = signed_in(newcomer)
    client.post(f"/sessions/{session.pk}/reply/", {"reply": "coming"})
    client.post(f"/sessions/{session.pk}/preparation/", {"text": LINES})
    assert (session.attendances.get().reply, session.preparations.get().text) == (Reply.COMING, LINES)
    assert next_step(client, session) == "rules"
