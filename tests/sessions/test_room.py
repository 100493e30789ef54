"""The room's pages: who finds what, who sees what, and what has changed since."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from als_project.users.models import User
from sessions.models import Session, Stage
from sets.models import LearningSet, Membership
from tests.cast import SignedIn
from tests.factories import publish_rules
from tests.sessions.pages import HTMX, stamp, url, words
from tests.sessions.room_acts import close, current, go_to, opened, say

# --- Who finds what --------------------------------------------------------------------------------
EVERY_URL = ["room", "room_now", "open", "here", "attendance", "choose", "next_stage", "contribute", "note", "close"]
ON_GET = ("room", "room_now")
SHOWS_ITS_FORM = ("attendance",)
FOR_THOSE_WHO_RUN_IT = ("open", "attendance", "choose", "next_stage", "close")


def ask(client: Client, name: str, session: Session) -> HttpResponse:
    return client.get(url(name, session)) if name in ON_GET else client.post(url(name, session))


@pytest.mark.parametrize("name", EVERY_URL)
@pytest.mark.parametrize("person", ["stranger", "cara", "olu", "superuser"])
def test_outsiders_find_nothing(
    name: str, person: str, suggestions: Stage, signed_in: SignedIn, request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(person))
    assert ask(client, name, suggestions.session).status_code == 404


@pytest.mark.parametrize("name", FOR_THOSE_WHO_RUN_IT)
def test_members_do_not_run_a_session_that_is_facilitated(
    name: str, suggestions: Stage, ben: User, signed_in: SignedIn
) -> None:
    assert ask(signed_in(ben), name, suggestions.session).status_code == 403
    assert current(suggestions.session) == suggestions


@pytest.mark.parametrize("name", EVERY_URL)
def test_rules_come_before_the_room(
    name: str,
    suggestions: Stage,
    gita: User,
    learning_set: LearningSet,
    memberships: dict[str, Membership],
    signed_in: SignedIn,
) -> None:
    publish_rules(learning_set, agreed_by=[memberships["Asha"]])
    response = ask(signed_in(gita), name, suggestions.session)
    assert (response.status_code, response.headers["Location"]) == (302, reverse("sets:rules", args=[learning_set.pk]))


@pytest.mark.parametrize("name", ["room_now", "contribute", "note"])
def test_when_rules_are_published_meanwhile_the_whole_page_goes_and_drafts_stay(
    name: str, suggestions: Stage, ben: User, learning_set: LearningSet, signed_in: SignedIn
) -> None:
    publish_rules(learning_set)
    client = signed_in(ben)
    send = client.get if name in ON_GET else client.post
    response = send(url(name, suggestions.session), headers=HTMX)
    assert (response.status_code, response.headers["HX-Redirect"]) == (
        204,
        reverse("sets:rules", args=[learning_set.pk]),
    )
    assert "Location" not in response.headers


@pytest.mark.parametrize("name", [name for name in EVERY_URL if name not in (*ON_GET, *SHOWS_ITS_FORM)])
def test_nothing_changes_on_get(name: str, suggestions: Stage, gita: User, signed_in: SignedIn) -> None:
    assert signed_in(gita).get(url(name, suggestions.session)).status_code == 405


def test_the_room_of_a_session_that_is_over_leads_to_its_page(
    suggestions: Stage, gita: User, asha: User, signed_in: SignedIn
) -> None:
    close(suggestions.session, gita, now=timezone.now())
    response = signed_in(asha).get(url("room", suggestions.session))
    assert (response.status_code, response.headers["Location"]) == (302, suggestions.session.get_absolute_url())


# --- What each sees --------------------------------------------------------------------------------
def test_before_it_is_open_who_runs_it_can_open_it_and_others_wait(
    soon: Session, gita: User, asha: User, signed_in: SignedIn
) -> None:
    assert "Open the session" in words(signed_in(gita).get(url("room", soon)))
    waiting = words(signed_in(asha).get(url("room", soon)))
    assert "Open the session" not in waiting
    assert "moves on by itself when the session is opened" in waiting


def test_everyone_sees_the_stage_who_speaks_and_what_is_next(
    suggestions: Stage, ben: User, signed_in: SignedIn
) -> None:
    page = words(signed_in(ben).get(url("room", suggestions.session)))
    for part in (
        "Asha: Asha's topic",
        "Offer suggestions and experiences of your own",
        "Everyone but Asha speaks.",
        "Asha is in listening mode",
        "15 minutes, until",
        "Next: Response",
    ):
        assert part in page


@pytest.mark.parametrize(("person", "box"), [("ben", True), ("asha", False), ("gita", True)])
def test_only_who_may_write_or_write_for_others_has_a_box(
    person: str, box: bool, suggestions: Stage, signed_in: SignedIn, request: pytest.FixtureRequest
) -> None:
    page = signed_in(request.getfixturevalue(person)).get(url("room", suggestions.session)).content.decode()
    assert ('id="room-box"' in page) is box
    assert "Notes to myself" in page


def test_the_presenter_reads_why_there_is_no_box(suggestions: Stage, asha: User, signed_in: SignedIn) -> None:
    assert "You are in listening mode until" in words(signed_in(asha).get(url("room", suggestions.session)))


def test_the_timer_is_told_the_seconds_left_by_the_server(suggestions: Stage, ben: User, signed_in: SignedIn) -> None:
    Stage.objects.filter(pk=suggestions.pk).update(started_at=timezone.now() - timedelta(minutes=20))
    page = signed_in(ben).get(url("room", suggestions.session)).content.decode()
    seconds = re.search(r'class="timer over"\s+data-seconds="(-\d+)"', page)
    assert seconds is not None
    assert -305 <= int(seconds[1]) <= -299


# --- What has changed ------------------------------------------------------------------------------
def test_nothing_comes_while_nothing_has_changed(suggestions: Stage, ben: User, signed_in: SignedIn) -> None:
    client = signed_in(ben)
    seen = stamp(client.get(url("room", suggestions.session)))
    now = client.get(url("room_now", suggestions.session), {"stamp": seen})
    assert (now.status_code, now.content) == (204, b"")


def test_new_words_come_without_touching_the_boxes(
    suggestions: Stage, ben: User, gita: User, signed_in: SignedIn
) -> None:
    client = signed_in(gita)
    seen = stamp(client.get(url("room", suggestions.session)))
    say(suggestions, ben, "Ask her first")
    now = client.get(url("room_now", suggestions.session), {"stamp": seen})
    page = now.content.decode()
    assert ("Ask her first" in page, 'id="room-writing"' in page, "<textarea" in page) == (True, False, False)


def test_a_new_stage_comes_with_its_boxes(suggestions: Stage, asha: User, gita: User, signed_in: SignedIn) -> None:
    client = signed_in(asha)
    seen = stamp(client.get(url("room", suggestions.session)))
    go_to(suggestions.session, "response", gita)
    page = client.get(url("room_now", suggestions.session), {"stamp": seen}).content.decode()
    assert ('id="room-box"' in page, "Asha speaks." in page) == (True, True)


def test_a_page_that_waited_goes_as_a_whole_when_the_session_opens(
    soon: Session, asha: User, gita: User, signed_in: SignedIn
) -> None:
    client = signed_in(asha)
    seen = stamp(client.get(url("room", soon)))
    assert client.get(url("room_now", soon), {"stamp": seen}).status_code == 204
    opened(soon, gita, now=timezone.now())
    assert client.get(url("room_now", soon), {"stamp": seen}).headers["HX-Refresh"] == "true"


def test_who_was_removed_finds_nothing_at_the_next_question(suggestions: Stage, ben: User, signed_in: SignedIn) -> None:
    client = signed_in(ben)
    assert client.get(url("room_now", suggestions.session)).status_code == 200
    Membership.objects.filter(user=ben).update(ended_at=timezone.now(), ending="removed")
    assert client.get(url("room_now", suggestions.session)).status_code == 404


# --- Queries ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["room", "room_now"])
@pytest.mark.parametrize("person", ["ben", "gita", "asha"])
def test_as_many_queries_for_thirty_words_as_for_one(
    name: str, person: str, suggestions: Stage, ben: User, signed_in: SignedIn, request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(person))
    counts = []
    for more in (1, 29):
        for _words in range(more):
            say(suggestions, ben)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(name, suggestions.session)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_link_for_video_is_beside_what_remains(suggestions: Stage, asha: User, signed_in: SignedIn) -> None:
    session, client = suggestions.session, signed_in(asha)
    assert "Join by video" not in words(client.get(url("room", session)))
    Session.objects.filter(pk=session.pk).update(link="https://meet.example/us")
    page = client.get(url("room", session))
    assert "Join by video It opens in a new tab." in words(page)
    assert '<a href="https://meet.example/us" target="_blank" rel="noreferrer noopener">' in page.content.decode()
