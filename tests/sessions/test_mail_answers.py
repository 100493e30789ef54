"""Answering a prompt from the mail: nothing this time, can't come, by a link for one person, without signing in."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from als_project.outbox import services as outbox
from als_project.users.models import User
from sessions.emails.answers import answers_to
from sessions.enums import Reply
from sessions.models import Attendance, Bid, Session
from sessions.services import bidding, replying, scheduling
from sessions.services.prompting import queue_prompts
from sets.models import LearningSet, Membership
from tests.cast import SignedIn
from tests.factories import end, join, make_user
from tests.rows import every_row
from tests.sessions.acts import move, offer, schedule
from tests.sessions.pages import words

STARTS = datetime(2026, 10, 13, 13, 0, tzinfo=UTC)
WEEK_BEFORE = STARTS - timedelta(days=6)
NOTHING, CANT_COME = "Nothing this time", "I can’t come"
Mailbox = list[EmailMultiAlternatives]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(WEEK_BEFORE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session(learning_set: LearningSet, gita: User) -> Session:
    return schedule(learning_set, gita, now=WEEK_BEFORE - timedelta(days=30), starts_at=STARTS)


def offered(session: Session, membership: Membership) -> dict[str, str]:
    membership = Membership.objects.select_related("learning_set", "user").get(pk=membership.pk)
    answers = answers_to(session, membership)
    return {answer.words: answer.address.removeprefix("http://testserver") for answer in answers}


@pytest.fixture
def links(session: Session, memberships: dict[str, Membership]) -> dict[str, str]:
    """Ben's."""
    return offered(session, memberships["Ben"])


def said(session: Session, person: User) -> tuple[str, bool]:
    """Their reply, and whether they bring nothing."""
    row = Attendance.objects.filter(session=session, user=person).first()
    return (row.reply, row.wants_nothing) if row else ("", False)


@pytest.mark.parametrize("words_of_link", [NOTHING, CANT_COME])
def test_a_scanner_that_follows_every_link_changes_no_row(links: dict[str, str], words_of_link: str) -> None:
    before = every_row()
    for method in ("get", "head", "get", "options"):
        getattr(Client(), method)(links[words_of_link])
    assert every_row() == before


def test_one_button_says_nothing_this_time(
    session: Session, links: dict[str, str], ben: User, signed_in: SignedIn
) -> None:
    response = signed_in(ben).post(links[NOTHING], follow=True)
    assert (response.status_code, said(session, ben)) == (200, ("", True))
    assert "Noted: nothing this time" in words(response)


def test_one_button_sends_apologies(session: Session, links: dict[str, str], ben: User, signed_in: SignedIn) -> None:
    response = signed_in(ben).post(links[CANT_COME], follow=True)
    assert (response.status_code, said(session, ben)) == (200, (Reply.APOLOGIES, False))
    assert "Your apologies are noted" in words(response)


@pytest.mark.parametrize("words_of_link", [NOTHING, CANT_COME])
def test_pressed_twice_it_stands_once_and_is_said_kindly(
    links: dict[str, str], ben: User, signed_in: SignedIn, words_of_link: str
) -> None:
    client = signed_in(ben)
    client.post(links[words_of_link])
    before = every_row()
    again = client.post(links[words_of_link])
    assert (again.status_code, again.content.count(b"<button class"), every_row() == before) == (200, 0, True)
    assert "oted" in words(again)


def test_the_page_says_when_on_its_persons_own_clock_and_nothing_of_the_set(
    session: Session, links: dict[str, str], learning_set: LearningSet, asha: User
) -> None:
    offer(session, asha, now=WEEK_BEFORE, headline="Delegating")
    for path in (links[NOTHING], links[CANT_COME]):
        page = words(Client().get(path))
        assert "Tuesday 13 October 2026, 16:00 (Nairobi)" in page
        assert [word for word in (learning_set.name, "Delegating", "Asha", "Gita", "Room 4") if word in page] == []


def test_apologies_take_the_topic_out_and_leave_it_its_owners(
    session: Session, links: dict[str, str], ben: User
) -> None:
    bid = offer(session, ben, now=WEEK_BEFORE)
    Client().post(links[CANT_COME])
    bid.refresh_from_db()
    assert (bid.is_standing, bid.topic.owner, bid.topic.headline) == (False, ben, "My team talks past me")


def test_nothing_this_time_never_withdraws_a_topic_offered_since(
    session: Session, links: dict[str, str], ben: User
) -> None:
    offer(session, ben, now=WEEK_BEFORE)
    assert [Client().get(links[NOTHING]).status_code, Client().post(links[NOTHING]).status_code] == [410, 410]
    assert Bid.objects.standing().filter(member=ben).count() == 1


def leave(session: Session, gita: User, memberships: dict[str, Membership]) -> None:
    end(memberships["Ben"])


def leave_and_come_back(session: Session, gita: User, memberships: dict[str, Membership]) -> None:
    join(session.learning_set, end(memberships["Ben"]).user)


def be_moved(session: Session, gita: User, memberships: dict[str, Membership]) -> None:
    move(session, gita, now=WEEK_BEFORE, starts_at=STARTS + timedelta(days=1))


def be_cancelled(session: Session, gita: User, memberships: dict[str, Membership]) -> None:
    scheduling.cancel_session(session=session, by=gita, now=WEEK_BEFORE)


@pytest.mark.parametrize("words_of_link", [NOTHING, CANT_COME])
@pytest.mark.parametrize("happens", [leave, leave_and_come_back, be_moved, be_cancelled])
def test_it_dies_with_the_membership_and_with_a_session_moved_or_cancelled(
    session: Session,
    links: dict[str, str],
    gita: User,
    memberships: dict[str, Membership],
    words_of_link: str,
    happens: Callable[..., None],
) -> None:
    happens(session, gita, memberships)
    before = every_row()
    answers = [Client().get(links[words_of_link]), Client().post(links[words_of_link])]
    assert ([answer.status_code for answer in answers], every_row() == before) == ([410, 410], True)


def test_another_place_is_no_other_date(session: Session, links: dict[str, str], gita: User, ben: User) -> None:
    move(session, gita, now=WEEK_BEFORE, place="Room 5")
    assert Client().post(links[CANT_COME]).status_code == 302
    assert said(session, ben) == (Reply.APOLOGIES, False)


@pytest.mark.parametrize("words_of_link", [NOTHING, CANT_COME])
def test_it_ends_when_the_session_begins(
    session: Session, links: dict[str, str], ben: User, clock: Any, words_of_link: str
) -> None:
    clock.move_to(STARTS)
    assert [Client().get(links[words_of_link]).status_code, Client().post(links[words_of_link]).status_code] == [
        410
    ] * 2
    assert said(session, ben) == ("", False)


@pytest.mark.parametrize("words_of_link", [NOTHING, CANT_COME])
def test_it_works_for_that_person_only(
    session: Session, links: dict[str, str], asha: User, ben: User, signed_in: SignedIn, words_of_link: str
) -> None:
    response = signed_in(asha).post(links[words_of_link])
    assert (response.status_code, "Ben" in words(response)) == (403, False)
    assert (said(session, asha), said(session, ben)) == (("", False), ("", False))


def test_a_link_of_another_sets_membership_answers_nothing(
    session: Session, memberships: dict[str, Membership], ben: User, stranger: User
) -> None:
    elsewhere = Membership.objects.get(user=stranger)
    path = offered(session, elsewhere)[CANT_COME]
    assert [Client().get(path).status_code, Client().post(path).status_code] == [410, 410]


def sent(kind: str, mailbox: Mailbox, *, days: float) -> dict[str, str]:
    """The text of each mail of the kind, by its reader."""
    at = STARTS - timedelta(days=days)
    mailbox.clear()
    with time_machine.travel(at, tick=False):
        queue_prompts(now=at)
        while outbox.send_due(now=at):
            pass
    return {mail.to[0].split("@")[0]: str(mail.body) for mail in mailbox if kind in mail.extra_headers["List-Id"]}


def asked(text: str) -> list[str]:
    return [line for line in ("Offer a topic:", f"{NOTHING}:", f"{CANT_COME}:") if f"\n{line}\nhttp" in text]


@pytest.mark.parametrize(("kind", "days"), [("topic-prompt", 6), ("topic-nudge", 1.9)])
def test_prompts_carry_all_three_each_with_its_words(
    session: Session, mailoutbox: Mailbox, kind: str, days: float
) -> None:
    texts = sent(kind, mailoutbox, days=days)
    assert {name: asked(text) for name, text in texts.items()} == {
        name: ["Offer a topic:", "Nothing this time:", "I can’t come:"] for name in ("asha", "ben")
    }


def test_a_reminder_carries_what_its_reader_may_still_answer(
    session: Session, learning_set: LearningSet, asha: User, ben: User, mailoutbox: Mailbox
) -> None:
    dora = make_user("Dora")
    join(learning_set, dora)
    offer(session, asha, now=WEEK_BEFORE)
    bidding.want_nothing(session=session, by=ben, now=WEEK_BEFORE)
    texts = sent("reminder", mailoutbox, days=0.9)
    assert {name: asked(text) for name, text in texts.items()} == {
        "asha": ["I can’t come:"],
        "ben": ["I can’t come:"],
        "dora": ["Offer a topic:", "Nothing this time:", "I can’t come:"],
        "gita": ["I can’t come:"],
    }


def test_a_set_without_bids_is_not_offered_any(
    session: Session, learning_set: LearningSet, memberships: dict[str, Membership]
) -> None:
    LearningSet.objects.update(process="equal-time")
    assert list(offered(session, memberships["Ben"])) == [CANT_COME]


def test_each_link_in_a_mail_leads_to_its_page(session: Session, ben: User, mailoutbox: Mailbox) -> None:
    text = sent("topic-prompt", mailoutbox, days=6)["ben"]
    addresses = dict(re.findall(r"^(.+):\nhttp://testserver(/\S+)$", text, re.MULTILINE))
    assert Client().get(addresses["Offer a topic"]).headers["Location"].startswith("/accounts/login/")
    assert "No topic of yours this time?" in words(Client().get(addresses[NOTHING]))
    assert "You can’t come?" in words(Client().get(addresses[CANT_COME]))


def test_apologies_already_sent_are_said_to_stand(
    session: Session, links: dict[str, str], ben: User, signed_in: SignedIn
) -> None:
    replying.reply(session=session, by=ben, reply=Reply.APOLOGIES, now=WEEK_BEFORE, reason="A funeral")
    page = words(signed_in(ben).post(links[CANT_COME]))
    assert ("Your apologies are noted" in page, "funeral" in page) == (True, False)
    assert Attendance.objects.get(session=session, user=ben).reason == "A funeral"


@pytest.mark.parametrize("words_of_link", [NOTHING, CANT_COME])
def test_who_only_holds_the_mail_does_not_learn_whether_it_was_answered(
    links: dict[str, str], memberships: dict[str, Membership], words_of_link: str
) -> None:
    thanks = Client().post(links[words_of_link], follow=True)
    answered = [getattr(Client(), method)(links[words_of_link]) for method in ("get", "post")]
    end(memberships["Ben"])
    left = [getattr(Client(), method)(links[words_of_link]) for method in ("get", "post")]
    assert [(page.status_code, words(page)) for page in answered] == [(410, words(page)) for page in left]
    assert ("Thank you" in words(thanks), "oted" in words(thanks), "Ben" in words(thanks)) == (True, False, False)


@pytest.mark.parametrize("words_of_link", [NOTHING, CANT_COME])
def test_its_person_hears_that_somebody_answered_who_was_not_signed_in(
    session: Session, links: dict[str, str], signed_in: SignedIn, ben: User, mailoutbox: Mailbox, words_of_link: str
) -> None:
    mailoutbox.clear()
    for _again in range(2):
        Client().post(links[words_of_link])
    while outbox.send_due(now=WEEK_BEFORE):
        pass
    (mail,) = [mail for mail in mailoutbox if "An answer was given" in mail.subject]
    assert (mail.to, f"http://testserver/sessions/{session.pk}/" in str(mail.body).splitlines()) == ([ben.email], True)
