"""The room's forms that are seldom used come when somebody opens them: in their place, or on a page of their own."""

import pytest
from django.utils import timezone

from als_project.users.models import User
from sessions.models import Session, Stage
from sessions.services import handing_over
from sets.models import Membership
from tests.cast import SignedIn
from tests.sessions.pages import HTMX, url, words
from tests.sessions.room_acts import START, close, opened

BUTTON_OF = {
    "replan": "Plan it like this",
    "skip": "Pass over it",
    "hand_over": "Ask them",
    "attendance": "Save who is here",
    "scribe": "Save who writes",
}
OF_THE_RUNNER = ("replan", "skip", "hand_over")


def test_the_room_has_the_way_to_each_and_none_of_them(suggestions: Stage, gita: User, signed_in: SignedIn) -> None:
    page = signed_in(gita).get(url("room", suggestions.session)).content.decode()
    for name, button in BUTTON_OF.items():
        address = url(name, suggestions.session)
        assert (f'href="{address}"' in page, f'hx-get="{address}"' in page, button in page) == (True, True, False)


def test_a_member_has_the_way_to_none(suggestions: Stage, ben: User, signed_in: SignedIn) -> None:
    page = signed_in(ben).get(url("room", suggestions.session)).content.decode()
    assert [name for name in BUTTON_OF if url(name, suggestions.session) in page] == []


@pytest.mark.parametrize("name", BUTTON_OF)
def test_it_comes_into_its_place_or_as_a_page_that_needs_no_script(
    name: str, suggestions: Stage, gita: User, signed_in: SignedIn
) -> None:
    client, address = signed_in(gita), url(name, suggestions.session)
    part, page = (client.get(address, headers=headers).content.decode() for headers in (HTMX, {}))
    assert (BUTTON_OF[name] in part, "<h1>" in part) == (True, False)
    assert (BUTTON_OF[name] in page, "<h1>" in page, f'hx-post="{address}"' in page) == (True, True, False)


@pytest.mark.parametrize("name", BUTTON_OF)
def test_where_there_is_nothing_to_fill_in_the_room_is_shown(
    name: str, suggestions: Stage, gita: User, signed_in: SignedIn
) -> None:
    session, client = suggestions.session, signed_in(gita)
    close(session, gita, now=timezone.now())
    page, part = client.get(url(name, session)), client.get(url(name, session), headers=HTMX)
    assert (page.status_code, page.headers["Location"]) == (302, url("room", session))
    assert (part.status_code, part.headers["HX-Refresh"], part.content) == (204, "true", b"")


@pytest.mark.parametrize("name", OF_THE_RUNNER)
def test_while_another_runs_it_there_is_no_form(
    name: str, suggestions: Stage, gita: User, memberships: dict[str, Membership], signed_in: SignedIn
) -> None:
    session, ben = suggestions.session, memberships["Ben"]
    handing_over.ask_to_run(session=session, by=gita, to=ben, for_topic=False, now=START)
    handing_over.accept_running(session=session, by=ben.user, now=START)
    session.refresh_from_db()
    assert signed_in(gita).get(url(name, session)).status_code == 302
    assert BUTTON_OF[name] in words(signed_in(ben.user).get(url(name, session)))


def test_before_the_session_is_opened_nobody_is_noted_as_here(soon: Session, gita: User, signed_in: SignedIn) -> None:
    assert signed_in(gita).get(url("attendance", soon)).status_code == 302


def test_in_the_stage_that_names_a_scribe_everybody_may_ask_for_the_form(
    soon: Session, gita: User, ben: User, signed_in: SignedIn
) -> None:
    session = opened(soon, gita, now=timezone.now())
    assert signed_in(ben).get(url("scribe", session)).status_code == 302
    session.stages.now().update(captures=["scribe"], writes="everyone")
    assert "Save who writes" in words(signed_in(ben).get(url("scribe", session)))
