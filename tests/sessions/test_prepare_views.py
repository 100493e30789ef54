"""The session page before the session, and what each person does there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from als_project.users.models import User
from sessions.enums import BidState, Reply, SessionState, Urgency
from sessions.models import Bid, Preparation, Session
from sessions.services import bidding, replying
from sets.models import LearningSet, Membership
from tests.cast import SignedIn
from tests.factories import (
    join,
    make_bid,
    make_closed_session,
    make_running_session,
    make_session,
    make_slot,
    make_user,
    publish_rules,
)
from tests.sessions.acts import offer

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
HEADLINE, QUESTION, LINES = "My team talks past me", "How can I be heard?", "Nobody answers my letters"


@pytest.fixture(autouse=True)
def _first_of_september() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session(learning_set: LearningSet, gita: User) -> Session:
    return make_session(learning_set, facilitator=gita)


@pytest.fixture
def topic() -> dict[str, str]:
    return {"headline": HEADLINE, "question": QUESTION, "urgency": "high", "minutes_wanted": "40"}


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def page(client: Client, session: Session, part: str = "") -> str:
    response = client.get(f"/sessions/{session.pk}/{part}")
    assert response.status_code == 200
    return response.content.decode()


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


def test_a_running_session_leads_to_the_room(learning_set: LearningSet, asha: User, signed_in: SignedIn) -> None:
    running = make_running_session(learning_set)
    assert f'href="/sessions/{running.pk}/room/">Go to the room</a>' in page(signed_in(asha), running)


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


# --- Preparing -----------------------------------------------------------------------------------


def test_preparation_comes_back_to_its_author(session: Session, asha: User, signed_in: SignedIn) -> None:
    client = signed_in(asha)
    response = client.post(f"/sessions/{session.pk}/preparation/", {"text": LINES})
    assert said(response) == ["Your preparation is saved. Only you can read it."]
    assert LINES in page(client, session, "preparation/")


def test_an_eleventh_line_is_refused_and_the_text_stays(session: Session, asha: User, signed_in: SignedIn) -> None:
    text = "\r\n".join(f"line {n}" for n in range(1, 12))
    response = signed_in(asha).post(f"/sessions/{session.pk}/preparation/", {"text": text})
    assert response.status_code == 422
    form = response.context["form"]
    assert form.errors == {
        "text": ["Ten lines at most; this has 11. Your text is still here: shorten it and save again."]
    }
    assert form["text"].value() == text
    assert "line 11" in response.content.decode()
    assert Preparation.objects.count() == 0


def test_the_field_counts_lines_and_keeps_a_draft(session: Session, asha: User, signed_in: SignedIn) -> None:
    words = page(signed_in(asha), session, "preparation/")
    assert f'data-keep="preparation-{session.pk}"' in words
    assert 'data-lines="10"' in words
    assert "maxlength" not in words


def test_preparation_shows_to_nobody_else(
    session: Session, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    bidding.save_preparation(session=session, by=asha, text=LINES, now=NOW)
    offer(session, asha, now=NOW)
    pages = [page(signed_in(user), session, part) for user in (ben, gita) for part in ("", "run-sheet/")]
    pages.append(page(signed_in(ben), session, "preparation/"))
    assert [LINES in words for words in pages] == [False] * 5


def test_after_the_session_the_lines_are_read_and_no_longer_written(
    learning_set: LearningSet, asha: User, signed_in: SignedIn
) -> None:
    closed = make_closed_session(learning_set)
    Preparation.objects.create(session=closed, author=asha, text=LINES)
    words = page(signed_in(asha), closed, "preparation/")
    assert LINES in words
    assert "<textarea" not in words
    response = signed_in(asha).post(f"/sessions/{closed.pk}/preparation/", {"text": "Late"})
    assert response.status_code == 422
    assert Preparation.objects.get().text == LINES


# --- Offering ------------------------------------------------------------------------------------


def test_an_offered_topic_is_read_by_the_set(
    session: Session, asha: User, ben: User, gita: User, signed_in: SignedIn, topic: dict[str, str]
) -> None:
    response = signed_in(asha).post(f"/sessions/{session.pk}/topic/", topic)
    assert said(response) == ["Your topic is offered. You can change or withdraw it until the set chooses."]
    bid = Bid.objects.get()
    assert (bid.topic.headline, bid.topic.question, bid.urgency, bid.minutes_wanted) == (
        HEADLINE,
        QUESTION,
        Urgency.HIGH,
        40,
    )
    for user in (asha, ben, gita):
        words = page(signed_in(user), session)
        assert [text in words for text in (HEADLINE, QUESTION)] == [True, True]


def test_a_topic_is_changed_in_the_form_it_was_offered_in(
    session: Session, asha: User, signed_in: SignedIn, topic: dict[str, str]
) -> None:
    client = signed_in(asha)
    client.post(f"/sessions/{session.pk}/topic/", topic)
    form = client.get(f"/sessions/{session.pk}/topic/").context["form"]
    assert {name: str(form[name].value()) for name in topic} == topic
    client.post(f"/sessions/{session.pk}/topic/", {**topic, "headline": "Being heard"})
    assert [bid.topic.headline for bid in Bid.objects.all()] == ["Being heard"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("headline", "", "This field is required."),
        ("headline", "h" * 121, "Ensure this value has at most 120 characters (it has 121)."),
        ("question", "q" * 501, "Ensure this value has at most 500 characters (it has 501)."),
        ("urgency", "now", "Select a valid choice. now is not one of the available choices."),
        ("minutes_wanted", "4", "A topic takes at least 5 minutes."),
        ("minutes_wanted", "121", "A topic takes at most 120 minutes."),
    ],
)
def test_a_topic_that_needs_mending_comes_back_as_typed(
    session: Session, asha: User, signed_in: SignedIn, topic: dict[str, str], field: str, value: str, words: str
) -> None:
    response = signed_in(asha).post(f"/sessions/{session.pk}/topic/", {**topic, field: value})
    assert response.status_code == 422
    assert response.context["form"].errors == {field: [words]}
    assert {name: response.context["form"][name].value() for name in topic} == {**topic, field: value}


def test_withdrawing_removes_it_for_everyone_else(
    session: Session, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    offer(session, asha, now=NOW, headline=HEADLINE)
    response = signed_in(asha).post(f"/sessions/{session.pk}/topic/withdraw/")
    assert said(response) == ["Your topic is withdrawn. It stays yours, and so does your preparation."]
    seen = [HEADLINE in page(signed_in(user), session, part) for user in (ben, gita) for part in ("", "run-sheet/")]
    assert seen == [False] * 4


def test_one_press_offers_a_withdrawn_topic_again(session: Session, asha: User, signed_in: SignedIn) -> None:
    client = signed_in(asha)
    offer(session, asha, now=NOW, headline=HEADLINE)
    client.post(f"/sessions/{session.pk}/reply/", {"reply": "apologies"})
    client.post(f"/sessions/{session.pk}/reply/", {"reply": "coming"})
    assert f"Offer “{HEADLINE}” again" in page(client, session)
    kept = client.get(f"/sessions/{session.pk}/").context["before"].kept
    client.post(
        f"/sessions/{session.pk}/topic/",
        {
            "headline": kept.topic.headline,
            "question": kept.topic.question,
            "urgency": kept.urgency,
            "minutes_wanted": kept.minutes_wanted,
        },
    )
    assert Bid.objects.get().state == BidState.OFFERED


def test_withdrawing_without_a_topic_says_so(session: Session, asha: User, signed_in: SignedIn) -> None:
    response = signed_in(asha).post(f"/sessions/{session.pk}/topic/withdraw/")
    assert said(response) == ["You have no topic offered to this session."]


def test_withdrawing_never_touches_the_topic_of_another(
    session: Session, asha: User, ben: User, signed_in: SignedIn
) -> None:
    offer(session, asha, now=NOW)
    signed_in(ben).post(f"/sessions/{session.pk}/topic/withdraw/")
    assert Bid.objects.get().state == BidState.OFFERED


def test_after_choosing_the_form_says_why_it_is_closed(
    learning_set: LearningSet, asha: User, ben: User, signed_in: SignedIn, topic: dict[str, str]
) -> None:
    running = make_running_session(learning_set)
    make_slot(running, ben)
    for response in (
        signed_in(asha).get(f"/sessions/{running.pk}/topic/"),
        signed_in(asha).post(f"/sessions/{running.pk}/topic/", topic),
    ):
        assert said(response) == ["The topics for this session have been chosen. Offer yours to the next one."]


def test_who_sent_apologies_is_told_why_and_keeps_what_was_typed(
    session: Session, asha: User, signed_in: SignedIn, topic: dict[str, str]
) -> None:
    replying.reply(session=session, by=asha, reply=Reply.APOLOGIES, now=NOW)
    response = signed_in(asha).post(f"/sessions/{session.pk}/topic/", topic)
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "You have sent apologies for this session. Say that you are coming, then offer your topic."
    ]
    assert HEADLINE in response.content.decode()


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
