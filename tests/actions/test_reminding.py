from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.enums import ActionState
from actions.models import Action
from actions.services import reminding, reporting
from actions.tasks import queue_reminders
from als_project.outbox.models import Message
from sessions.enums import SessionState
from sessions.models import Session
from sets.models import LearningSet
from tests.factories import (
    end,
    join,
    make_action,
    make_closed_session,
    make_running_session,
    make_session,
    make_set,
    make_user,
    publish_rules,
)

OWED = ["open", "in_progress", "changed", "carried_over"]


def reminded():
    return sorted(Message.objects.filter(kind=reminding.KIND).values_list("to__name", "about"))


def test_who_owes_a_report_back_is_reminded_once(action, ahead, now):
    assert [reminding.queue_reminders(now=now) for _ in range(3)] == [1, 0, 0]
    assert reminded() == [("Asha", ahead.pk)]


@pytest.mark.parametrize(("days", "people"), [(-0.1, 0), (0.1, 1), (2.9, 1), (3.1, 0)])
def test_reminders_go_in_the_three_days_before(action, learning_set, now, days, people):
    session = make_session(learning_set, starts_at=now + timedelta(days=days))
    reminding.queue_reminders(now=now)
    assert reminded() == [("Asha", session.pk)] * people


@pytest.mark.parametrize("state", ["cancelled", "running", "closed"])
def test_only_a_scheduled_session_reminds(action, ahead, now, state):
    instants = {"cancelled": "cancelled_at", "running": "opened_at", "closed": "closed_at"}
    Session.objects.filter(pk=ahead.pk).update(state=state, **{instants[state]: now})
    assert reminding.queue_reminders(now=now) == 0


@pytest.mark.parametrize("state", ActionState.values)
def test_only_a_confirmed_action_under_way_is_owed(action, ahead, now, state):
    Action.objects.update(state=state, confirmed_at=None if state == "proposed" else now)
    reminding.queue_reminders(now=now)
    assert reminded() == ([("Asha", ahead.pk)] if state in OWED else [])


def test_several_actions_make_one_reminder(action, met, asha, ahead, now):
    make_action(met, asha, "Another")
    reminding.queue_reminders(now=now)
    assert reminded() == [("Asha", ahead.pk)]


def test_each_owner_is_reminded(action, met, ben, ahead, now):
    make_action(met, ben)
    reminding.queue_reminders(now=now)
    assert reminded() == [("Asha", ahead.pk), ("Ben", ahead.pk)]


def test_whoever_has_reported_since_the_last_session_owes_nothing(action, asha, ahead, now):
    reporting.report_back(action=action, by=asha, state="in_progress", did="Half of it", now=now)
    assert reminding.queue_reminders(now=now) == 0


def test_a_report_to_the_last_session_is_not_one_to_the_next(learning_set, action, asha, ahead, now):
    reporting.report_back(action=action, by=asha, state="in_progress", did="Half", now=now - timedelta(days=7))
    make_closed_session(learning_set, days=-3)
    reminding.queue_reminders(now=now)
    assert reminded() == [("Asha", ahead.pk)]


def test_one_reported_on_and_one_not_still_reminds(action, met, asha, ahead, now):
    reporting.report_back(action=make_action(met, asha), by=asha, state="in_progress", did="x", now=now)
    reminding.queue_reminders(now=now)
    assert reminded() == [("Asha", ahead.pk)]


def test_an_action_of_the_session_going_on_is_not_owed_yet(learning_set, asha, met, ahead, now):
    make_action(make_running_session(learning_set), asha)
    assert reminding.queue_reminders(now=now) == 0


def test_another_set_s_session_reminds_nobody_here(action, asha, now):
    other = make_set("Other")
    join(other, asha)
    make_session(other, days=2)
    assert reminding.queue_reminders(now=now) == 0


def test_whoever_left_is_not_reminded(action, ahead, memberships, now):
    end(memberships["Asha"])
    assert reminding.queue_reminders(now=now) == 0


def test_whoever_came_back_and_may_not_read_the_past_is_not_reminded(
    learning_set, action, asha, ahead, memberships, now
):
    end(memberships["Asha"])
    join(learning_set, asha, joined_at=now)
    assert reminding.queue_reminders(now=now) == 0


def test_whoever_has_rules_to_agree_to_is_not_reminded(learning_set, action, ahead, now):
    publish_rules(learning_set)
    assert reminding.queue_reminders(now=now) == 0


def test_a_moved_session_is_a_new_occasion(action, ahead, now):
    reminding.queue_reminders(now=now)
    Session.objects.filter(pk=ahead.pk).update(revision=1, starts_at=ahead.starts_at + timedelta(hours=1))
    assert reminding.queue_reminders(now=now) == 1
    assert reminded() == [("Asha", ahead.pk)] * 2


def test_each_set_chooses_how_long_before(action, learning_set, ahead, now):
    for days, queued in [(None, 0), (1, 0), (2, 1), (20, 0)]:
        LearningSet.objects.update(report_back_days=days)
        assert reminding.queue_reminders(now=now) == queued


def test_a_tick_asks_the_same_few_questions_for_one_session_and_for_twenty(action, met, ahead, now):
    """Besides one insert for each session that has something new to say."""

    def ask():
        with CaptureQueriesContext(connection) as queries:
            added = reminding.queue_reminders(now=now)
        return added, len([query for query in queries if "INSERT" not in query["sql"]])

    first = ask()
    for number in range(20):
        other, owner = make_set(f"Set {number}"), make_user(f"Owner {number}")
        join(other, owner)
        make_action(make_closed_session(other), owner)
        make_session(other, days=2)
    second, third = ask(), ask()
    assert (first[0], second[0], third[0]) == (1, 20, 0)
    assert first[1] == second[1] > third[1]


def test_the_periodic_task_reminds_and_tells_of_leavers(action, asha, ben, ahead, memberships):
    Action.objects.update(supporter=ben, support="accepted")
    end(memberships["Ben"])
    queue_reminders()
    queue_reminders()
    assert sorted(Message.objects.values_list("kind", "to__name")) == [
        ("actions.report_back_reminder", "Asha"),
        ("actions.supporter_left", "Asha"),
    ]
    assert SessionState(ahead.state) == SessionState.SCHEDULED
