"""Who gets which page of an action."""

import pytest
from django.urls import reverse

from actions.models import Action
from actions.services import supporting
from tests.actions.pages import expect, statuses, url, words
from tests.factories import (
    join,
    make_user,
    publish_rules,
)


def test_the_action_page_is_read_by_the_set_alone(request, signed_in, action):
    assert statuses(request, signed_in, "get", url("action", action.pk)) == expect(200)


@pytest.mark.parametrize("name", ["report_back", "change", "ask_supporter"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_owner_s_pages_are_the_owner_s(request, signed_in, action, name, method):
    data = {"supporter": "999999"} if name == "ask_supporter" else {"what": ""}
    answers = statuses(request, signed_in, method, url(name, action.pk), data if method == "post" else None)
    assert answers == expect(403, asha=200)


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_owner_alone_confirms(request, signed_in, draft, method):
    assert statuses(request, signed_in, method, url("confirm", draft.pk)) == expect(403, asha=200)


def test_support_is_answered_by_the_person_asked(request, signed_in, action, asha, ben, now):
    supporting.ask(action=action, by=asha, supporter=ben, now=now)
    assert statuses(request, signed_in, "post", url("answer_support", action.pk)) == expect(403, ben=302)


def test_a_draft_is_discarded_by_those_it_concerns(request, signed_in, draft):
    address = url("discard", draft.pk)
    for name in ("ben", "cara", "olu", "stranger", "superuser"):
        signed_in(request.getfixturevalue(name)).post(address)
    assert list(Action.objects.all()) == [draft]
    assert signed_in(request.getfixturevalue("gita")).post(address).status_code == 302
    assert list(Action.objects.all()) == []


def test_nobody_else_may_discard_a_draft(request, signed_in, action):
    """Answered for a confirmed action, whose owner is told why not and keeps it."""
    assert statuses(request, signed_in, "post", url("discard", action.pk)) == expect(403, asha=302)
    assert list(Action.objects.all()) == [action]


def test_the_commit_page_is_the_presenter_s_and_the_facilitator_s(request, signed_in, slot):
    assert statuses(request, signed_in, "get", url("commit", slot.pk)) == expect(403, asha=200, gita=200)


@pytest.mark.parametrize("name", ["discard", "answer_support"])
def test_what_only_a_button_does_is_not_done_by_a_link(signed_in, draft, asha, name):
    assert signed_in(asha).get(url(name, draft.pk)).status_code == 405


@pytest.mark.parametrize("name", ["action", "confirm", "report_back", "change", "ask_supporter"])
def test_a_newcomer_is_led_to_the_rules_first(learning_set, signed_in, action, ben, name):
    publish_rules(learning_set)
    response = signed_in(ben).get(url(name, action.pk))
    assert (response.status_code, response.url) == (302, reverse("sets:rules", args=[learning_set.pk]))


def test_a_presenter_is_led_to_the_rules_first(learning_set, signed_in, slot, asha):
    publish_rules(learning_set)
    response = signed_in(asha).get(url("commit", slot.pk))
    assert (response.status_code, response.url) == (302, reverse("sets:rules", args=[learning_set.pk]))


def test_a_newcomer_to_a_past_session_finds_nothing(learning_set, signed_in, action, slot, now):
    finn = make_user("Finn")
    join(learning_set, finn, joined_at=now)
    assert signed_in(finn).get(url("action", action.pk)).status_code == 404
    assert signed_in(finn).get(url("commit", slot.pk)).status_code == 404
    assert "Talk to my manager" not in words(signed_in(finn).get(url("actions")))


@pytest.mark.parametrize("name", ["actions", "log"])
def test_a_visitor_is_asked_to_sign_in(client, db, name):
    response = client.get(url(name))
    assert response.url.startswith(reverse("account_login"))
