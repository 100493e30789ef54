"""What other floors' pages show of sessions."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from als_project.users.models import User
from sessions.coming import Coming, ahead_of, next_of_each
from sessions.enums import BidState, Reply, SessionState
from sessions.models import Contribution, Preparation, PrivateNote, Session
from sessions.services import bidding, replying
from sets.enums import Facilitation
from sets.models import LearningSet, Membership
from tests.factories import (
    end,
    join,
    make_bid,
    make_closed_session,
    make_poll,
    make_running_session,
    make_session,
    make_set,
    make_slot,
    make_stage,
)
from tests.sessions.acts import offer

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


def next_for(user: User) -> tuple[list[Coming], list[LearningSet]]:
    mine = Membership.objects.present().filter(user=user).select_related("learning_set")
    ahead = ahead_of(user, mine, now=NOW)
    return ahead.coming, ahead.idle


@pytest.fixture(autouse=True)
def _first_of_september() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def panel(tag: str, user: User, **words: Any) -> str:
    request = RequestFactory().get("/")
    request.user = user
    template = Template("{% load sessions_panels %}{% " + tag + " %}")
    return template.render(Context({"request": request, "csrf_token": "token", **words}))


# --- Home ----------------------------------------------------------------------------------------


def test_home_shows_the_next_session_of_each_of_my_sets_soonest_first(
    learning_set: LearningSet, asha: User, stranger: User
) -> None:
    other = make_set("Second set")
    join(other, asha)
    later, sooner = make_session(learning_set, days=9), make_session(other, days=3)
    make_session(learning_set, days=30)
    make_session(LearningSet.objects.get(name="Another set"), days=1)
    coming, idle = next_for(asha)
    assert ([next.session for next in coming], idle) == ([sooner, later], [])


def test_a_running_session_comes_before_the_next_and_a_missed_one_last(learning_set: LearningSet) -> None:
    missed, later = make_session(learning_set, days=-3), make_session(learning_set, days=9)
    sooner = make_session(learning_set, days=2)
    assert next_of_each([missed, later, sooner], now=NOW) == [sooner]
    assert next_of_each([missed], now=NOW) == [missed]
    running = make_running_session(learning_set)
    assert next_of_each([missed, later, sooner, running], now=NOW) == [running]


def test_a_session_is_next_until_its_time_is_over(learning_set: LearningSet) -> None:
    now_on, later = make_session(learning_set, days=-0.1, minutes=150), make_session(learning_set, days=9)
    assert next_of_each([now_on, later], now=now_on.ends_at) == [now_on]
    assert next_of_each([now_on, later], now=now_on.ends_at + timedelta(seconds=1)) == [later]


def test_home_asks_for_a_reply_and_a_topic(learning_set: LearningSet, asha: User) -> None:
    session = make_session(learning_set)
    words = panel("sessions_home", asha)
    assert "Tuesday 8 September 2026, 09:00 (UTC)" in words
    assert [words.count(text) for text in ("I'm coming", "Offer a topic", "Nothing this time", "Can't come")] == [
        1,
        1,
        1,
        1,
    ]
    assert f'href="/sessions/{session.pk}/topic/"' in words


def test_home_shows_my_reply_and_my_topic_and_asks_no_more(learning_set: LearningSet, asha: User) -> None:
    session = make_session(learning_set)
    replying.reply(session=session, by=asha, reply=Reply.COMING, now=NOW)
    offer(session, asha, now=NOW, headline="Delegating")
    words = panel("sessions_home", asha)
    assert [text in words for text in ("You are coming.", "Your topic: Delegating", "<form", "Offer a topic")] == [
        True,
        True,
        False,
        False,
    ]


def test_after_apologies_home_asks_for_nothing(learning_set: LearningSet, asha: User) -> None:
    session = make_session(learning_set)
    replying.reply(session=session, by=asha, reply=Reply.APOLOGIES, now=NOW)
    words = panel("sessions_home", asha)
    assert [text in words for text in ("You can't come this time.", "<form")] == [True, False]


def test_one_who_only_facilitates_is_asked_for_no_topic(learning_set: LearningSet, gita: User) -> None:
    make_session(learning_set)
    assert "Nothing this time" not in panel("sessions_home", gita)


def test_a_running_session_leads_to_the_room(learning_set: LearningSet, asha: User) -> None:
    session = make_running_session(learning_set)
    assert f'href="/sessions/{session.pk}/room/">Go to the room</a>' in panel("sessions_home", asha)
    assert "Can't come" not in panel("sessions_home", asha)


@pytest.mark.parametrize(("said", "offers"), [(None, True), (Reply.COMING, False), (Reply.APOLOGIES, False)])
def test_beside_the_room_who_has_not_replied_can_still_say_that_they_cant_come(
    learning_set: LearningSet, asha: User, said: Reply | None, offers: bool
) -> None:
    session = make_session(learning_set, days=1 / 48)
    if said:
        replying.reply(session=session, by=asha, reply=said, now=NOW)
    assert ("Can't come</button>" in panel("sessions_home", asha)) is offers


@pytest.mark.parametrize("minutes", [60, 1, -30])
def test_from_an_hour_before_it_starts_the_room_comes_first(
    learning_set: LearningSet, asha: User, minutes: int
) -> None:
    make_poll(learning_set, 10)
    session = make_session(learning_set, days=minutes / (24 * 60))
    words = panel("sessions_home", asha)
    assert 'id="now"' in words
    assert words.index(f'class="button" href="/sessions/{session.pk}/room/"') < words.index("Finding a date")
    assert words.count('class="next"') == words.count('class="button"') == 1
    assert 'id="sessions"' not in words


@pytest.mark.parametrize("minutes", [61, -151])
def test_a_room_that_is_not_near_waits_after_the_dates(learning_set: LearningSet, asha: User, minutes: int) -> None:
    make_poll(learning_set, 10)
    make_session(learning_set, days=minutes / (24 * 60))
    words = panel("sessions_home", asha)
    assert 'id="now"' not in words
    assert words.index("Finding a date") < words.index('id="sessions"')


@pytest.mark.parametrize(("who", "shown"), [("gita", True), ("asha", False)])
def test_those_who_look_after_the_set_read_what_needs_attention(
    learning_set: LearningSet, request: pytest.FixtureRequest, who: str, shown: bool
) -> None:
    make_session(learning_set, days=6)
    words = panel("sessions_home", request.getfixturevalue(who))
    assert ["Nobody has replied yet." in words, "No topic has been offered yet." in words] == [shown, shown]


def test_attention_waits_until_a_week_before(learning_set: LearningSet, gita: User) -> None:
    make_session(learning_set, days=8)
    assert "Nobody has replied yet." not in panel("sessions_home", gita)


def test_replies_and_topics_settle_what_needed_attention(learning_set: LearningSet, gita: User, asha: User) -> None:
    session = make_session(learning_set, days=6)
    replying.reply(session=session, by=asha, reply=Reply.COMING, now=NOW)
    offer(session, asha, now=NOW)
    (coming,), _idle = next_for(gita)
    assert (coming.nobody_replied, coming.no_topics) == (False, False)


def test_a_session_nobody_opened_needs_attention(learning_set: LearningSet, gita: User) -> None:
    make_session(learning_set, days=-1)
    assert "it was not opened" in panel("sessions_home", gita)


def test_a_set_without_a_session_to_come_is_named_to_those_who_look_after_it(
    learning_set: LearningSet, gita: User, asha: User
) -> None:
    assert [next_for(user)[1] for user in (gita, asha)] == [[learning_set], []]
    learning_set.facilitation = Facilitation.SELF_FACILITATED
    learning_set.save(update_fields=["facilitation"])
    assert next_for(asha)[1] == [learning_set]


def test_home_is_silent_for_who_belongs_to_no_set(learning_set: LearningSet, cara: User, olu: User) -> None:
    make_session(learning_set)
    assert [panel("sessions_home", user).strip() for user in (cara, olu)] == ["", ""]


def test_home_costs_the_same_with_one_set_and_with_thirty(learning_set: LearningSet, gita: User) -> None:
    def add(learning_set: LearningSet) -> None:
        session = make_session(learning_set)
        bidding.want_nothing(session=session, by=gita, now=NOW)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            panel("sessions_home", gita)
        return len(queries.captured_queries)

    add(learning_set)
    one = cost()
    for number in range(30):
        other = make_set(f"Set {number}")
        join(other, gita, facilitates=True, is_member=True)
        add(other)
    assert cost() == one


# --- A set's page --------------------------------------------------------------------------------


def of_set(learning_set: LearningSet, user: User) -> str:
    return panel("sessions_of_set learning_set", user, learning_set=learning_set)


def test_a_sets_page_lists_what_is_to_come_and_what_was(learning_set: LearningSet, asha: User) -> None:
    sessions = [
        make_session(learning_set),
        make_closed_session(learning_set),
        make_session(learning_set, days=-9, state=SessionState.CANCELLED, cancelled_at=NOW),
    ]
    words = of_set(learning_set, asha)
    assert [f'href="/sessions/{session.pk}/"' in words for session in sessions] == [True] * 3


@pytest.mark.parametrize(("who", "shown"), [("gita", True), ("asha", False)])
def test_only_those_who_look_after_it_are_offered_to_schedule(
    learning_set: LearningSet, request: pytest.FixtureRequest, who: str, shown: bool
) -> None:
    words = of_set(learning_set, request.getfixturevalue(who))
    assert (f"/sets/{learning_set.pk}/sessions/schedule/" in words) is shown


def test_a_sets_page_shows_no_sessions_to_outsiders(learning_set: LearningSet, stranger: User) -> None:
    session = make_session(learning_set)
    assert f"/sessions/{session.pk}/" not in of_set(learning_set, stranger)


# --- What is mine --------------------------------------------------------------------------------


def said_by(user: User, session: Session, name: str) -> None:
    Preparation.objects.create(session=session, author=user, text=f"{name}’s lines & more")
    stage = make_stage(session, position=user.pk, slot=make_slot(session, user, position=user.pk))
    Contribution.objects.create(stage=stage, author=user, kind="suggestion", text=f"{name}’s suggestion")
    PrivateNote.objects.create(session=session, author=user, text=f"{name}’s note")
    make_bid(make_session(session.learning_set, days=user.pk), user, f"{name}’s topic", state=BidState.OFFERED)


def test_the_export_holds_what_i_wrote_and_nothing_of_others(learning_set: LearningSet, asha: User, ben: User) -> None:
    session = make_closed_session(learning_set)
    for user in (asha, ben):
        said_by(user, session, user.name)
    words = panel("sessions_mine", asha)
    kinds = ("lines & more", "suggestion", "note", "topic")
    assert [f"Asha’s {kind}" in words for kind in kinds] == [True] * 4
    assert [f"Ben’s {kind}" in words for kind in kinds] == [False] * 4


def test_who_left_exports_nothing_of_the_set(
    learning_set: LearningSet, asha: User, memberships: dict[str, Membership]
) -> None:
    said_by(asha, make_closed_session(learning_set), "Asha")
    end(memberships["Asha"])
    assert "Asha’s" not in panel("sessions_mine", asha)


def test_apologies_without_a_reason_are_nothing_to_take_along(learning_set: LearningSet, asha: User) -> None:
    for days, reason in ((3, ""), (9, "A funeral")):
        assert "Nothing." in why_i_could_not_come(asha)
        session = make_session(learning_set, days=days)
        replying.reply(session=session, by=asha, reply=Reply.APOLOGIES, reason=reason, now=NOW)
    assert ("A funeral" in why_i_could_not_come(asha), "Nothing." in why_i_could_not_come(asha)) == (True, False)


def why_i_could_not_come(user: User) -> str:
    return panel("sessions_mine", user).split("WHY I COULD NOT COME")[1].split("MY PRIVATE NOTES")[0]
