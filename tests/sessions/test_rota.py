"""Whose turn it is: in turn by itself in a self-facilitated set, and exchanged only with a yes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction

from als_project.outbox import services as outbox
from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.enums import SessionState, TurnState
from sessions.models import Session, TurnRequest
from sessions.rota_page import rota_of
from sessions.services import rota, turns
from sets.enums import Facilitation
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.factories import end, join, make_session, make_set, make_user
from tests.sessions.pages import words
from tests.sessions.room_acts import at_once

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
Mailbox = list[EmailMultiAlternatives]


@pytest.fixture(autouse=True)
def _first_of_september() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def together(asha: User, ben: User) -> LearningSet:
    """Asha, Ben and Dev look after their set themselves."""
    learning_set = make_set("Together", facilitation=Facilitation.SELF_FACILITATED)
    for person in (ben, asha, make_user("Dev")):
        join(learning_set, person)
    return learning_set


@pytest.fixture
def bens(together: LearningSet, ben: User) -> Session:
    return make_session(together, days=7, facilitator=ben)


@pytest.fixture
def ashas(together: LearningSet, asha: User) -> Session:
    return make_session(together, days=35, facilitator=asha)


def names(people: list[User]) -> str:
    return " ".join(person.name for person in people)


def holder(session: Session) -> str:
    return Session.objects.values_list("facilitator__name", flat=True).get(pk=session.pk)


def send() -> None:
    while outbox.send_due(now=NOW):
        pass


# --- In turn -------------------------------------------------------------------------------------


def test_members_host_in_turn_by_name_and_by_when_they_last_did(together: LearningSet, asha: User, ben: User) -> None:
    assert names(rota.in_turn(together)) == "Asha Ben Dev"
    make_session(together, days=7, facilitator=asha)
    assert names(rota.in_turn(together)) == "Ben Dev Asha"
    make_session(together, days=14, facilitator=ben)
    make_session(together, days=3, facilitator=ben)
    assert names(rota.in_turn(together)) == "Dev Asha Ben"


def test_a_cancelled_session_is_no_turn_and_another_set_is_another_matter(together: LearningSet, asha: User) -> None:
    make_session(together, facilitator=asha, state=SessionState.CANCELLED, cancelled_at=NOW)
    make_session(make_set("Other"), facilitator=asha)
    assert names(rota.in_turn(together)) == "Asha Ben Dev"


def test_a_run_goes_round_beginning_with_whom_it_was_said(together: LearningSet, ben: User) -> None:
    assert names(rota.turns(together, first=ben, count=7)) == "Ben Asha Dev Ben Asha Dev Ben"


def test_the_form_proposes_whose_turn_it_is(together: LearningSet, asha: User, ben: User, signed_in: SignedIn) -> None:
    make_session(together, facilitator=asha)
    for page in ("sessions/schedule", "polls/open", "sessions/plan"):
        form = signed_in(asha).get(f"/sets/{together.pk}/{page}/").context["form"]
        assert form["facilitator"].value() == ben.pk


# --- Asking and answering ------------------------------------------------------------------------


def test_a_turn_changes_hands_with_a_yes_and_not_before(bens: Session, ben: User, asha: User) -> None:
    request = turns.ask(session=bens, by=ben, taker=asha, now=NOW)
    assert (holder(bens), request.asked) == ("Ben", asha)
    turns.answer(request=request, by=asha, accepts=True, now=NOW)
    assert holder(bens) == "Asha"
    assert list(Message.objects.order_by("pk").values_list("kind", "to__name")) == [
        ("sessions.turn_asked", "Asha"),
        ("sessions.turn_answered", "Ben"),
    ]


def test_a_no_leaves_the_rota_as_it_was(bens: Session, ben: User, asha: User) -> None:
    request = turns.ask(session=bens, by=ben, taker=asha, now=NOW)
    assert turns.answer(request=request, by=asha, accepts=False, now=NOW).state == TurnState.DECLINED
    assert holder(bens) == "Ben"


def test_who_offers_to_take_a_turn_needs_the_holders_yes(bens: Session, ben: User, asha: User) -> None:
    request = turns.ask(session=bens, by=asha, taker=asha, now=NOW)
    assert request.asked == ben
    with pytest.raises(PermissionDenied):
        turns.answer(request=request, by=asha, accepts=True, now=NOW)
    turns.answer(request=request, by=ben, accepts=True, now=NOW)
    assert holder(bens) == "Asha"


def test_a_swap_changes_both_or_neither(bens: Session, ashas: Session, ben: User, asha: User) -> None:
    request = turns.ask(session=bens, by=ben, taker=asha, in_return=ashas, now=NOW)
    turns.answer(request=request, by=asha, accepts=True, now=NOW)
    assert (holder(bens), holder(ashas)) == ("Asha", "Ben")


@pytest.mark.parametrize("what", ["cancelled", "given away", "left"])
def test_what_has_changed_meanwhile_is_not_exchanged(
    bens: Session, ashas: Session, together: LearningSet, ben: User, asha: User, what: str
) -> None:
    dev = User.objects.get(name="Dev")
    request = turns.ask(session=bens, by=ben, taker=asha, in_return=ashas, now=NOW)
    if what == "cancelled":
        Session.objects.filter(pk=ashas.pk).update(state=SessionState.CANCELLED, cancelled_at=NOW)
    elif what == "given away":
        Session.objects.filter(pk=bens.pk).update(facilitator=dev)
    else:
        end(together.memberships.get(user=asha))
    with pytest.raises(turns.NoLongerAsked):
        turns.answer(request=request, by=asha, accepts=True, now=NOW)
    assert (holder(bens), holder(ashas)) == ("Dev" if what == "given away" else "Ben", "Asha")


def test_a_turn_is_asked_about_once_at_a_time(bens: Session, ben: User, asha: User) -> None:
    request = turns.ask(session=bens, by=ben, taker=asha, now=NOW)
    with pytest.raises(turns.CantAsk, match="already"):
        turns.ask(session=bens, by=asha, taker=asha, now=NOW)
    turns.withdraw(request=request, by=ben, now=NOW)
    assert turns.ask(session=bens, by=asha, taker=asha, now=NOW).is_open


def test_who_was_asked_about_a_turn_that_was_given_to_another_is_asked_no_more(
    bens: Session, ashas: Session, ben: User, asha: User
) -> None:
    dev = User.objects.get(name="Dev")
    turns.ask(session=ashas, by=asha, taker=dev, now=NOW)
    swap = turns.ask(session=bens, by=ben, taker=asha, in_return=ashas, now=NOW)
    turns.answer(request=swap, by=asha, accepts=True, now=NOW)
    assert turns.ask(session=ashas, by=ben, taker=dev, now=NOW).is_open


def test_only_the_two_exchange_turns(bens: Session, ben: User, asha: User, stranger: User) -> None:
    with pytest.raises(PermissionDenied):
        turns.ask(session=bens, by=asha, taker=User.objects.get(name="Dev"), now=NOW)
    with pytest.raises(turns.CantAsk, match="does not belong"):
        turns.ask(session=bens, by=ben, taker=stranger, now=NOW)
    with pytest.raises(turns.CantAsk, match="their turn already"):
        turns.ask(session=bens, by=ben, taker=ben, now=NOW)
    request = turns.ask(session=bens, by=ben, taker=asha, now=NOW)
    with pytest.raises(PermissionDenied):
        turns.withdraw(request=request, by=asha, now=NOW)


def test_the_database_refuses_what_is_no_exchange(bens: Session, ben: User, asha: User) -> None:
    right = {"session": bens, "holder": ben, "taker": asha, "asked_by": ben, "asked_at": NOW}
    for wrong in (
        {"taker": ben},
        {"asked_by": User.objects.get(name="Dev")},
        {"state": TurnState.ACCEPTED},
        {"answered_at": NOW},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            TurnRequest.objects.create(**{**right, **wrong})


@pytest.mark.django_db(transaction=True)
def test_a_yes_and_a_withdrawal_at_once_leave_one_of_them(bens: Session, ben: User, asha: User) -> None:
    request = turns.ask(session=bens, by=ben, taker=asha, now=NOW)
    said, withdrawn = at_once(
        lambda: turns.answer(request=request, by=asha, accepts=True, now=NOW),
        lambda: turns.withdraw(request=request, by=ben, now=NOW),
    )
    request.refresh_from_db()
    if isinstance(said, TurnRequest):
        assert (type(withdrawn), request.state, holder(bens)) == (turns.NoLongerAsked, TurnState.ACCEPTED, "Asha")
    else:
        assert (type(said), request.state, holder(bens)) == (turns.NoLongerAsked, TurnState.WITHDRAWN, "Ben")


# --- Pages and mail ------------------------------------------------------------------------------


def test_the_rota_shows_whose_turn_it_is_and_asks_who_was_asked(
    bens: Session, ashas: Session, together: LearningSet, ben: User, asha: User, signed_in: SignedIn
) -> None:
    path = f"/sets/{together.pk}/rota/"
    response = signed_in(ben).post(f"/sessions/{bens.pk}/turn/", {"way": f"swap-{ashas.pk}"})
    assert response.headers["Location"] == path
    page = words(signed_in(asha).get(path))
    assert "Ben asks Asha: Asha takes it over, and Ben takes Tuesday 6 October 2026, 10:00 (London)." in page
    assert ("Agree" in page, "Withdraw it" in words(signed_in(ben).get(path))) == (True, True)
    request = TurnRequest.objects.get()
    assert "Ben asks you about a turn in Together" in words(signed_in(asha).get("/"))
    signed_in(asha).post(f"/turns/{request.pk}/answer/", {"answer": "yes"})
    assert (holder(bens), holder(ashas)) == ("Asha", "Ben")


def test_the_choices_are_those_that_make_sense(
    bens: Session, ashas: Session, ben: User, asha: User, signed_in: SignedIn
) -> None:
    def ways(person: User) -> list[str]:
        form = signed_in(person).get(f"/sessions/{bens.pk}/turn/").context["form"]
        return [label for _value, label in form.fields["way"].choices]

    assert ways(ben) == [
        "Asha takes it over",
        "Dev takes it over",
        "Asha takes it over, and I take theirs: Tuesday 6 October 2026, 12:00 (Nairobi)",
    ]
    assert ways(asha) == [
        "I take it over",
        "I take it over, and Ben takes mine: Tuesday 6 October 2026, 10:00 (London)",
    ]
    assert ways(User.objects.get(name="Dev")) == ["I take it over"]


def test_what_is_no_choice_is_refused(bens: Session, ben: User, signed_in: SignedIn) -> None:
    for way in ("", "person-0", "swap-999", "nonsense"):
        assert signed_in(ben).post(f"/sessions/{bens.pk}/turn/", {"way": way}).status_code == 422
    assert TurnRequest.objects.count() == 0


def test_whoever_left_has_no_turn(bens: Session, together: LearningSet, ben: User, asha: User) -> None:
    end(together.memberships.get(user=ben))
    assert [(turn.holder, turn.may_ask) for turn in rota_of(together, asha).turns] == [(None, False)]


def test_the_mails_name_nobody_and_no_longer_leave_when_it_is_settled(
    bens: Session, ben: User, asha: User, mailoutbox: Mailbox
) -> None:
    request = turns.ask(session=bens, by=ben, taker=asha, now=NOW)
    send()
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([asha.email], "Whose turn on Tuesday 8 September 2026? You are asked")
    assert ("Ben" in str(mail.body), "To take: Tuesday 8 September 2026" in str(mail.body)) == (False, True)
    turns.withdraw(request=request, by=ben, now=NOW)
    turns.ask(session=bens, by=ben, taker=asha, now=NOW)
    TurnRequest.objects.filter(state=TurnState.ASKED).update(state=TurnState.WITHDRAWN, answered_at=NOW)
    send()
    assert len(mailoutbox) == 1


def test_a_rota_costs_the_same_for_one_session_and_for_twenty(
    bens: Session, together: LearningSet, ben: User, asha: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(4):
        rota_of(together, asha)
    for week in range(1, 20):
        session = make_session(together, starts_at=bens.starts_at + timedelta(weeks=week), facilitator=ben)
        turns.ask(session=session, by=ben, taker=asha, now=NOW)
    with django_assert_num_queries(4):
        assert len(rota_of(together, asha).turns) == 20


def test_a_facilitated_set_has_no_order_of_its_own(learning_set: LearningSet, asha: User) -> None:
    assert rota_of(learning_set, asha).order == []
