"""Lists, threads and what they say."""

from uuid import uuid4

import pytest

from actions.models import Action, LogEntry, ReportBack
from tests.actions.pages import page_of, said, url, words
from tests.factories import (
    end,
    make_action,
)


def test_reporting_back_leads_to_the_thread(signed_in, action, asha):
    sent = {"state": "dropped", "learned": "It was not mine to do", "form_key": uuid4()}
    response = signed_in(asha).post(url("report_back", action.pk), sent, follow=True)
    page = words(response)
    assert response.redirect_chain == [(url("action", action.pk), 302)]
    assert page.index("A colleague who says no") < page.index("It was not mine to do")


def test_a_report_without_a_word_keeps_the_rest(signed_in, action, asha):
    sent = {"state": "done", "next_step": "Go on with it", "form_key": uuid4()}
    response = signed_in(asha).post(url("report_back", action.pk), sent)
    assert response.context["form"].non_field_errors() == [
        "Say in a few words what you did, what happened or what you learned. One of them is enough."
    ]
    assert "Go on with it" in words(response)
    assert ReportBack.objects.count() == 0


def test_supporting_told_in_words(signed_in, action, asha, ben):
    signed_in(asha).post(url("ask_supporter", action.pk), {"supporter": ben.pk})
    assert "Ben has been asked and hasn't answered yet" in page_of(signed_in, asha, action)
    signed_in(ben).post(url("answer_support", action.pk), {"answer": "accept"})
    action.refresh_from_db()
    assert action.support == "accepted"
    signed_in(ben).post(url("answer_support", action.pk), {"answer": "decline"})
    assert "Ben can't this time." in page_of(signed_in, asha, action)
    assert "Supporter" not in page_of(signed_in, ben, action)


def test_the_page_says_at_once_that_the_supporter_left(signed_in, action, asha, ben, memberships):
    Action.objects.update(supporter=ben, support="accepted")
    end(memberships["Ben"])
    assert "Ben has left the set; choose someone else?" in page_of(signed_in, asha, action)


def test_answering_what_nobody_waits_for_is_said_kindly(signed_in, action, ben):
    Action.objects.update(supporter=ben, support="left")
    response = signed_in(ben).post(url("answer_support", action.pk), {"answer": "accept"})
    assert said(response) == ["Nobody is waiting for this answer any more."]


def test_the_list_has_mine_first_then_supported_then_others(signed_in, met, asha, ben, gita, action, draft):
    make_action(met, asha, "Mine and done", state="done")
    make_action(met, ben, "Supported by Asha", supporter=asha, support="accepted")
    make_action(met, ben, "Just Ben's")
    piles = signed_in(asha).get(url("actions")).context["piles"]
    assert [a.what for a in piles.drafts] == ["Write to the board"]
    assert [a.what for a in piles.mine.open] == ["Talk to my manager"]
    assert [a.what for a in piles.mine.finished] == ["Mine and done"]
    assert [a.what for a in piles.supported.open] == ["Supported by Asha"]
    assert [a.what for a in piles.others.open] == ["Just Ben's"]


def test_an_empty_list_says_where_actions_begin(signed_in, learning_set, asha):
    assert "You haven't committed to anything yet." in words(signed_in(asha).get(url("actions")))


@pytest.mark.parametrize("name", ["actions", "log"])
def test_a_list_asks_the_same_number_of_questions_for_1_and_for_30(signed_in, met, slot, asha, ben, name, now):
    client = signed_in(asha)

    def questions():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(url(name)).status_code == 200
        return len(caught)

    fill(met, slot, asha, ben, 1)
    few = questions()
    fill(met, slot, asha, ben, 29)
    assert questions() == few


def fill(met, slot, asha, ben, times):
    for _ in range(times):
        mine = make_action(met, asha, slot=slot)
        ReportBack.objects.create(action=mine, author=asha, state="open", did="x")
        make_action(met, ben, supporter=asha, support="accepted")
        make_action(met, ben, slot=slot)
        LogEntry.objects.create(author=asha, text="x")


def test_a_long_thread_asks_no_more_questions_than_a_short_one(signed_in, action, asha, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for reports in (1, 29):
        for _ in range(reports):
            ReportBack.objects.create(action=action, author=asha, session=action.session, state="open", did="x")
        with CaptureQueriesContext(connection) as caught:
            page_of(signed_in, asha, action)
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_going_without_a_supporter_is_offered_to_whoever_named_one(signed_in, action, asha, ben):
    client, address = signed_in(asha), url("ask_supporter", action.pk)
    assert "Nobody, for now" not in words(client.get(address))
    assert client.post(address, {}).context["form"].errors == {"supporter": ["This field is required."]}
    client.post(address, {"supporter": ben.pk})
    assert "Nobody, for now" in words(client.get(address))
    client.post(address, {"supporter": ""})
    action.refresh_from_db()
    assert (action.supporter, action.support) == (None, "")
