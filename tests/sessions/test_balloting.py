"""The secret ballot: marks given alone, shown together, deciding nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from als_project.users.models import User
from sessions.models import Ballot, BallotPaper, Bid, Session
from sessions.services import balloting, bidding
from sets.models import LearningSet, Membership
from tests.cast import SignedIn
from tests.factories import join, make_bid, make_user
from tests.sessions.pages import stamp, url, words
from tests.sessions.room_acts import START, choose, go_to


@pytest.fixture
def bids(choosing: Session) -> dict[str, Bid]:
    return {bid.member.name: bid for bid in choosing.bids.select_related("member")}


@pytest.fixture
def ballot(choosing: Session, gita: User) -> Ballot:
    return balloting.open_ballot(session=choosing, by=gita, marks_each=3, now=START)


def give(session: Session, by: User, marks: dict[Bid, int]) -> BallotPaper:
    return balloting.give_marks(session=session, by=by, marks=marks, now=START)


def close(session: Session, by: User) -> Ballot:
    return balloting.close_ballot(session=session, by=by, now=START)


def test_marks_add_up_when_it_is_closed_and_the_papers_are_gone(
    choosing: Session, ballot: Ballot, bids: dict[str, Bid], asha: User, ben: User, gita: User
) -> None:
    give(choosing, asha, {bids["Asha"]: 2, bids["Ben"]: 1})
    give(choosing, ben, {bids["Asha"]: 1})
    closed = close(choosing, gita)
    assert closed.marks == {str(bids["Asha"].pk): 3, str(bids["Ben"].pk): 1}
    assert (closed.papers_counted, BallotPaper.objects.count()) == (2, 0)


def test_it_decides_nothing(choosing: Session, ballot: Ballot, bids: dict[str, Bid], asha: User, gita: User) -> None:
    give(choosing, asha, {bids["Asha"]: 3})
    close(choosing, gita)
    assert (choosing.slots.count(), set(choosing.bids.values_list("state", flat=True))) == (0, {"offered"})


def test_marks_given_again_replace_the_first(
    choosing: Session, ballot: Ballot, bids: dict[str, Bid], asha: User, gita: User
) -> None:
    give(choosing, asha, {bids["Asha"]: 3})
    give(choosing, asha, {bids["Ben"]: 2})
    assert close(choosing, gita).marks == {str(bids["Asha"].pk): 0, str(bids["Ben"].pk): 2}


def test_nobody_has_more_marks_than_the_others(
    choosing: Session, ballot: Ballot, bids: dict[str, Bid], asha: User
) -> None:
    with pytest.raises(balloting.TooManyMarks, match="3 marks in all"):
        give(choosing, asha, {bids["Asha"]: 2, bids["Ben"]: 2})


def test_after_its_closing_nobody_marks(
    choosing: Session, ballot: Ballot, bids: dict[str, Bid], asha: User, gita: User
) -> None:
    close(choosing, gita)
    with pytest.raises(balloting.NoBallot):
        give(choosing, asha, {bids["Asha"]: 1})
    with pytest.raises(balloting.NoBallot):
        close(choosing, gita)


def test_opening_twice_keeps_the_marks_and_opening_after_closing_begins_anew(
    choosing: Session, ballot: Ballot, bids: dict[str, Bid], asha: User, gita: User
) -> None:
    give(choosing, asha, {bids["Asha"]: 1})
    assert balloting.open_ballot(session=choosing, by=gita, marks_each=9, now=START) == ballot
    assert BallotPaper.objects.count() == 1
    close(choosing, gita)
    again = balloting.open_ballot(session=choosing, by=gita, marks_each=1, now=START)
    assert (again.is_open, again.marks_each, Ballot.objects.count()) == (True, 1, 1)


def test_no_ballot_once_the_first_topic_has_begun(choosing: Session, asha: User, gita: User) -> None:
    choose(choosing, gita, (asha, 30))
    go_to(choosing, "bring-to-life", gita)
    with pytest.raises(balloting.NoBallot, match="the choice stands"):
        balloting.open_ballot(session=choosing, by=gita, marks_each=3, now=START)


def test_a_paper_is_its_voters_alone(
    choosing: Session, ballot: Ballot, bids: dict[str, Bid], asha: User, ben: User, gita: User
) -> None:
    give(choosing, asha, {bids["Asha"]: 1})
    assert [BallotPaper.objects.visible_to(person).count() for person in (asha, ben, gita)] == [1, 0, 0]


# --- The page --------------------------------------------------------------------------------------
def test_before_it_is_closed_the_page_tells_how_many_and_nothing_else(
    choosing: Session, ballot: Ballot, bids: dict[str, Bid], asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    give(choosing, asha, {bids["Asha"]: 2})
    for person in (ben, gita):
        page = words(signed_in(person).get(url("room", choosing)))
        assert "1 has given theirs." in page
        assert "What the ballot says" not in page
        assert "2 marks" not in page


def test_members_mark_on_the_page_and_who_only_facilitates_does_not(
    choosing: Session, ballot: Ballot, bids: dict[str, Bid], ben: User, gita: User, signed_in: SignedIn
) -> None:
    sent = {f"marks_{bids['Asha'].pk}": 2, f"marks_{bids['Ben'].pk}": ""}
    assert signed_in(ben).post(url("give_marks", choosing), sent).status_code == 302
    assert BallotPaper.objects.get().marks == f'{{"{bids["Asha"].pk}": 2}}'
    assert signed_in(gita).post(url("give_marks", choosing), sent).status_code == 403


def test_too_many_marks_come_back_as_typed(
    choosing: Session, ballot: Ballot, bids: dict[str, Bid], ben: User, signed_in: SignedIn
) -> None:
    sent = {f"marks_{bids['Asha'].pk}": 3, f"marks_{bids['Ben'].pk}": 2}
    response = signed_in(ben).post(url("give_marks", choosing), sent)
    assert response.status_code == 409
    assert "You have 3 marks in all." in words(response)
    assert [field.value() for field in response.context["marks_form"]] == ["3", "2"]


def test_marks_for_a_topic_that_is_gone_are_theirs_to_give_anew(
    choosing: Session, ballot: Ballot, bids: dict[str, Bid], asha: User, ben: User, signed_in: SignedIn
) -> None:
    bidding.withdraw_bid(bid=bids["Asha"], by=asha, now=START)
    client, gone, left = signed_in(ben), f"marks_{bids['Asha'].pk}", f"marks_{bids['Ben'].pk}"
    response = client.post(url("give_marks", choosing), {gone: 2, left: 1})
    assert response.status_code == 422
    assert "A topic that you marked has gone." in words(response)
    assert [(field.name, field.value()) for field in response.context["marks_form"]] == [(left, "1")]
    assert not BallotPaper.objects.exists()
    for none in ("", "0"):
        assert client.post(url("give_marks", choosing), {gone: none, left: 3}).status_code == 302
    assert BallotPaper.objects.get().marks == f'{{"{bids["Ben"].pk}": 3}}'


def test_no_marks_are_kept_for_a_topic_that_is_withdrawn_in_the_same_moment(
    choosing: Session, ballot: Ballot, bids: dict[str, Bid], asha: User, ben: User
) -> None:
    """After the page has looked at them, and before they are kept."""
    bidding.withdraw_bid(bid=bids["Asha"], by=asha, now=START)
    with pytest.raises(balloting.TopicGone):
        give(choosing, ben, {bids["Asha"]: 1, bids["Ben"]: 2})
    assert not BallotPaper.objects.exists()


def test_closed_it_shows_ties_as_ties_to_all(
    choosing: Session, ballot: Ballot, bids: dict[str, Bid], asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    give(choosing, asha, {bids["Asha"]: 2})
    give(choosing, ben, {bids["Ben"]: 2})
    signed_in(gita).post(url("ballot", choosing), {"way": "close"})
    for person in (asha, gita):
        page = words(signed_in(person).get(url("room", choosing)))
        assert "Asha's topic Asha: 2 marks, a tie" in page
        assert "Ben's topic Ben: 2 marks, a tie" in page


def test_open_pages_get_their_boxes_when_it_opens_and_closes(
    choosing: Session, ben: User, gita: User, signed_in: SignedIn
) -> None:
    client = signed_in(ben)
    seen = stamp(client.get(url("room", choosing)))
    signed_in(gita).post(url("ballot", choosing), {"marks_each": 3})
    now = client.get(url("room_now", choosing), {"stamp": seen})
    assert "Give my marks" in words(now)
    seen = stamp(now)
    signed_in(gita).post(url("ballot", choosing), {"way": "close"})
    now = words(client.get(url("room_now", choosing), {"stamp": seen}))
    assert ("Give my marks" in now, "What the ballot says" in now) == (False, True)


def test_as_many_queries_for_eight_topics_as_for_two(
    choosing: Session, ballot: Ballot, learning_set: LearningSet, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    counts = []
    for more in (0, 6):
        for number in range(more):
            dev = make_user(f"Dev {number}")
            join(learning_set, dev)
            make_bid(choosing, dev, "Another")
            give(choosing, dev, {})
        for person in (ben, gita):
            client = signed_in(person)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url("room", choosing)).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert Membership.objects.present().members().filter(learning_set=learning_set).count() == 8


def test_marks_that_come_when_the_choice_is_over_are_told(
    choosing: Session, ballot: Ballot, bids: dict[str, Bid], asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    close(choosing, gita)
    choose(choosing, gita, (asha, 30))
    go_to(choosing, "suggestions", gita)
    for marks in (0, 2):
        response = signed_in(ben).post(url("give_marks", choosing), {f"marks_{bids['Asha'].pk}": marks})
        page = words(response)
        assert ("Your marks were not saved." in page or "The ballot is closed." in page) is True
