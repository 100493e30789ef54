"""What leaves about actions: whether its reason still stands, and that it says nothing of what was said."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from actions.answers import answers_about
from actions.models import Action
from actions.services import reminding, reporting, supporting
from als_project.outbox.kinds import kind_called
from als_project.outbox.models import Message
from als_project.outbox.writing import write
from sessions.models import Session
from tests.factories import end, join, make_user, publish_rules


def context_of(message):
    message.refresh_from_db()
    return kind_called(message.kind).context(message)


def words_of(message):
    mail = write(message, context_of(message))
    html, _ = mail.alternatives[0]
    return mail.subject, mail.body, html


@pytest.fixture
def reminder(action, ahead, now):
    reminding.queue_reminders(now=now)
    return Message.objects.get()


@pytest.fixture
def asked(action, asha, ben, now):
    supporting.ask(action=action, by=asha, supporter=ben, now=now)
    return Message.objects.get()


@pytest.fixture
def answered(asked, action, ben, now):
    supporting.answer_support(action=action, by=ben, accepts=True, now=now)
    return Message.objects.get(kind="actions.support_answered")


@pytest.fixture
def left(asked, memberships, now):
    end(memberships["Ben"])
    supporting.tell_of_leavers(now=now)
    return Message.objects.get(kind="actions.supporter_left")


def test_a_reminder_says_when_and_links_in(reminder, ahead, settings):
    settings.SITE_URL = "https://sets.example.org"
    subject, body, _ = words_of(reminder)
    local = timezone.localtime(ahead.starts_at, ZoneInfo("Europe/London"))
    assert subject == f"Your learning set meets on {local:%A} {local.day} {local:%B %Y} at {local:%H:%M}"
    assert "https://sets.example.org/actions/\n" in body


@pytest.mark.parametrize("kind", ["reminder", "asked", "answered", "left"])
def test_no_message_says_what_it_is_about(request, kind):
    said = " ".join(words_of(request.getfixturevalue(kind)))
    for secret in ("Talk to my manager", "A colleague who says no", "How can I begin", "Asha", "Ben"):
        assert secret not in said


@pytest.mark.parametrize("kind", ["asked", "answered", "left"])
def test_a_message_about_support_links_to_the_action(request, kind, action, settings):
    settings.SITE_URL = "https://sets.example.org"
    _, body, _ = words_of(request.getfixturevalue(kind))
    assert f"https://sets.example.org/actions/{action.pk}/" in body.splitlines()


def test_a_reminder_s_reason_stands(reminder, action, ahead, learning_set):
    answers = answers_about(action, expires=ahead.starts_at)
    assert context_of(reminder) == {"session": ahead, "learning_set": learning_set, "answers": answers}


@pytest.mark.parametrize(
    "change",
    [
        {"state": "cancelled", "cancelled_at": timezone.now()},
        {"state": "running", "opened_at": timezone.now()},
        {"state": "closed", "closed_at": timezone.now()},
        {"revision": 1},
        {"starts_at": timezone.now() - timedelta(minutes=1)},
    ],
)
def test_a_reminder_is_dropped_when_its_session_is_not_what_it_was(reminder, ahead, change):
    Session.objects.filter(pk=ahead.pk).update(**change)
    assert context_of(reminder) is None


def test_a_reminder_is_dropped_once_there_is_a_report(reminder, action, asha, now):
    reporting.report_back(action=action, by=asha, state="in_progress", did="x", now=now)
    assert context_of(reminder) is None


@pytest.mark.parametrize("kind", ["reminder", "answered"])
def test_nothing_reaches_an_owner_who_left(request, kind, memberships):
    message = request.getfixturevalue(kind)
    end(memberships["Asha"])
    assert context_of(message) is None


@pytest.mark.parametrize("kind", ["reminder", "asked", "answered", "left"])
def test_nothing_reaches_whoever_must_agree_to_the_rules_first(request, kind, learning_set):
    message = request.getfixturevalue(kind)
    publish_rules(learning_set)
    assert context_of(message) is None


@pytest.mark.parametrize("kind", ["reminder", "asked", "answered", "left"])
def test_nothing_leaves_about_an_action_that_is_gone_or_done(request, kind):
    message = request.getfixturevalue(kind)
    Action.objects.update(state="done")
    assert context_of(message) is None
    Action.objects.all().delete()
    assert context_of(message) is None


def test_a_request_is_dropped_when_the_supporter_left(asked, memberships):
    end(memberships["Ben"])
    assert context_of(asked) is None


def test_a_request_is_dropped_when_somebody_else_is_asked(asked, learning_set, action, asha, now):
    dev = make_user("Dev")
    join(learning_set, dev)
    supporting.ask(action=action, by=asha, supporter=dev, now=now)
    assert context_of(asked) is None
    assert context_of(Message.objects.get(to=dev)) == {"action_id": action.pk, "learning_set": learning_set}


def test_an_answer_is_dropped_when_another_followed(answered, action, ben, now):
    supporting.answer_support(action=action, by=ben, accepts=False, now=now)
    assert context_of(answered) is None


def test_a_request_asked_again_leaves_once(asked, action, asha, ben, now):
    supporting.ask(action=action, by=asha, supporter=None, now=now)
    supporting.ask(action=action, by=asha, supporter=ben, now=now)
    requests = Message.objects.filter(kind="actions.support_asked").order_by("pk")
    assert [context_of(m) is not None for m in requests] == [False, True]
