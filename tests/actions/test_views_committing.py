"""Forms that make and change an action; one that failed keeps what was typed."""

from datetime import timedelta
from uuid import uuid4

import pytest

from actions.models import Action, ReportBack
from tests.actions.pages import WORDS, said, url, words
from tests.factories import (
    make_running_session,
    make_slot,
    make_stage,
)


def test_committing_without_a_date_asks_for_one_once_and_gently(signed_in, slot, asha):
    response = signed_in(asha).post(url("commit", slot.pk), {**WORDS, "form_key": uuid4()})
    action = Action.objects.get()
    assert (response.status_code, response.url) == (302, url("action", action.pk))
    assert said(response) == [
        "Your action is saved. By when would you like to have done it? You can also leave that open."
    ]


def test_committing_from_the_room_leads_back_there(signed_in, slot, asha):
    room = f"/sessions/{slot.session_id}/room/"
    response = signed_in(asha).post(url("commit", slot.pk), {**WORDS, "form_key": uuid4(), "next": room})
    assert response.url == room


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_no_form_leads_away_from_here(signed_in, slot, asha, elsewhere):
    response = signed_in(asha).post(url("commit", slot.pk), {**WORDS, "form_key": uuid4(), "next": elsewhere})
    assert response.url == url("action", Action.objects.get().pk)


def test_a_second_press_of_commit_saves_one(signed_in, slot, asha):
    client, sent = signed_in(asha), {**WORDS, "form_key": uuid4()}
    assert client.post(url("commit", slot.pk), sent).url == client.post(url("commit", slot.pk), sent).url
    assert Action.objects.count() == 1


def test_committing_too_early_keeps_what_was_typed(signed_in, learning_set, asha, met):
    session = make_running_session(learning_set)
    slot = make_slot(session, asha, state="running")
    make_stage(session, slot=slot, started_at=session.opened_at)
    response = signed_in(asha).post(url("commit", slot.pk), {**WORDS, "form_key": uuid4()})
    assert response.status_code == 409
    page = words(response)
    assert "This topic hasn't come to its action yet" in page
    assert "Ask for an hour" in page


def test_a_facilitator_s_post_is_a_draft(signed_in, slot, gita):
    signed_in(gita).post(url("commit", slot.pk), {"what": "Write to the board", "form_key": uuid4()})
    assert Action.objects.values_list("state", "owner__name", "drafted_by__name").get() == ("proposed", "Asha", "Gita")


def test_a_day_that_is_over_is_refused_beside_its_field(signed_in, slot, asha, now):
    sent = {**WORDS, "form_key": uuid4(), "due_on": (now - timedelta(days=2)).date().isoformat()}
    response = signed_in(asha).post(url("commit", slot.pk), sent)
    assert response.context["form"].errors == {"due_on": ["That day is over. Choose one to come, or leave it open."]}
    assert Action.objects.count() == 0


def test_confirming_and_asking_in_one_go(signed_in, draft, asha, ben):
    response = signed_in(asha).post(url("confirm", draft.pk), {**WORDS, "supporter": ben.pk})
    draft.refresh_from_db()
    assert response.url == url("action", draft.pk)
    assert (draft.state, draft.what, draft.supporter) == ("open", "Talk to my manager", ben)


def test_what_was_confirmed_meanwhile_keeps_the_text(signed_in, action, asha):
    response = signed_in(asha).post(url("confirm", action.pk), {"what": "Something I typed long"})
    assert response.status_code == 409
    assert "Something I typed long" in words(response)


def test_a_day_is_set_without_touching_the_words(signed_in, action, asha, now):
    day = (now + timedelta(days=10)).date()
    signed_in(asha).post(url("change", action.pk), {"due_on": day.isoformat()})
    action.refresh_from_db()
    assert (action.due_on, action.what) == (day, "Talk to my manager")


def test_words_reported_on_meanwhile_stand_and_the_typed_ones_are_kept(signed_in, action, asha):
    ReportBack.objects.create(action=action, author=asha, state="done", did="It")
    response = signed_in(asha).post(url("change", action.pk), {"what": "Something easier"})
    assert response.status_code == 409
    assert "Something easier" in words(response)


def test_a_draft_is_changed_by_confirming_it(signed_in, draft, asha):
    assert signed_in(asha).get(url("change", draft.pk)).url == url("confirm", draft.pk)
    assert signed_in(asha).get(url("report_back", draft.pk)).url == url("confirm", draft.pk)
