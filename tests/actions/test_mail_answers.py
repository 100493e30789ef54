"""Saying where an action stands from the mail: done, still on it, changed, by a link, without signing in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actions.answers import answers_about, answers_to
from actions.models import Action, ReportBack
from actions.services import reminding, reporting
from als_project.outbox import services
from als_project.outbox.kinds import kind_called
from als_project.outbox.models import Message
from als_project.outbox.writing import words_of
from sets.models import GroundRules
from tests.actions.test_panels import panel
from tests.factories import end, join, make_action, make_closed_session, make_set, publish_rules
from tests.rows import every_row

STATES = {"Done": "done", "Still on it": "in_progress", "Changed": "changed"}
WORDS = list(STATES)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def links(action, ahead):
    found = answers_about(action, expires=ahead.starts_at)
    return {answer.words: answer.address.removeprefix("http://testserver") for answer in found}


def thread(action):
    """What was said, oldest first; an asterisk where it was said without words."""
    return [f"{report.state}{'*' * report.is_bare}" for report in action.report_backs.all()]


def looked_at(path):
    return [Client().get(path).status_code, Client().post(path).status_code]


@pytest.mark.parametrize("said", WORDS)
def test_a_scanner_that_follows_every_link_changes_no_row(links, said):
    before = every_row()
    for method in ("get", "head", "get", "options"):
        getattr(Client(), method)(links[said])
    assert every_row() == before


@pytest.mark.parametrize("said", WORDS)
def test_one_button_says_where_it_stands(action, ahead, asha, links, signed_in, said):
    response = signed_in(asha).post(links[said], follow=True)
    report = ReportBack.objects.get()
    assert (response.status_code, "Noted, thank you" in words(response)) == (200, True)
    assert (report.author, report.session, report.did, report.happened, report.learned) == (asha, ahead, "", "", "")
    action.refresh_from_db()
    assert (thread(action), action.state) == ([f"{STATES[said]}*"], STATES[said])


@pytest.mark.parametrize("said", WORDS)
def test_pressed_twice_it_is_said_once(action, asha, links, signed_in, said):
    client = signed_in(asha)
    client.post(links[said])
    before = every_row()
    again = client.post(links[said])
    assert (again.status_code, "Noted, thank you" in words(again), every_row() == before) == (200, True, True)


def test_a_slip_is_put_right_by_the_next_link_and_both_stand_in_the_thread(action, links):
    Client().post(links["Done"])
    Client().post(links["Still on it"])
    action.refresh_from_db()
    assert (thread(action), action.state) == (["done*", "in_progress*"], "in_progress")


@pytest.mark.parametrize("said", WORDS)
def test_it_never_goes_before_words(action, asha, links, now, signed_in, said):
    reporting.report_back(action=action, by=asha, state="carried_over", did="Half of it", now=now)
    client = signed_in(asha)
    before = every_row()
    page = words(client.post(links[said]))
    assert ("You have reported back" in page, "Half of it" in page, every_row() == before) == (True, False, True)


def test_who_only_holds_the_mail_finds_all_three_as_they_were_whichever_was_used(action, links):
    before = [Client().get(links[said]).content.split(b"<main")[1] for said in WORDS]
    Client().post(links["Done"])
    rows = every_row()
    after = [Client().get(links[said]).content.split(b"<main")[1] for said in WORDS]
    again = Client().post(links["Done"], follow=True)
    tokens = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
    assert [tokens.sub(b"", page) for page in after] == [tokens.sub(b"", page) for page in before]
    assert ("Thank you" in words(again), every_row() == rows) == (True, True)


def test_once_reported_in_words_they_meet_the_page_of_a_link_that_is_over(action, asha, memberships, links, now):
    reporting.report_back(action=action, by=asha, state="carried_over", did="Half of it", now=now)
    reported = [(page.status_code, words(page)) for page in (Client().get(links[said]) for said in WORDS)]
    end(memberships["Asha"])
    left = [(page.status_code, words(page)) for page in (Client().get(links[said]) for said in WORDS)]
    assert (reported == left, reported[0][0], "reported back" in reported[0][1]) == (True, 410, False)


def test_the_owner_hears_that_somebody_answered_and_not_what(action, asha, links, mailoutbox):
    Client().post(links["Done"])
    services.send_due(now=timezone.now())
    (mail,) = [mail for mail in mailoutbox if "An answer was given" in mail.subject]
    assert (mail.to, f"http://testserver/actions/{action.pk}/report-back/" in mail.body) == ([asha.email], True)
    assert [word for word in ("done", "Done", "Talk to my manager") if word in mail.body] == []


def test_words_can_follow_and_are_added(action, asha, links, signed_in):
    Client().post(links["Done"])
    form = signed_in(asha).get(f"/actions/{action.pk}/report-back/").context["form"]
    assert (form["state"].value(), form["did"].value()) == ("done", None)
    reporting.report_back(action=action, by=asha, state="done", learned="Ask first", now=timezone.now())
    assert thread(action) == ["done*", "done"]


@pytest.mark.parametrize(("said", "still_awaited"), [("Done", False), ("Still on it", True), ("Changed", True)])
def test_one_word_is_no_report_back(action, links, said, still_awaited):
    Client().post(links[said])
    assert Action.objects.awaiting_report().filter(pk=action.pk).exists() is still_awaited


def test_what_was_said_by_one_word_is_still_to_be_heard_in_the_room(action, ahead, asha, ben, links):
    Client().post(links["Done"])
    mine, others = (panel("actions_owed session", who, session=ahead) for who in (asha, ben))
    assert ("Talk to my manager" in mine, "/report-back/" in mine, "Still to be heard" in others) == (True, True, True)


def test_the_page_names_the_day_and_nothing_that_was_said(action, met, learning_set, links, settings):
    for path in links.values():
        page = words(Client().get(path))
        assert f"{met.starts_at:%A} {met.starts_at.day} {met.starts_at:%B %Y}" in page
        secrets = ("Talk to my manager", "A colleague who says no", "How can I begin", learning_set.name, "Ben")
        assert [secret for secret in secrets if secret in page] == []


@pytest.mark.parametrize("said", WORDS)
def test_it_dies_with_the_membership_and_a_new_one_does_not_revive_it(
    action, learning_set, asha, memberships, links, said
):
    end(memberships["Asha"])
    assert looked_at(links[said]) == [410, 410]
    join(learning_set, asha, joined_at=action.session.starts_at)
    assert (looked_at(links[said]), thread(action)) == ([410, 410], [])


@pytest.mark.parametrize("said", WORDS)
def test_it_rests_while_its_person_has_not_agreed_to_the_rules(action, learning_set, memberships, links, said):
    publish_rules(learning_set, agreed_by=[memberships["Ben"]])
    assert (looked_at(links[said]), thread(action)) == ([410, 410], [])
    GroundRules.objects.all().delete()
    assert looked_at(links[said]) == [200, 302]


@pytest.mark.parametrize("said", WORDS)
def test_it_ends_when_the_session_begins(action, ahead, links, said):
    with time_machine.travel(ahead.starts_at, tick=False):
        assert looked_at(links[said]) == [410, 410]
    assert thread(action) == []


@pytest.mark.parametrize("said", WORDS)
def test_it_works_for_that_person_only(action, ben, links, signed_in, said):
    response = signed_in(ben).post(links[said])
    assert (response.status_code, "Asha" in words(response), thread(action)) == (403, False, [])


@pytest.mark.parametrize("state", ["proposed", "dropped", "done"])
def test_nothing_is_asked_of_a_draft_or_of_what_is_finished(action, links, now, state):
    Action.objects.update(state=state, confirmed_at=None if state == "proposed" else now)
    assert (looked_at(links["Still on it"]), thread(action)) == ([410, 410], [])


def test_a_reminder_offers_the_three_where_one_action_waits(action, ahead, now):
    reminding.queue_reminders(now=now)
    message = Message.objects.get()
    text = words_of(message, kind_called(message.kind).context(message)).text
    assert re.findall(r"^(.+):\nhttp://testserver/messages/do/\S+$", text, re.MULTILINE) == WORDS


def test_where_several_wait_a_mail_can_not_say_which_is_meant(action, ahead, met, asha):
    make_action(met, asha, "Another")
    assert answers_to(ahead, asha) == []


def test_such_a_mail_leads_to_the_page_where_it_is_said_of_each(action, ahead, met, asha, now):
    make_action(met, asha, "Another")
    reminding.queue_reminders(now=now)
    message = Message.objects.get()
    text = words_of(message, kind_called(message.kind).context(message)).text
    assert "one button, whether it is done, whether you are still on it, or whether it has changed" in text
    assert "\nhttp://testserver/actions/owed/\n" in text
    assert ("/messages/do/" in text, "Another" in text, "Talk to my manager" in text) == (False, False, False)


@pytest.mark.parametrize("said", WORDS)
def test_there_each_has_a_button_a_word(action, met, asha, ben, signed_in, said):
    other = make_action(met, asha, "Another")
    make_action(met, ben, "Of somebody else")
    client = signed_in(asha)
    page = client.get("/actions/owed/").content.decode()
    assert re.findall(r'action="/actions/(\d+)/stands/"', page) == [str(other.pk), str(action.pk)]
    assert (
        re.findall(r'value="(\w+)" aria-describedby="action-\d+">(.+)</button>', page)
        == [(STATES[word], word) for word in WORDS] * 2
    )
    after = client.post(f"/actions/{other.pk}/stands/", {"state": STATES[said]}, follow=True)
    assert ("Noted, thank you" in words(after), after.redirect_chain) == (True, [("/actions/owed/", 302)])
    assert ([thread(action), thread(other)], "Another" in words(after)) == ([[], [f"{STATES[said]}*"]], said != "Done")


def test_what_was_reported_in_words_waits_there_no_more(action, asha, signed_in, now):
    reporting.report_back(action=action, by=asha, state="carried_over", did="Half of it", now=now)
    assert "Nothing waits for a word of yours." in words(signed_in(asha).get("/actions/owed/"))


@pytest.mark.parametrize("state", ["", "proposed", "dropped", "no such"])
def test_nothing_else_is_said_in_one_word(action, asha, signed_in, state):
    after = signed_in(asha).post(f"/actions/{action.pk}/stands/", {"state": state}, follow=True)
    assert ("Say where it stands now." in words(after), thread(action)) == (True, [])


def test_the_page_of_each_asks_the_database_the_same_for_one_and_three(action, met, asha, signed_in):
    client, asked = signed_in(asha), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/actions/owed/")
        asked.append(len(queries))
        make_action(met, asha, "Another")
        make_action(met, asha, "A third")
    assert asked[0] == asked[1]


def test_each_set_counts_for_itself(action, ahead, asha):
    other = make_set("Other")
    join(other, asha)
    make_action(make_closed_session(other), asha)
    assert len(answers_to(ahead, asha)) == 3


def test_a_new_session_asks_anew(learning_set, action, links, now, ahead):
    Client().post(links["Still on it"])
    make_closed_session(learning_set, days=0)
    ReportBack.objects.update(given_at=now - timedelta(days=7))
    Client().post(links["Still on it"])
    assert thread(action) == ["in_progress*", "in_progress*"]


def test_a_page_asks_the_database_little(action, links):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        Client().get(links["Done"])
    assert len(queries) <= 6
