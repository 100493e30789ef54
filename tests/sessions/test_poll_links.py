"""The link by which one person answers from their mail."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from als_project.outbox import services as outbox
from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.models import Poll, PollAnswer
from sessions.services import polling
from sessions.services.poll_links import link_for
from sets.models import LearningSet, Membership
from tests.cast import SignedIn
from tests.factories import end, join, make_set
from tests.sessions.pages import words
from tests.sessions.poll_acts import answer, ask, change, said
from tests.sessions.room_acts import at_once

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def poll(learning_set: LearningSet, gita: User) -> Poll:
    return ask(learning_set, gita, now=NOW)


@pytest.fixture
def path(poll: Poll, memberships: dict[str, Membership]) -> str:
    return link_for(poll, memberships["Ben"])


def typed(poll: Poll, *letters: str) -> dict[str, str]:
    options = list(poll.options.all())
    words = {"y": "yes", "i": "if_need_be", "n": "no"}
    sent = {f"option_{option.pk}": words[letter] for option, letter in zip(options, letters, strict=False)}
    return {"seen": ".".join(str(option.pk) for option in options), **sent}


def test_looking_at_it_changes_nothing(client: Client, poll: Poll, path: str) -> None:
    for look in (client.get, client.head, client.get):
        assert look(path).status_code == 200
    assert client.options(path).status_code in (200, 405)
    assert PollAnswer.objects.count() == 0


def test_one_button_answers_without_signing_in(client: Client, poll: Poll, path: str) -> None:
    response = client.post(path, typed(poll, "y", "i"))
    assert (response.status_code, said(poll)) == (200, {"Ben": "yi"})
    assert "Thank you, Ben" in words(response)
    assert "_auth_user_id" not in client.session


def test_times_are_on_the_clock_of_whom_it_was_sent_to(client: Client, path: str) -> None:
    page = words(client.get(path))
    assert "Tuesday 15 September 2026, 12:00 (Nairobi)" in page
    assert "Tuesday 15 September 2026, 10:00 (London)" in page


def test_what_was_answered_before_is_shown_to_its_person_signed_in_and_can_be_changed(
    signed_in: SignedIn, poll: Poll, path: str, ben: User
) -> None:
    answer(poll, ben, "yn", now=NOW)
    client = signed_in(ben)
    form = client.get(path).context["form"]
    assert [form.field_of(option).value() for option in poll.options.all()] == ["yes", "no"]
    client.post(path, typed(poll, "i", "y"))
    assert said(poll) == {"Ben": "iy"}


def test_who_only_holds_the_mail_finds_the_page_as_if_nothing_had_been_answered(
    client: Client, poll: Poll, path: str, ben: User
) -> None:
    tokens = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|nonce-\S+')
    before = tokens.sub("", client.get(path).content.decode())
    answer(poll, ben, "yn", now=NOW)
    assert tokens.sub("", client.get(path).content.decode()) == before


def test_they_answer_anew_and_what_they_leave_open_stands_unseen(
    client: Client, poll: Poll, path: str, ben: User
) -> None:
    answer(poll, ben, "yi", now=NOW)
    first, second = poll.options.all()
    response = client.post(path, {"seen": f"{first.pk}.{second.pk}", f"option_{first.pk}": "no"})
    page = words(response)
    assert said(poll) == {"Ben": "ni"}
    assert ("No" in page, "If need be" in page, "Wednesday 16 September 2026" in page) == (True, False, False)
    assert "A date you left open counts as no, unless you answered it before." in page


def test_its_person_hears_that_somebody_answered_and_not_what(
    client: Client, poll: Poll, path: str, ben: User, mailoutbox: list[Any]
) -> None:
    client.post(path, typed(poll, "y", "i"))
    while outbox.send_due(now=NOW):
        pass
    (mail,) = [mail for mail in mailoutbox if "An answer was given" in mail.subject]
    assert (mail.to, f"\nhttp://testserver/polls/{poll.pk}/\n" in mail.body) == ([ben.email], True)
    assert "we were told which dates suit you. Nobody had signed in." in mail.body
    assert [word for word in ("September", "Yes", "need be", poll.learning_set.name) if word in mail.body] == []


def heard() -> list[str]:
    return [row.to.name for row in Message.objects.filter(kind="outbox.answered") if row.to]


def test_they_hear_once_of_the_same_answers_and_again_of_others(
    client: Client, poll: Poll, path: str, clock: Any
) -> None:
    for letters in ("yi", "yi", "yn"):
        clock.shift(60)
        client.post(path, typed(poll, *letters))
    assert heard() == ["Ben", "Ben"]


@pytest.mark.django_db(transaction=True)
def test_pressed_several_times_at_once_they_hear_once(poll: Poll, path: str) -> None:
    form = typed(poll, "y", "i")
    results = at_once(*[lambda: Client().post(path, form).status_code] * 4)
    assert (results, heard()) == ([200] * 4, ["Ben"])


def test_who_signed_in_hears_nothing(signed_in: SignedIn, poll: Poll, path: str, ben: User) -> None:
    signed_in(ben).post(path, typed(poll, "y", "i"))
    assert (said(poll), heard()) == ({"Ben": "yi"}, [])


def test_nobody_elses_name_or_answer_is_on_the_page(client: Client, poll: Poll, path: str, asha: User) -> None:
    answer(poll, asha, "yn", now=NOW)
    page = words(client.get(path))
    assert [name for name in ("Asha", "Gita", poll.learning_set.name) if name in page] == []


@pytest.mark.parametrize(
    "broken", [lambda p: p[:-3] + "xx/", lambda p: p.replace("answer/", "answer/1"), lambda p: "/polls/answer/1.2/"]
)
def test_a_forged_link_leads_nowhere(client: Client, poll: Poll, path: str, broken: Any) -> None:
    for act in (client.get, client.post):
        assert act(broken(path)).status_code == 404
    assert PollAnswer.objects.count() == 0


def test_it_dies_with_the_membership_and_a_new_one_does_not_revive_it(
    client: Client, poll: Poll, path: str, ben: User, memberships: dict[str, Membership]
) -> None:
    end(memberships["Ben"])
    assert [client.get(path).status_code, client.post(path, typed(poll, "y", "y")).status_code] == [404, 404]
    join(poll.learning_set, ben)
    assert client.post(path, typed(poll, "y", "y")).status_code == 404
    assert PollAnswer.objects.count() == 0


def test_it_dies_with_the_account(client: Client, poll: Poll, path: str, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    assert client.post(path, typed(poll, "y", "y")).status_code == 404


def test_it_expires_with_the_deadline_and_lives_on_when_more_time_is_given(
    client: Client, poll: Poll, path: str, gita: User, clock: Any
) -> None:
    clock.move_to(poll.deadline_at)
    response = client.post(path, typed(poll, "y", "y"))
    assert (response.status_code, PollAnswer.objects.count()) == (410, 0)
    assert "The time for answers is over." in words(response)
    dates = [(option, option.starts_at) for option in poll.options.all()]
    change(poll, gita, *dates, now=poll.deadline_at, deadline_at=poll.deadline_at + DAY)
    assert client.post(path, typed(poll, "y", "y")).status_code == 200


@pytest.mark.parametrize("how", ["chosen", "closed"])
def test_it_is_gone_when_the_poll_is_over(client: Client, poll: Poll, path: str, gita: User, how: str) -> None:
    if how == "chosen":
        polling.choose_date(option=poll.options.first(), by=gita, now=NOW)
    else:
        polling.close_poll(poll=poll, by=gita, now=NOW)
    assert [client.get(path).status_code, client.post(path).status_code] == [410, 410]
    assert PollAnswer.objects.count() == 0


def test_it_works_for_that_person_only(signed_in: SignedIn, poll: Poll, path: str, asha: User, ben: User) -> None:
    for act in (signed_in(asha).get, signed_in(asha).post):
        response = act(path, typed(poll, "y", "y"))
        assert (response.status_code, "Ben" in words(response)) == (403, False)
    assert said(poll) == {}
    assert signed_in(ben).post(path, typed(poll, "y", "y")).headers["Location"] == f"/polls/{poll.pk}/"
    assert said(poll) == {"Ben": "yy"}


def test_a_link_of_one_poll_answers_no_other(
    client: Client, poll: Poll, path: str, gita: User, ben: User, memberships: dict[str, Membership]
) -> None:
    other = make_set("Other")
    join(other, gita, facilitates=True)
    elsewhere = ask(other, gita, now=NOW)
    assert client.get(link_for(elsewhere, memberships["Ben"])).status_code == 404


def test_dates_that_changed_meanwhile_are_shown_again_with_what_was_typed(
    client: Client, poll: Poll, path: str, gita: User
) -> None:
    sent = typed(poll, "y", "i")
    first, second = poll.options.all()
    change(poll, gita, (first, first.starts_at), (second, NOW + 21 * DAY), now=NOW)
    response = client.post(path, sent)
    assert (response.status_code, said(poll)) == (422, {})
    assert "The dates have changed since you opened this page." in words(response)
    form = response.context["form"]
    assert [form.field_of(option).value() for option in poll.options.all()] == ["yes", None]
    assert client.post(path, {**sent, "seen": form.seen_now}).status_code == 200
    assert said(poll) == {"Ben": "yn"}


def test_an_empty_form_is_asked_again_and_none_of_these_is_an_answer(client: Client, poll: Poll, path: str) -> None:
    response = client.post(path, typed(poll))
    assert (response.status_code, said(poll)) == (422, {})
    assert "You have not said anything yet." in words(response)
    client.post(path, {**typed(poll), "none": "1"})
    assert said(poll) == {"Ben": "nn"}
