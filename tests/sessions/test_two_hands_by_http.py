"""Two send their forms at the same instant, as browsers do: one wins, the other's answer shows the new truth."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from als_project.users.models import User
from sessions.models import Contribution, Review, Session, Stage
from sessions.services import balloting
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.sessions.pages import HTMX, form_for, url, words
from tests.sessions.room_acts import at_once, current, go_to, opened, say, scheduled

pytestmark = pytest.mark.django_db(transaction=True)


def sends(client: Client, path: str, data: dict[str, Any], **options: Any) -> Callable[[], HttpResponse]:
    return lambda: client.post(path, data, **options)


def both(*requests: Callable[[], HttpResponse]) -> list[HttpResponse]:
    """Their answers. None is a failure of ours."""
    answers = at_once(*requests)
    assert all(isinstance(answer, HttpResponse) and answer.status_code < 500 for answer in answers), answers
    return answers


def won_and_lost(answers: list[HttpResponse]) -> HttpResponse:
    """One is taken on to the room, the other stays where they are. Gives the answer of the one who lost."""
    lost, won = sorted(answers, key=lambda answer: answer.status_code, reverse=True)
    assert (won.status_code, lost.status_code) == (302, 409)
    return lost


def test_two_who_go_on_move_it_once_and_both_are_there(
    suggestions: Stage, gita: User, ben: User, signed_in: SignedIn
) -> None:
    session = suggestions.session
    Session.objects.filter(pk=session.pk).update(facilitator=ben)
    to, form = url("next_stage", session), {"leaving": suggestions.pk}
    answers = both(*[sends(signed_in(person), to, form, headers=HTMX) for person in (gita, ben)])
    for answer in answers:
        assert re.search(r'id="stage-name"[^>]*>\s*Response\s*<', answer.content.decode())
    assert current(session).key == "response"
    assert session.stages.filter(started_at__isnull=False, ended_at=None).count() == 1


def test_of_two_who_choose_one_reads_the_others_choice_with_their_own_still_typed(
    choosing: Session, gita: User, ben: User, signed_in: SignedIn
) -> None:
    Session.objects.filter(pk=choosing.pk).update(facilitator=ben)
    bids = {bid.member.name: bid.pk for bid in choosing.bids.select_related("member")}
    forms = {name: {"seen": "", f"place_{pk}": 1, f"minutes_{pk}": 27} for name, pk in bids.items()}
    to = url("choose", choosing)
    answers = both(sends(signed_in(gita), to, forms["Asha"]), sends(signed_in(ben), to, forms["Ben"]))
    lost = won_and_lost(answers)
    slot = choosing.slots.get()
    assert slot.presenter.name == ("Asha" if answers[0].status_code == 302 else "Ben")
    assert "Somebody else has just chosen." in words(lost)
    theirs = "Ben" if slot.presenter.name == "Asha" else "Asha"
    assert re.search(rf'name="minutes_{bids[theirs]}"\s+value="27"', lost.content.decode())
    assert f'name="seen" value="{slot.pk}"' in lost.content.decode()


def test_marks_given_as_the_ballot_closes_count_or_are_refused(
    choosing: Session, gita: User, asha: User, signed_in: SignedIn
) -> None:
    ballot = balloting.open_ballot(session=choosing, by=gita, marks_each=3, now=timezone.now())
    bid = choosing.bids.get(member=asha)
    marked, closed = both(
        sends(signed_in(asha), url("give_marks", choosing), {f"marks_{bid.pk}": 2}),
        sends(signed_in(gita), url("ballot", choosing), {"way": "close"}, headers=HTMX),
    )
    ballot.refresh_from_db()
    counted = marked.status_code == 302
    assert (ballot.papers_counted, ballot.marks[str(bid.pk)]) == ((1, 2) if counted else (0, 0))
    assert counted or (marked.status_code == 409 and "The ballot is closed." in words(marked))
    assert "What the ballot says" in words(closed)
    assert not ballot.papers.exists()


def test_one_form_sent_twice_at_once_is_captured_once_and_shown_to_both(
    suggestions: Stage, ben: User, signed_in: SignedIn
) -> None:
    to, form = url("contribute", suggestions.session), form_for(suggestions, text="Draw lots for it")
    answers = both(*[sends(signed_in(ben), to, form, headers=HTMX) for _ in range(2)])
    assert [(answer.status_code, words(answer).count("Draw lots for it")) for answer in answers] == [(200, 1)] * 2
    assert Contribution.objects.get().text == "Draw lots for it"


def test_two_reviews_by_one_author_are_one(suggestions: Stage, gita: User, ben: User, signed_in: SignedIn) -> None:
    session = suggestions.session
    go_to(session, "review", gita, now=timezone.now())
    sent = [{"what_helped": f"Silence, on my {device}"} for device in ("phone", "laptop")]
    answers = both(*[sends(signed_in(ben), url("review", session), form) for form in sent])
    assert [answer.status_code for answer in answers] == [302, 302]
    kept = Review.objects.get().what_helped
    assert kept in [form["what_helped"] for form in sent]
    assert kept in words(signed_in(ben).get(url("room", session)))


def test_of_two_who_share_the_time_one_reads_the_others_order(
    learning_set: LearningSet, gita: User, asha: User, ben: User, signed_in: SignedIn
) -> None:
    LearningSet.objects.filter(pk=learning_set.pk).update(process="equal-time")
    learning_set.refresh_from_db()
    now = timezone.now()
    session = opened(scheduled(learning_set, coming=(asha, ben), starts_at=now, facilitator=ben), gita, now=now)
    go_to(session, "share-time", gita, now=now)
    orders = [{f"place_{asha.pk}": 1, f"place_{ben.pk}": 2}, {f"place_{ben.pk}": 1}]
    forms = [{"seen": "", "breaks": 0, **order} for order in orders]
    people = (gita, ben)
    answers = both(
        *[sends(signed_in(one), url("share_time", session), form) for one, form in zip(people, forms, strict=True)]
    )
    lost = won_and_lost(answers)
    names = list(session.slots.values_list("presenter__name", flat=True))
    assert names == (["Asha", "Ben"] if answers[0].status_code == 302 else ["Ben"])
    assert "Somebody else has just shared the time." in words(lost)


def test_words_taken_out_of_an_entry_as_it_is_marked_are_out_and_the_mark_is_there(
    response: Contribution, asha: User, signed_in: SignedIn
) -> None:
    assert marked_and_taken_out(response, signed_in(asha), words="Ask her") == ("[taken out] first", True)


def test_an_entry_withdrawn_as_it_is_marked_is_gone(response: Contribution, asha: User, signed_in: SignedIn) -> None:
    assert marked_and_taken_out(response, signed_in(asha), all="1") == ("", False)


@pytest.fixture
def response(suggestions: Stage, ben: User, gita: User) -> Contribution:
    """What was said on Asha's topic, who now responds."""
    said = say(suggestions, ben, "Ask her first", now=timezone.now())
    go_to(suggestions.session, "response", gita, now=timezone.now())
    return said


def marked_and_taken_out(said: Contribution, client: Client, **form: str) -> tuple[str, bool]:
    """Both at once: what stands there afterwards, and whether it is marked."""
    path = f"/sessions/{said.stage.session_id}/words/{said.pk}/"
    answers = both(sends(client, f"{path}landed/", {}), sends(client, f"{path}take-out/", form))
    assert [answer.status_code for answer in answers] == [302, 302]
    said.refresh_from_db()
    return said.text, said.landed_at is not None
