"""What changes within a stage reaches the pages that are open: topics, who runs it, marks."""

import re

import pytest
from django.test import Client

from als_project.users.models import User
from sessions.models import Bid, Session, Stage
from sessions.services import attending, balloting, bidding, handing_over
from sets.models import Membership
from tests.cast import SignedIn
from tests.sessions.acts import offer
from tests.sessions.pages import HTMX, url, words
from tests.sessions.room_acts import START


class Page:
    """One open page of the room: it looks again with what it knows."""

    def __init__(self, client: Client, session: Session) -> None:
        self.client, self.session = client, session
        self.html = client.get(url("room", session)).content.decode()

    def looks(self) -> str:
        sent = {}
        for name in ("stamp", "people", "topics"):
            if found := re.search(rf'name="{name}" value="([^"]*)"', self.html):
                sent[name] = found[1]
        return self.client.get(url("room_now", self.session), sent, headers=HTMX).content.decode()


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("&#x27;", "'")


CHANGED = "The topics have changed since your form for choosing was made."


# --- Topics, while the set chooses -----------------------------------------------------------------
def test_a_topic_offered_now_reaches_whoever_chooses_and_their_form_stays(
    choosing: Session, gita: User, dora: User, signed_in: SignedIn
) -> None:
    page = Page(signed_in(gita), choosing)
    offer(choosing, dora, now=START, headline="Dora's topic")
    fresh = page.looks()
    assert (CHANGED in text(fresh), "Dora's topic" in text(fresh), 'id="room-writing"' in fresh) == (True, True, False)


def test_so_does_one_that_is_withdrawn(choosing: Session, gita: User, asha: User, signed_in: SignedIn) -> None:
    page = Page(signed_in(gita), choosing)
    bidding.withdraw_bid(bid=choosing.bids.get(member=asha), by=asha, now=START)
    fresh = text(page.looks())
    assert (CHANGED in fresh, "Ben's topic" in fresh, "Asha's topic" in fresh) == (True, True, False)


def test_while_they_are_the_same_nothing_is_said(
    choosing: Session, gita: User, ben: User, dora: User, signed_in: SignedIn
) -> None:
    page = Page(signed_in(gita), choosing)
    attending.note_presence(session=choosing, by=gita, presences={dora.pk: "late"}, now=START)
    assert (CHANGED in text(page.looks()), "Ben's topic" in text(page.looks())) == (False, False)


def test_who_does_not_choose_sees_the_list_itself(
    choosing: Session, ben: User, dora: User, signed_in: SignedIn
) -> None:
    page = Page(signed_in(ben), choosing)
    offer(choosing, dora, now=START, headline="Dora's topic")
    fresh = text(page.looks())
    assert (CHANGED in fresh, "Dora's topic" in fresh) == (False, True)


@pytest.mark.parametrize("way", ["withdrawn", "absent"])
def test_a_chosen_topic_that_has_gone_is_told_and_the_rest_of_the_choice_stays(
    way: str, choosing: Session, gita: User, asha: User, signed_in: SignedIn
) -> None:
    theirs, other = choosing.bids.get(member=asha), choosing.bids.exclude(member=asha).get()
    if way == "withdrawn":
        bidding.withdraw_bid(bid=theirs, by=asha, now=START)
    else:
        attending.note_presence(session=choosing, by=gita, presences={asha.pk: "absent"}, now=START)
    sent = _choice(theirs, 1, 30) | _choice(other, 2, 37)
    response = signed_in(gita).post(url("choose", choosing), sent)
    assert (response.status_code, choosing.slots.count()) == (422, 0)
    assert "A topic to which you gave a place can't be taken any more." in words(response)
    assert response.context["choose_form"][f"minutes_{other.pk}"].value() == "37"
    again = signed_in(gita).post(url("choose", choosing), _choice(other, 2, 37))
    assert (again.status_code, [slot.minutes for slot in choosing.slots.all()]) == (302, [37])


def _choice(bid: Bid, place: int, minutes: int) -> dict[str, object]:
    return {"seen": "", f"place_{bid.pk}": place, f"minutes_{bid.pk}": minutes}


# --- Who runs it -----------------------------------------------------------------------------------
def hand_to(membership: Membership, session: Session, by: User) -> None:
    handing_over.ask_to_run(session=session, by=by, to=membership, for_topic=False, now=START)
    handing_over.accept_running(session=session, by=membership.user, now=START)


def test_a_new_runner_has_the_forms_at_once(
    choosing: Session, gita: User, ben: User, memberships: dict[str, Membership], signed_in: SignedIn
) -> None:
    page = Page(signed_in(ben), choosing)
    assert "Who is here" not in text(page.html)
    hand_to(memberships["Ben"], choosing, gita)
    fresh = text(page.looks())
    for words_of_it in (
        "Choose these topics",
        "Hand over to somebody else",
        "Who is here",
        "Somebody who writes for all",
    ):
        assert words_of_it in fresh


def test_what_is_handed_back_within_a_stage_can_be_steered_again(
    suggestions: Stage, gita: User, ben: User, memberships: dict[str, Membership], signed_in: SignedIn
) -> None:
    session = suggestions.session
    hand_to(memberships["Ben"], session, gita)
    page = Page(signed_in(gita), session)
    assert "Hand over to somebody else" not in text(page.html)
    handing_over.take_back(session=session, by=ben, now=START)
    assert "Hand over to somebody else" in text(page.looks())


# --- Marks -----------------------------------------------------------------------------------------
def test_how_many_have_given_their_marks_is_true_on_every_page(
    choosing: Session, gita: User, asha: User, ben: User, signed_in: SignedIn
) -> None:
    balloting.open_ballot(session=choosing, by=gita, marks_each=3, now=START)
    page = Page(signed_in(ben), choosing)
    assert "0 have given theirs." in text(page.html)
    bid = choosing.bids.get(member=asha)
    balloting.give_marks(session=choosing, by=asha, marks={bid: 2}, now=START)
    assert "1 has given theirs." in text(page.looks())
