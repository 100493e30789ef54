"""What is done in a three, and who may read it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from actions.services import committing
from als_project.users.models import User
from sessions.enums import Hand
from sessions.models import Contribution, Session, Three
from sessions.record import record_of
from sessions.services import (
    capturing,
    casting,
    keeping,
    running,
    sharing,
    signalling,
)
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.factories import join, make_user
from tests.sessions.pages import form_for, stamp, url, words
from tests.sessions.room_acts import START, close, current, go_to, say
from tests.sessions.threes.acts import People, own, seat

# --- Who may do what ---------------------------------------------------------------------------------
# In round 1: Asha (with Ben, Cleo, Dora) and Emeka (with Finn, Hana) present; Gita sits in no three.
WRITERS = {
    "reflect": "",
    "share": "",
    "clarify": "",
    "consult": "Ben Cleo Dora Finn Hana",
    "most-valuable": "Asha Emeka",
    "commit": "",
}
QUOTED_BY_BEN = {"consult": "Cleo Dora", "most-valuable": "Asha"}


@pytest.mark.parametrize("key", WRITERS)
def test_whose_words_each_stage_captures_and_under_which_three(key: str, session: Session, people: People) -> None:
    seat(session, people, "Asha Ben Cleo Dora", "Emeka Finn Hana")
    go_to(session, key, people["Gita"])
    casting.name_scribe(session=session, by=people["Gita"], scribe=people["Ben"], now=START)
    wrote = set()
    for stage in session.stages.going_on():
        for person in people.values():
            try:
                said = say(stage, person, kind=(stage.captures or ["question"])[0])
            except (capturing.NotNow, capturing.NotYours):
                continue
            assert said.stage == own(session, person)
            assert said.stage.slot is not None
            assert said.stage.slot.three is not None
            assert said.stage.slot.three.seats(person)
            wrote.add(person.name)
    assert wrote == set(WRITERS[key].split())


@pytest.mark.parametrize("key", WRITERS)
def test_nobody_writes_for_another_three(key: str, session: Session, people: People) -> None:
    seat(session, people, "Asha Ben Cleo Dora", "Emeka Finn Hana")
    go_to(session, key, people["Gita"])
    casting.name_scribe(session=session, by=people["Gita"], scribe=people["Ben"], now=START)
    for writer in ("Ben", "Gita"):
        for stage in session.stages.going_on():
            for author in people.values():
                if author != people[writer]:
                    try:
                        kind = (stage.captures or ["question"])[0]
                        say(stage, people[writer], kind=kind, for_whom=author)
                    except (capturing.NotNow, capturing.NotYours):
                        continue
    written = sorted(f"{w} {a}" for w, a in Contribution.objects.values_list("written_by__name", "author__name"))
    assert written == [f"Ben {name}" for name in QUOTED_BY_BEN.get(key, "").split()]


def test_both_presenters_listen(consult: Session, people: People) -> None:
    for name in ("Asha", "Emeka"):
        with pytest.raises(capturing.Listening):
            say(own(consult, people[name]), people[name], kind="suggestion")


def test_hands_are_seen_in_ones_own_three(consult: Session, people: People, signed_in: SignedIn) -> None:
    leaving = current(consult).pk
    signalling.raise_hand(session=consult, by=people["Finn"], leaving=leaving, hand=Hand.DONE, now=START)
    shown = {
        name: "Done writing: Finn" in words(signed_in(person).get(url("room", consult)))
        for name, person in people.items()
    }
    assert {name for name, is_shown in shown.items() if is_shown} == {"Emeka", "Finn", "Hana"}
    running.next_stage(session=consult, by=people["Gita"], leaving=leaving, now=START)
    assert own(consult, people["Finn"]).hands.count() == 0


# --- Who may read it ---------------------------------------------------------------------------------
def said_in_both(consult: Session, people: People) -> None:
    say(own(consult, people["Ben"]), people["Ben"], "Walk with her", kind="suggestion")
    say(own(consult, people["Finn"]), people["Finn"], "Sleep on it", kind="suggestion")


READERS = {"Walk with her": {"Asha", "Ben", "Cleo", "Dora"}, "Sleep on it": {"Emeka", "Finn", "Hana"}}


def who_finds(text: str, pages: dict[str, str]) -> set[str]:
    return {name for name, page in pages.items() if text in page}


@pytest.mark.parametrize("page", ["room", "room_now"])
def test_the_room_shows_ones_own_three_alone(page: str, consult: Session, people: People, signed_in: SignedIn) -> None:
    said_in_both(consult, people)
    pages = {name: words(signed_in(person).get(url(page, consult))) for name, person in people.items()}
    assert {text: who_finds(text, pages) for text in READERS} == READERS
    assert who_finds("You are in listening mode", pages) == {"Asha", "Emeka"}
    assert who_finds("Round 1: Asha", pages) == READERS["Walk with her"]
    assert who_finds("Round 1: Emeka", pages) == READERS["Sleep on it"]
    assert who_finds("Emeka is in listening mode", pages) == READERS["Sleep on it"]
    assert who_finds("Round 1, in threes", pages) == {"Gita"}
    assert who_finds("In each three everyone but the presenter speaks.", pages) == {"Gita"}


def test_each_reads_who_answers_in_their_own_three(session: Session, people: People, signed_in: SignedIn) -> None:
    seat(session, people, "Asha Ben Cleo Dora", "Emeka Finn Hana")
    go_to(session, "clarify", people["Gita"])
    pages = {name: words(signed_in(person).get(url("room", session))) for name, person in people.items()}
    assert who_finds("Members ask; Asha answers.", pages) == READERS["Walk with her"]
    assert who_finds("Members ask; Emeka answers.", pages) == READERS["Sleep on it"]
    assert who_finds("In each three the others ask; the one who presents answers.", pages) == {"Gita"}


def test_the_boxes_say_who_reads_them(consult: Session, people: People, signed_in: SignedIn) -> None:
    page = words(signed_in(people["Finn"]).get(url("room", consult)))
    assert "Your three and nobody else: Emeka, Finn, Hana" in page


def test_the_record_and_its_paper_show_ones_own_three_alone(
    consult: Session, people: People, signed_in: SignedIn
) -> None:
    said_in_both(consult, people)
    close(consult, people["Gita"])
    consult.refresh_from_db()
    pages = {name: words(signed_in(person).get(consult.get_absolute_url())) for name, person in people.items()}
    assert {text: who_finds(text, pages) for text in READERS} == READERS
    assert who_finds("Emeka, Finn, Hana", pages) == set(people)
    assert who_finds("How the time went", pages) == who_finds("Round 1 20", pages) == set(people)
    found = {name: _texts(consult, person) for name, person in people.items()}
    assert {text: {name for name in found if text in found[name]} for text in READERS} == READERS


def _texts(session: Session, reader: User) -> list[str]:
    """What the record, of which page, print and PDF are made, holds for this reader."""
    record = record_of(session, reader)
    parts = [*record.opening, *record.closing, *(part for topic in record.topics for part in topic.stages)]
    timed = [part for times in record.times for part in times.stages]
    return [said.text for part in [*parts, *timed] for said in part.said]


def test_the_topics_of_a_three_that_nobody_sits_in_any_more_are_not_everybodys(
    consult: Session, people: People
) -> None:
    said_in_both(consult, people)
    close(consult, people["Gita"])
    consult.refresh_from_db()
    for three in consult.threes.all():
        three.people.clear()
    assert [name for name, person in people.items() if record_of(consult, person).topics] == []


def test_so_does_every_question_asked_of_the_database(consult: Session, people: People) -> None:
    said_in_both(consult, people)
    found = {name: {one.text for one in Contribution.objects.visible_to(person)} for name, person in people.items()}
    assert {text: {name for name in found if text in found[name]} for text in READERS} == READERS


def test_words_of_another_three_are_not_found_by_their_address(
    consult: Session, people: People, signed_in: SignedIn
) -> None:
    said_in_both(consult, people)
    words_there = Contribution.objects.get(author=people["Finn"])
    for name, expected in (("Emeka", 302), ("Hana", 403), ("Asha", 404), ("Gita", 404)):
        response = signed_in(people[name]).post(f"/sessions/{consult.pk}/words/{words_there.pk}/landed/")
        assert (name, response.status_code) == (name, expected)
    # Emeka listens: it is his to mark from the response on.
    assert Contribution.objects.get(pk=words_there.pk).landed_at is None
    with pytest.raises(keeping.ListensStill):
        keeping.mark_landed(contribution=words_there, by=people["Emeka"], landed=True, now=START)
    with pytest.raises(keeping.NotAboutYours):
        keeping.mark_landed(contribution=words_there, by=people["Asha"], landed=True, now=START)


def test_a_forged_box_for_another_three_is_refused(consult: Session, people: People, signed_in: SignedIn) -> None:
    there = own(consult, people["Finn"])
    response = signed_in(people["Ben"]).post(url("contribute", consult), form_for(there, text="To the others"))
    assert (response.status_code, Contribution.objects.count()) == (409, 0)


# --- What each commits to ----------------------------------------------------------------------------
def test_each_presenter_commits_in_their_own_three(consult: Session, people: People, signed_in: SignedIn) -> None:
    go_to(consult, "commit", people["Gita"])
    pages = {name: words(signed_in(person).get(url("room", consult))) for name, person in people.items()}
    assert who_finds("What I will do", pages) == {"Asha", "Emeka"}
    for name in ("Asha", "Emeka"):
        slot = own(consult, people[name]).slot
        assert slot is not None
        action = committing.commit(slot=slot, by=people[name], what="Ask her", now=START)
        assert (action.owner, action.slot) == (people[name], slot)


# --- Who comes later ---------------------------------------------------------------------------------
def test_who_comes_later_joins_the_smallest_three_and_hears_with_it_from_then_on(
    consult: Session, people: People, learning_set: LearningSet, signed_in: SignedIn
) -> None:
    said_in_both(consult, people)
    ivy = make_user("Ivy")
    join(learning_set, ivy)
    running.arrive(session=consult, by=ivy, now=START)
    assert "Sleep on it" not in words(signed_in(ivy).get(url("room", consult)))
    page = words(signed_in(people["Gita"]).get(url("room", consult)))
    assert "Ivy is here and sits in no three. Let Ivy join the smallest three" in page
    before = signed_in(ivy).get(url("room", consult))
    assert 'id="room-box"' not in before.content.decode()
    signed_in(people["Gita"]).post(url("join_three", consult), {"also": ivy.pk})
    now = signed_in(ivy).get(url("room_now", consult), {"stamp": stamp(before)})
    assert 'id="room-box"' in now.content.decode()
    say(own(consult, people["Finn"]), people["Finn"], "Sing to her", kind="suggestion", now=timezone.now())
    page = words(signed_in(ivy).get(url("room", consult)))
    assert [text in page for text in ("Sleep on it", "Walk with her", "Sing to her")] == [False, False, True]
    texts = set(Contribution.objects.visible_to(ivy).values_list("text", flat=True))
    assert texts & {"Sleep on it", "Walk with her", "Sing to her"} == {"Sing to her"}
    assert say(own(consult, ivy), ivy, kind="suggestion").stage == own(consult, people["Finn"])
    assert "sits in no three" not in words(signed_in(people["Gita"]).get(url("room", consult)))


def test_nobody_joins_a_second_three(consult: Session, people: People) -> None:
    three = sharing.join_three(session=consult, by=people["Gita"], person=people["Asha"], now=START)
    assert three.number == 1
    assert Three.objects.of(people["Asha"]).count() == 1
    with pytest.raises(running.CantChoose):
        sharing.join_three(session=consult, by=people["Gita"], person=people["Gita"], now=START)


def test_once_the_review_has_begun_nobody_joins_a_three(
    consult: Session, people: People, learning_set: LearningSet, signed_in: SignedIn
) -> None:
    ivy = make_user("Ivy")
    join(learning_set, ivy)
    running.arrive(session=consult, by=ivy, now=START)
    go_to(consult, "review", people["Gita"])
    assert "sits in no three" not in words(signed_in(people["Gita"]).get(url("room", consult)))
    with pytest.raises(running.CantChoose, match="The turns are over"):
        sharing.join_three(session=consult, by=people["Gita"], person=ivy, now=START)
    assert not Three.objects.of(ivy).exists()


def test_only_who_sits_in_the_three_drafts_an_action_there(
    consult: Session, people: People, learning_set: LearningSet, signed_in: SignedIn
) -> None:
    go_to(consult, "commit", people["Gita"])
    slot = own(consult, people["Emeka"]).slot
    assert slot is not None
    with pytest.raises(PermissionDenied):
        committing.propose(slot=slot, by=people["Gita"], what="Ask her", now=START)
    assert "Draft an action" not in words(signed_in(people["Gita"]).get(url("room", consult)))
    learning_set.memberships.filter(user__in=[people["Finn"], people["Ben"]]).update(is_facilitator=True)
    assert committing.propose(slot=slot, by=people["Finn"], what="Ask her", now=START).owner == people["Emeka"]
    with pytest.raises(PermissionDenied):
        committing.propose(slot=slot, by=people["Ben"], what="Ask her", now=START)


def test_the_box_says_that_an_action_is_for_the_whole_set(
    consult: Session, people: People, signed_in: SignedIn
) -> None:
    go_to(consult, "commit", people["Gita"])
    page = words(signed_in(people["Asha"]).get(url("room", consult)))
    assert "What is said in your three stays in it. Your action is for the whole set to read" in page
    assert "Who can read this: everyone who is in" in page
