"""What other pages show of actions, rendered as a page would place it."""

import re
from html import unescape

import pytest
from django.db import connection
from django.template import engines
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from actions.models import Action, LogEntry, ReportBack
from actions.services import committing, reporting, supporting
from sessions.enums import SlotState
from tests.factories import (
    end,
    join,
    make_action,
    make_closed_session,
    make_running_session,
    make_slot,
    make_stage,
    make_user,
    publish_rules,
)


def panel(tag, user, **context):
    """What a reader sees of it."""
    return unescape(source(tag, user, **context))


def source(tag, user, **context):
    request = RequestFactory().get("/")
    request.user = user
    template = engines["django"].from_string("{% load actions_panels %}{% " + tag + " %}")
    return template.render(context, request)


def questions(tag, user, **context):
    with CaptureQueriesContext(connection) as caught:
        panel(tag, user, **context)
    return len(caught)


@pytest.fixture
def running(learning_set, met, asha):
    """A session going on, in Asha's commit stage."""
    session = make_running_session(learning_set)
    slot = make_slot(session, asha, state=SlotState.RUNNING)
    make_stage(session, slot=slot, key="commit", captures=["action"], started_at=session.opened_at)
    return session


OUTSIDERS = ["cara", "olu", "stranger", "superuser"]


def test_home_shows_each_person_what_waits_for_them(action, draft, asha, ben, gita, now):
    supporting.ask(action=action, by=asha, supporter=ben, now=now)
    mine = panel("actions_home", asha)
    assert f"/actions/{draft.pk}/confirm/" in mine
    assert f"/actions/{action.pk}/report-back/" in mine
    assert "Asha would like your support. Will you?" in panel("actions_home", ben)
    assert panel("actions_home", gita).strip() == ""


def test_home_is_quiet_once_all_is_said(action, asha, ben, now):
    supporting.ask(action=action, by=asha, supporter=ben, now=now)
    supporting.answer_support(action=action, by=ben, accepts=True, now=now)
    reporting.report_back(action=action, by=asha, state="in_progress", did="x", now=now)
    assert [panel("actions_home", user).strip() for user in (asha, ben)] == ["", ""]


def test_home_asks_nothing_of_whoever_left(action, draft, asha, memberships):
    end(memberships["Asha"])
    assert panel("actions_home", asha).strip() == ""


def test_home_asks_no_support_for_an_owner_who_left(action, asha, ben, memberships, now):
    supporting.ask(action=action, by=asha, supporter=ben, now=now)
    end(memberships["Asha"])
    assert panel("actions_home", ben).strip() == ""


def test_the_next_session_opens_with_what_is_owed_by_owner(action, met, running, asha, ben):
    make_action(met, ben, "Ben's own")
    make_action(met, ben, "Done before", state="done")
    shown = panel("actions_owed session", asha, session=running)
    assert shown.index(">You<") < shown.index("Talk to my manager") < shown.index(">Ben<") < shown.index("Ben's own")
    assert f"/actions/{action.pk}/report-back/?next=/sessions/{running.pk}/room/" in shown
    assert "Done before" not in shown
    assert shown.count("report-back/?next=") == 1


def test_what_was_reported_to_the_session_is_read_there_even_when_done(action, running, asha, ben, now):
    reporting.report_back(action=action, by=asha, state="done", learned="Ask sooner", now=now)
    assert "Ask sooner" in panel("actions_owed session", ben, session=running)


def test_a_report_given_before_the_session_was_scheduled_is_read_there(action, learning_set, asha, ben, now):
    reporting.report_back(action=action, by=asha, state="done", learned="Ask sooner", now=now)
    assert ReportBack.objects.get().session is None
    assert "Ask sooner" in panel("actions_owed session", ben, session=make_running_session(learning_set))


def test_a_report_to_an_earlier_session_is_not_read_again(learning_set, met, action, running, asha, now):
    earlier = make_closed_session(learning_set, days=-7)
    reporting.report_back(action=action, by=asha, state="in_progress", learned="Slowly", session=earlier, now=now)
    assert "Slowly" not in panel("actions_owed session", asha, session=running)
    assert "Slowly" in panel("actions_owed session", asha, session=earlier)


def test_nothing_owed_is_said_in_a_sentence_until_the_session_is_over(running, met, asha):
    assert "Nothing is owed from earlier sessions." in panel("actions_owed session", asha, session=running)
    assert panel("actions_owed session", asha, session=met).strip() == ""


def test_nothing_is_owed_by_whoever_left(action, running, ben, memberships):
    end(memberships["Asha"])
    assert "Nothing is owed from earlier sessions." in panel("actions_owed session", ben, session=running)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_panels_of_a_session_are_empty_for_outsiders(request, action, running, met, slot, who):
    user = request.getfixturevalue(who)
    assert panel("actions_owed session", user, session=running).strip() == ""
    assert panel("actions_of_session session", user, session=met).strip() == ""
    assert panel("actions_committed slot", user, slot=slot).strip() == ""
    assert panel("actions_commit slot", user, slot=slot).strip() == ""


def test_panels_of_a_session_are_empty_before_the_rules_are_agreed(learning_set, action, running, met, ben):
    publish_rules(learning_set)
    assert panel("actions_owed session", ben, session=running).strip() == ""
    assert panel("actions_of_session session", ben, session=met).strip() == ""


def test_the_presenter_commits_inside_the_room(running, asha):
    slot = running.slots.get()
    shown = panel("actions_commit slot", asha, slot=slot)
    assert f'action="/slots/{slot.pk}/commit/"' in shown
    assert f'name="next" value="/sessions/{running.pk}/room/"' in shown
    assert "This is what I will do" in shown


def test_the_facilitator_drafts_inside_the_room(running, gita):
    shown = panel("actions_commit slot", gita, slot=running.slots.get())
    assert ("Draft an action for Asha" in shown, "This is what I will do" in shown) == (True, False)


def test_the_others_read_what_was_committed_to(running, asha, ben, now):
    slot = running.slots.get()
    assert "Asha hasn't written an action yet." in panel("actions_committed slot", ben, slot=slot)
    committing.commit(slot=slot, by=asha, what="Ask on Monday", now=now)
    assert "Ask on Monday" in panel("actions_committed slot", ben, slot=slot)
    assert panel("actions_commit slot", ben, slot=slot).strip() == ""


def test_a_second_action_is_offered_after_the_first(running, asha, now):
    slot = running.slots.get()
    assert "Add another action" not in panel("actions_commit slot", asha, slot=slot)
    committing.commit(slot=slot, by=asha, what="Ask on Monday", now=now)
    assert "Add another action" in panel("actions_commit slot", asha, slot=slot)


def test_the_room_asks_the_presenter_gently_for_a_day(running, asha, ben, now):
    slot = running.slots.get()
    committing.commit(slot=slot, by=asha, what="Ask on Monday", now=now)
    question = "By when would you like to have done it?"
    assert question in panel("actions_committed slot", asha, slot=slot)
    assert question not in panel("actions_committed slot", ben, slot=slot)


def test_who_is_asked_for_support_answers_beside_the_action_and_all_read_the_answer(action, slot, asha, ben, gita, now):
    supporting.ask(action=action, by=asha, supporter=ben, now=now)
    shown = {user: panel("actions_committed slot", user, slot=slot) for user in (asha, ben, gita)}
    assert [user for user in shown if "Yes, I will" in shown[user]] == [ben]
    assert [user for user in shown if "Ben is asked to support this." in shown[user]] == [asha, gita]
    supporting.answer_support(action=action, by=ben, accepts=True, now=now)
    for user in shown:
        assert "Ben supports this." in panel("actions_committed slot", user, slot=slot)


def test_the_record_lists_what_was_committed_to(action, met, ben):
    shown = panel("actions_of_session session", ben, session=met)
    assert ("Talk to my manager" in shown, "Asha" in shown) == (True, True)


def test_a_session_without_actions_says_so(met, ben):
    assert "No action was committed to in this session." in panel("actions_of_session session", ben, session=met)


def test_my_data_holds_what_is_mine_and_nothing_of_others(action, met, asha, ben, now):
    make_action(met, ben, "Ben's own")
    LogEntry.objects.create(author=ben, text="Ben's log")
    reporting.report_back(action=action, by=asha, state="done", learned="“Ask” & don't wait", now=now)
    LogEntry.objects.create(author=asha, text="I talk too soon")
    text = source("actions_mine", asha)
    assert all(mine in text for mine in ("Talk to my manager", "“Ask” & don't wait", "I talk too soon"))
    assert "Ben" not in text


def test_my_data_says_which_report_back_i_have_still_to_confirm(action, asha, now):
    reporting.report_back(action=action, by=asha, state="done", did="It", now=now)
    for awaits in (True, False):
        ReportBack.objects.update(awaits_owner=awaits)
        assert ("You have still to confirm it" in source("actions_mine", asha)) == awaits


def test_my_log_stays_mine_to_take_along_after_leaving(action, asha, memberships):
    LogEntry.objects.create(author=asha, text="I talk too soon")
    end(memberships["Asha"])
    text = panel("actions_mine", asha)
    assert ("I talk too soon" in text, "Talk to my manager" in text) == (True, False)


@pytest.fixture
def four_owners(learning_set, met):
    owners = [make_user(f"Owner {number}") for number in range(4)]
    for owner in owners:
        join(learning_set, owner)
        make_action(met, owner, state="done")
    return owners


WITHHELD = "Shown once actions of at least 5 people can be counted together."


def test_figures_are_withheld_below_five_people(programme, met, four_owners, olu):
    make_action(met, four_owners[0])
    make_action(met, make_user("Draft only"), state="proposed")
    assert WITHHELD in panel("actions_figures programme", olu, programme=programme)


def test_figures_count_confirmed_actions_by_state(programme, action, four_owners, olu):
    shown = "".join(panel("actions_figures programme", olu, programme=programme).split())
    for state, number in [("open", 1), ("done", 4), ("dropped", 0)]:
        assert re.search(f'<thscope="row">{state}</th><td><svg.{{,250}}</svg>{number}</td>', shown)
    assert "proposed" not in shown


@pytest.mark.parametrize("who", ["asha", "gita", "cara", "stranger", "superuser"])
def test_figures_are_the_organisers(request, programme, action, four_owners, who):
    user = request.getfixturevalue(who)
    assert panel("actions_figures programme", user, programme=programme).strip() == ""


def fill(learning_set, met, running, owner, times):
    for number in range(times):
        other = make_user(f"Other {number} {times}")
        join(learning_set, other)
        for who, supporter in ((owner, other), (other, owner)):
            rows = [
                make_action(met, who, supporter=supporter, support="asked", slot=met.slots.first()),
                make_action(running, who, supporter=supporter, support="accepted", slot=running.slots.first()),
                make_action(met, who, state="proposed"),
            ]
            ReportBack.objects.create(action=rows[0], author=who, session=running, state="open", did="x")
        LogEntry.objects.create(author=owner, text="x")


@pytest.mark.parametrize(
    "tag",
    [
        "actions_home",
        "actions_owed session",
        "actions_of_session session",
        "actions_commit slot",
        "actions_committed slot",
        "actions_mine",
        "actions_figures programme",
    ],
)
def test_a_panel_asks_the_same_number_of_questions_for_few_and_many(
    learning_set, programme, met, slot, running, asha, olu, tag
):
    user = olu if "figures" in tag else asha
    context = {"session": running, "slot": running.slots.get(), "programme": programme}
    fill(learning_set, met, running, asha, 5)
    few = questions(tag, user, **context)
    fill(learning_set, met, running, asha, 25)
    assert questions(tag, user, **context) == few


def test_a_panel_within_a_fragment_leads_back_to_the_page(met, slot, asha):
    assert f'name="next" value="/sessions/{met.pk}/"' in panel("actions_commit slot", asha, slot=slot)
    assert Action.objects.count() == 0


def test_a_room_open_elsewhere_finds_the_new_action(running, asha, ben, signed_in, now):
    """What the others' pages ask every few seconds: nothing new, or the new words, and no box taken from anybody."""
    client = signed_in(ben)
    page = client.get(f"/sessions/{running.pk}/room/").content.decode()
    stamp = re.search(r'name="stamp" value="([^"]+)"', page).group(1)
    address = f"/sessions/{running.pk}/room/now/?stamp={stamp}"
    assert client.get(address).status_code == 204
    committing.commit(slot=running.slots.get(), by=asha, what="Ask on Monday", now=now)
    answer = client.get(address)
    words = answer.content.decode()
    assert (answer.status_code, "Ask on Monday" in words, 'id="room-writing"' in words) == (200, True, False)
