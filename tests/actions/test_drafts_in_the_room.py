"""A draft waits for its presenter in the room: to confirm it comes first, another action second."""

import re
from html import unescape

import pytest

from actions.models import Action
from actions.services import committing
from sessions.enums import SlotState
from tests.factories import make_action, make_running_session, make_slot, make_stage

CONFIRM, ANOTHER = "Confirm it in my own words", "Add another action"


@pytest.fixture
def slot(learning_set, met, asha):
    """Of a session going on, in Asha's commit stage."""
    session = make_running_session(learning_set)
    slot = make_slot(session, asha, state=SlotState.RUNNING)
    stage = {"key": "commit", "captures": ["action"], "writes": "presenter", "presenter_listens": False}
    make_stage(session, slot=slot, started_at=session.opened_at, **stage)
    return slot


@pytest.fixture
def draft(slot, asha, gita):
    return make_action(slot.session, asha, "Write to the board", slot=slot, state="proposed", drafted_by=gita)


def room(client, slot, **seen):
    return unescape(client.get(f"/sessions/{slot.session_id}/room/{'now/' if seen else ''}", seen).content.decode())


def test_the_draft_comes_first_and_another_action_is_folded_away(signed_in, slot, draft, asha):
    page = room(signed_in(asha), slot)
    places = [page.index(words) for words in ("Gita drafted this for you", "Write to the board", CONFIRM, ANOTHER)]
    assert places == sorted(places)
    assert (page.count("Write to the board"), page.count(CONFIRM)) == (1, 1)
    assert re.findall(rf'class="([^"]*)" href="/actions/{draft.pk}/confirm/[^"]*"', page) == ["button"]
    folded = page[page.rindex("<details", 0, page.index(ANOTHER)) : page.index("</details>", page.index(ANOTHER))]
    assert "This is what I will do" in folded


def test_of_several_drafts_one_is_the_thing_to_do_next(signed_in, slot, draft, asha, gita):
    make_action(slot.session, asha, "Ask the board", slot=slot, state="proposed", drafted_by=gita)
    page = room(signed_in(asha), slot)
    assert re.findall(r'class="([^"]*)" href="/actions/[0-9]+/confirm/', page) == ["button", "button quiet"]


def test_others_read_that_it_waits(signed_in, slot, draft, ben, gita):
    for person in (ben, gita):
        page = room(signed_in(person), slot)
        assert ("Write to the board" in page, CONFIRM in page) == (True, False)
        assert "A draft: Asha has still to confirm it" in page


def test_a_draft_that_comes_while_the_presenter_types_takes_no_box_away(signed_in, slot, asha, ben, gita, now):
    clients = {person: signed_in(person) for person in (asha, ben)}
    stamps = {
        person: re.search(r'name="stamp" value="([^"]+)"', room(client, slot))[1] for person, client in clients.items()
    }
    committing.propose(slot=slot, by=gita, what="Write to the board", now=now)
    fresh = {person: room(clients[person], slot, stamp=stamps[person]) for person in clients}
    assert 'id="drafts-waiting" hx-swap-oob="true"' in fresh[asha]
    assert (CONFIRM in fresh[asha], 'id="room-writing"' in fresh[asha]) == (True, False)
    assert "drafts-waiting" not in fresh[ben]


def test_nothing_written_yet_is_said_to_the_others_and_not_under_the_presenters_own_box(signed_in, slot, asha, ben):
    said = "Asha hasn't written an action yet."
    assert [said in room(signed_in(person), slot) for person in (asha, ben)] == [False, True]


def test_without_a_draft_its_place_is_empty(signed_in, slot, asha):
    assert '<div id="drafts-waiting"></div>' in room(signed_in(asha), slot)


def test_a_confirmed_draft_waits_no_more(signed_in, slot, draft, asha, now):
    committing.confirm(action=draft, by=asha, what="Write to the board", now=now)
    page = room(signed_in(asha), slot)
    assert (CONFIRM in page, '<div id="drafts-waiting"></div>' in page, ANOTHER in page) == (False, True, True)
    assert Action.objects.count() == 1
