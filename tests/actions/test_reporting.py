from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from actions.enums import ActionState
from actions.models import Action, ReportBack
from actions.services import reporting
from tests.factories import end, make_action, make_running_session, make_session

CONFIRMED = [state for state in ActionState if state != ActionState.PROPOSED]


@pytest.mark.parametrize("before", CONFIRMED)
@pytest.mark.parametrize("after", CONFIRMED)
def test_a_report_back_leads_from_any_state_to_any_other(action, asha, now, before, after):
    Action.objects.update(state=before)
    report = reporting.report_back(action=action, by=asha, state=after, learned="It takes time", now=now)
    action.refresh_from_db()
    assert (action.state, report.state) == (after, after)


def test_a_report_back_keeps_the_owners_words(action, asha, ahead, now):
    words = {"did": "Asked", "happened": "She said yes", "learned": "Ask sooner", "next_step": "Prepare"}
    report = reporting.report_back(action=action, by=asha, state="done", now=now, **words)
    report.refresh_from_db()
    assert {name: getattr(report, name) for name in words} == words
    assert (report.author, report.session, report.given_at) == (asha, ahead, now)


@pytest.mark.parametrize("state", CONFIRMED)
def test_a_draft_has_nothing_to_report_on(draft, asha, now, state):
    with pytest.raises(reporting.NothingConfirmed):
        reporting.report_back(action=draft, by=asha, state=state, did="x", now=now)


@pytest.mark.parametrize("state", ["proposed", "failed", ""])
def test_a_report_back_names_where_a_confirmed_action_stands(action, asha, now, state):
    with pytest.raises(reporting.NotAReport):
        reporting.report_back(action=action, by=asha, state=state, did="x", now=now)


@pytest.mark.parametrize("said", ["did", "happened", "learned"])
def test_one_of_did_happened_and_learned_is_enough(action, asha, now, said):
    reporting.report_back(action=action, by=asha, state="dropped", now=now, **{said: "A little"})
    assert action.report_backs.count() == 1


@pytest.mark.parametrize("said", [{}, {"next_step": "Go on"}, {"did": "  ", "learned": "\n"}])
def test_none_of_them_is_not_a_report(action, asha, now, said):
    with pytest.raises(reporting.NothingSaid):
        reporting.report_back(action=action, by=asha, state="done", now=now, **said)


@pytest.mark.parametrize("who", ["gita", "ben", "cara", "olu", "stranger", "superuser"])
def test_only_the_owner_reports_back(request, action, who, now):
    with pytest.raises(PermissionDenied):
        reporting.report_back(action=action, by=request.getfixturevalue(who), state="done", did="x", now=now)
    assert ReportBack.objects.count() == 0


def test_an_owner_who_left_reports_no_more(action, asha, memberships, now):
    end(memberships["Asha"])
    with pytest.raises(PermissionDenied):
        reporting.report_back(action=action, by=asha, state="done", did="x", now=now)


def test_earlier_reports_stand_and_the_last_says_where_it_stands(action, asha, now):
    for hours, state in enumerate(["in_progress", "dropped", "open"]):
        reporting.report_back(action=action, by=asha, state=state, did=state, now=now + timedelta(hours=hours))
    action.refresh_from_db()
    assert [r.did for r in action.report_backs.all()] == ["in_progress", "dropped", "open"]
    assert (action.state, action.is_owed) == ("open", True)


def test_the_same_form_sent_twice_adds_one_report(action, asha, now):
    key = uuid4()
    first = reporting.report_back(action=action, by=asha, state="done", did="x", now=now, form_key=key)
    assert reporting.report_back(action=action, by=asha, state="done", did="x", now=now, form_key=key) == first
    assert ReportBack.objects.count() == 1


def test_a_form_key_belongs_to_one_action(action, met, asha, now):
    key = uuid4()
    reporting.report_back(action=action, by=asha, state="done", did="x", now=now, form_key=key)
    with pytest.raises(PermissionDenied):
        reporting.report_back(action=make_action(met, asha), by=asha, state="done", did="x", now=now, form_key=key)


def test_reports_go_to_the_running_session_before_the_next(learning_set, ahead, now):
    assert reporting.session_for_reports(learning_set, now=now) == ahead
    running = make_running_session(learning_set)
    assert reporting.session_for_reports(learning_set, now=now) == running


def test_a_session_nobody_opened_gets_no_reports(learning_set, met, now):
    make_session(learning_set, days=-3)
    assert reporting.session_for_reports(learning_set, now=now) is None
