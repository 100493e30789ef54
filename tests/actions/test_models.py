"""Who sees an action, and what the database itself refuses."""

import pytest
from django.db import IntegrityError, transaction

from actions.models import Action, ReportBack
from tests.factories import end, join, make_action, make_running_session, make_user, publish_rules


@pytest.fixture
def report(action, asha):
    return ReportBack.objects.create(action=action, author=asha, state="done", did="It")


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("asha", True),
        ("ben", True),
        ("gita", True),
        ("cara", False),
        ("olu", False),
        ("stranger", False),
        ("superuser", False),
    ],
)
def test_an_action_is_the_present_people_s_of_its_set(request, action, report, who, sees):
    user = request.getfixturevalue(who)
    assert list(Action.objects.visible_to(user)) == [action] * sees
    assert list(ReportBack.objects.visible_to(user)) == [report] * sees


def test_whoever_leaves_sees_nothing_and_their_actions_stay(action, report, asha, ben, memberships):
    end(memberships["Asha"])
    assert list(Action.objects.visible_to(asha)) == []
    assert list(Action.objects.visible_to(ben)) == [action]
    assert list(ReportBack.objects.visible_to(ben)) == [report]


def test_a_newcomer_agrees_to_the_rules_before_seeing_any(learning_set, action, ben, memberships):
    rules = publish_rules(learning_set)
    assert list(Action.objects.visible_to(ben)) == []
    rules.assents.create(membership=memberships["Ben"])
    assert list(Action.objects.visible_to(ben)) == [action]


def test_a_newcomer_sees_past_actions_only_if_the_set_says_so(learning_set, action, now):
    finn = make_user("Finn")
    join(learning_set, finn, joined_at=now)
    assert list(Action.objects.visible_to(finn)) == []
    learning_set.newcomers_read_past = True
    learning_set.save(update_fields=["newcomers_read_past"])
    assert list(Action.objects.visible_to(finn)) == [action]


def test_an_action_awaits_a_report_once_its_session_is_over(learning_set, action, asha):
    make_action(make_running_session(learning_set), asha, "Just now")
    assert list(Action.objects.awaiting_report()) == [action]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "proposed"},
        {"confirmed_at": None},
        {"support": ""},
        {"state": "proposed", "confirmed_at": None},
    ],
)
def test_the_database_refuses_what_no_action_can_be(action, ben, change):
    Action.objects.update(supporter=ben, support="accepted")
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.update(**change)


def test_nobody_supports_themself(action, asha):
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.update(supporter=asha, support="asked")


def test_no_report_back_makes_a_draft_of_an_action(action, asha):
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportBack.objects.create(action=action, author=asha, state="proposed", did="x")


def test_a_supporter_whose_account_goes_leaves_the_action_whole(action, ben, memberships):
    Action.objects.update(supporter=ben, support="accepted")
    ben.delete()
    action.refresh_from_db()
    assert (action.supporter, action.what) == (None, "Talk to my manager")
