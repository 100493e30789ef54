"""A word in between: asked of whoever wants it, on the day they want it, and of nobody else."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from actions.models import Action
from actions.services import checking, committing, reporting
from als_project.outbox import services as outbox
from als_project.outbox.models import Message
from tests.actions.pages import said, statuses, url
from tests.factories import end, make_session

# Where Asha is it is Monday noon; nine in the morning there is eight o'clock UTC.
NOW = datetime(2027, 6, 7, 11, 0, tzinfo=UTC)
THURSDAY = date(2027, 6, 10)


@pytest.fixture
def now():
    with time_machine.travel(NOW, tick=False):
        yield NOW


def ask(action, asha, on=THURSDAY):
    return checking.ask_in_between(action=action, by=asha, on=on, now=NOW)


def asked():
    return list(Message.objects.filter(kind=checking.KIND).order_by("due_at").values_list("to__name", "due_at"))


def send(at, mailoutbox):
    """What leaves by then, by subject."""
    with time_machine.travel(at, tick=False):
        while outbox.send_due(now=at):
            pass
    return [mail.subject for mail in mailoutbox]


ON_THURSDAY = datetime(2027, 6, 10, 8, 0, tzinfo=UTC)
QUESTION = "How is it going? You wanted to be asked, in “Thursday set”"


def test_nobody_is_asked_who_does_not_want_it(slot, asha, now):
    assert committing.commit(slot=slot, by=asha, what="x", now=now).check_on is None
    assert asked() == []


@pytest.mark.parametrize(
    ("next_session", "due_on", "day"),
    [(14, None, 7), (14, date(2027, 12, 1), 7), (None, date(2027, 6, 27), 10), (None, None, 14), (1, None, 1)],
)
def test_halfway_is_between_today_and_the_report_back(learning_set, slot, asha, now, next_session, due_on, day):
    if next_session:
        make_session(learning_set, starts_at=now + timedelta(days=next_session))
    action = committing.commit(slot=slot, by=asha, what="x", due_on=due_on, check_halfway=True, now=now)
    assert action.check_on == date(2027, 6, 7) + timedelta(days=day)
    assert asked() == [("Asha", datetime(2027, 6, 7, 8, 0, tzinfo=UTC) + timedelta(days=day))]


def test_a_draft_confirmed_can_have_it_too(draft, asha, now):
    assert committing.confirm(action=draft, by=asha, what="Mine", check_halfway=True, now=now).check_on == date(
        2027, 6, 21
    )


def test_the_message_leaves_in_the_morning_of_the_owner_s_own_day(action, asha, now, mailoutbox):
    asha.time_zone = "Pacific/Auckland"
    asha.save()
    ask(action, asha)
    assert asked() == [("Asha", datetime(2027, 6, 9, 21, 0, tzinfo=UTC))]
    assert send(datetime(2027, 6, 9, 20, 59, tzinfo=UTC), mailoutbox) == []
    assert send(datetime(2027, 6, 9, 21, 0, tzinfo=UTC), mailoutbox) == [QUESTION]


def test_another_day_replaces_the_first_and_back_again_asks_once(action, asha, now, mailoutbox):
    for day in (THURSDAY, THURSDAY + timedelta(days=1), THURSDAY, THURSDAY):
        ask(action, asha, day)
    assert send(ON_THURSDAY + timedelta(days=2), mailoutbox) == [QUESTION]


@pytest.mark.parametrize("reason", ["none", "done", "left"])
def test_it_is_gone_with_its_reason(action, asha, memberships, now, mailoutbox, reason):
    ask(action, asha)
    if reason == "none":
        ask(action, asha, None)
    elif reason == "done":
        reporting.report_back(action=action, by=asha, state="done", did="It", now=now)
    else:
        end(memberships["Asha"])
    assert send(ON_THURSDAY, mailoutbox) == []


def test_a_machine_that_was_off_for_a_weekend_still_asks_and_one_off_for_a_week_does_not(action, asha, now, mailoutbox):
    ask(action, asha)
    ask(Action.objects.get(pk=action.pk), asha, date(2027, 6, 20))
    assert send(datetime(2027, 6, 28, 8, 0, tzinfo=UTC), mailoutbox) == []
    ask(action, asha, date(2027, 7, 3))
    assert send(datetime(2027, 7, 5, 8, 0, tzinfo=UTC), mailoutbox) == [QUESTION]


def test_what_can_t_be_is_refused_in_words(action, draft, asha, ben, now):
    with pytest.raises(checking.NotToCome):
        ask(action, asha, date(2027, 6, 7))
    with pytest.raises(checking.NothingToAskAbout):
        ask(draft, asha)
    with pytest.raises(PermissionDenied):
        ask(action, ben)


def test_only_the_owner_has_the_page(request, signed_in, action):
    expected = {"asha": 200, "ben": 403, "gita": 403, "cara": 404, "olu": 404, "stranger": 404, "superuser": 404}
    assert statuses(request, signed_in, "get", url("check", action.pk)) == expected


def test_a_day_is_chosen_and_taken_back_on_the_page(signed_in, action, asha, now):
    page = url("check", action.pk)
    answer = signed_in(asha).post(page, {"check_on": "2027-06-10"})
    assert (answer.url, said(answer)) == (action.get_absolute_url(), ["You are asked then."])
    assert Action.objects.get(pk=action.pk).check_on == THURSDAY
    assert said(signed_in(asha).post(page, {"check_on": ""})) == ["Not asked."]
    assert Action.objects.get(pk=action.pk).check_on is None


def test_a_day_that_is_over_comes_back_with_a_word(signed_in, action, asha, now):
    answer = signed_in(asha).post(url("check", action.pk), {"check_on": "2027-06-01"})
    assert answer.status_code == 409
    assert answer.context["form"].errors == {"check_on": ["Choose a day that is still to come."]}
