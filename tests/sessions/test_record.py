"""After the session: what was said, by topic and stage, for who may read it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from als_project.users.models import User
from sessions.models import Session, Stage
from sessions.record import record_of
from sessions.services import attending, capturing, freeing, reviewing, timekeeping
from sets.models import LearningSet, Membership
from tests.cast import SignedIn
from tests.factories import join, make_bid, make_session, make_user, publish_rules
from tests.sessions.pages import words
from tests.sessions.room_acts import START, choose, close, go_to, opened, say, scheduled

MINUTE = timedelta(minutes=1)


@pytest.fixture
def closed(learning_set: LearningSet, asha: User, ben: User, gita: User) -> Session:
    """Asha heard (12 minutes of suggestions), Ben chosen and not reached, Dev's topic not taken; 40 minutes in all."""
    dev = make_user("Dev")
    join(learning_set, dev)
    session = opened(scheduled(learning_set, asha, ben, dev), gita)
    choose(session, gita, (asha, 30), (ben, 30))
    suggestions = go_to(session, "suggestions", gita, now=START + 10 * MINUTE)
    say(suggestions, ben, "Ask her before Friday", kind="suggestion")
    say(suggestions, dev, "I asked mine on a walk", kind="experience")
    response = go_to(session, "response", gita, now=START + 22 * MINUTE)
    say(response, asha, "A walk: I will try that")
    capturing.save_note(session=session, by=asha, text="Remember the rota", now=START)
    return close(session, gita, now=START + 40 * MINUTE)


def test_the_record_tells_topics_stages_and_minutes(closed: Session, asha: User) -> None:
    record = record_of(closed, asha)
    assert record.minutes == 40
    assert record.present == ["Asha", "Ben", "Dev", "Gita"]
    assert [(t.slot.presenter, t.was_heard, t.slot.minutes, t.minutes) for t in record.topics] == [
        ("Asha", True, 30, 30),
        ("Ben", False, 30, 0),
    ]
    assert [(s.key, s.minutes, [c.text for c in s.said]) for s in record.topics[0].stages] == [
        ("bring-to-life", 0, []),
        ("suggestions", 12, ["Ask her before Friday", "I asked mine on a walk"]),
        ("response", 18, ["A walk: I will try that"]),
        ("commit", 0, []),
    ]
    assert [topic.member for topic in record.not_taken] == ["Dev"]


def test_members_read_it_on_the_sessions_page(closed: Session, ben: User, signed_in: SignedIn) -> None:
    page = words(signed_in(ben).get(closed.get_absolute_url()))
    for part in (
        "Asha's topic",
        "30 minutes; 30 were planned.",
        "How the time went In minutes Stage Planned Took",
        "Suggestions 15 12",
        "Ben carried over 30 –",
        "Ask her before Friday Ben: suggestion",
        "I asked mine on a walk Dev: experience",
        "A walk: I will try that Asha",
        "Ben's topic Ben. Not reached: carried over to the next session.",
        "Dev's topic Dev",
        "In confidence",
    ):
        assert part in page


def test_who_was_chosen_and_then_away_keeps_the_topic_unread(
    learning_set: LearningSet, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    session = opened(scheduled(learning_set, asha, ben), gita)
    go_to(session, "choose", gita)
    choose(session, gita, (asha, 30), (ben, 30))
    attending.note_presence(session=session, by=gita, presences={ben.pk: "absent"}, now=START)
    close(session, gita)
    page = words(signed_in(asha).get(session.get_absolute_url()))
    assert "Ben Not reached: carried over to the next session." in page
    assert ("Ben's topic" in page, page.count("How can I begin the talk?")) == (False, 1)


def test_what_was_changed_on_the_way_is_told(
    learning_set: LearningSet, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    session = opened(scheduled(learning_set, asha, ben), gita)
    go_to(session, "choose", gita)
    choose(session, gita, (asha, 30), (ben, 30))
    attending.note_presence(session=session, by=gita, presences={ben.pk: "absent"}, now=START)
    freeing.free_slot(session=session, by=gita, slot=session.slots.get(presenter=ben).pk, now=START)
    stage = go_to(session, "suggestions", gita)
    timekeeping.give_time(session=session, by=gita, leaving=stage.pk, seen=15, minutes=5, now=START)
    timekeeping.pause(session=session, by=gita, leaving=stage.pk, now=START + 4 * MINUTE)
    timekeeping.go_on(session=session, by=gita, leaving=stage.pk, now=START + 7 * MINUTE)
    go_to(session, "commit", gita, now=START + 20 * MINUTE)
    close(session, gita, now=START + 24 * MINUTE, without_review="The fire alarm went")
    page = words(signed_in(asha).get(session.get_absolute_url()))
    for part in (
        "Report back not held 2 –",
        "Asha 30 21",
        "Suggestions 5 minutes given and 3 minutes of pause 15 17",
        "Review passed over: The fire alarm went 5 –",
        "Ben wasn’t there. Their place of 30 minutes was freed, and nobody took it.",
    ):
        assert part in page
    assert ("Ben's topic" in page, page.count("How can I begin the talk?")) == (False, 1)


def test_a_place_that_changed_hands_says_whose_it_was(
    learning_set: LearningSet, asha: User, ben: User, dora: User, gita: User, signed_in: SignedIn
) -> None:
    session = opened(scheduled(learning_set, asha, ben, dora), gita)
    choose(session, gita, (ben, 30))
    attending.note_presence(session=session, by=gita, presences={ben.pk: "absent"}, now=START)
    slot, bid = session.slots.get(), session.bids.get(member=dora)
    freeing.free_slot(session=session, by=gita, slot=slot.pk, now=START)
    freeing.offer_slot(session=session, by=gita, slot=slot.pk, bid=bid, now=START)
    freeing.answer_offer(session=session, by=dora, slot=slot.pk, bid=bid.pk, accepts=True, now=START)
    close(session, gita, now=START)
    page = words(signed_in(asha).get(session.get_absolute_url()))
    assert "Dora in the place of Ben, who wasn’t there carried over 30 –" in page


def test_notes_are_on_their_authors_page_alone(closed: Session, asha: User, ben: User, signed_in: SignedIn) -> None:
    shown = {p.name: "Remember the rota" in words(signed_in(p).get(closed.get_absolute_url())) for p in (asha, ben)}
    assert shown == {"Asha": True, "Ben": False}


@pytest.mark.parametrize("person", ["stranger", "cara", "olu", "superuser"])
def test_outsiders_find_nothing(
    person: str, closed: Session, signed_in: SignedIn, request: pytest.FixtureRequest
) -> None:
    assert signed_in(request.getfixturevalue(person)).get(closed.get_absolute_url()).status_code == 404


def test_who_joined_later_reads_when_and_where_and_why_not_more(
    closed: Session, learning_set: LearningSet, signed_in: SignedIn
) -> None:
    finn = make_user("Finn")
    join(learning_set, finn, joined_at=START + timedelta(days=3))
    response = signed_in(finn).get(closed.get_absolute_url())
    assert response.status_code == 403
    assert "took place before you joined" in words(response)
    assert "Asha's topic" not in words(response)
    LearningSet.objects.filter(pk=learning_set.pk).update(newcomers_read_past=True)
    assert "Ask her before Friday" in words(signed_in(finn).get(closed.get_absolute_url()))


def test_rules_come_before_the_record(
    closed: Session, learning_set: LearningSet, memberships: dict[str, Membership], ben: User, signed_in: SignedIn
) -> None:
    publish_rules(learning_set, agreed_by=[memberships["Asha"]])
    response = signed_in(ben).get(closed.get_absolute_url())
    assert response.status_code == 302
    assert response.headers["Location"].endswith(f"/sets/{learning_set.pk}/rules/")


def test_the_review_stands_at_the_end(
    learning_set: LearningSet, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    now = timezone.now()
    session = opened(scheduled(learning_set, starts_at=now), gita, now=now)
    go_to(session, "review", gita, now=now)
    words_of_ben = {"on_rules": "", "what_helped": "Listening", "next_time": "Start on time"}
    reviewing.save_review(session=session, by=ben, now=now, **words_of_ben)
    close(session, gita, now=now)
    page = words(signed_in(asha).get(session.get_absolute_url()))
    assert "Review Ben What helped Listening Next time Start on time" in page
    assert "No topic was worked on in this session." in page


def test_as_many_queries_for_thirty_words_as_for_one(
    learning_set: LearningSet, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    earlier = START - timedelta(days=28)
    make_session(learning_set, starts_at=earlier, state="closed", opened_at=earlier, closed_at=earlier)
    counts = []
    for place, more in enumerate((1, 30)):
        session = opened(scheduled(learning_set, asha, ben, starts_at=START + place * MINUTE), gita)
        people = [(asha, 30)] if more == 1 else [(asha, 30), (ben, 30)]
        choose(session, gita, *people)
        stage: Stage = go_to(session, "suggestions", gita)
        for _words in range(more):
            say(stage, ben, kind="suggestion")
        close(session, gita, now=START)
        client = signed_in(asha)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(session.get_absolute_url()).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_topics_of_another_session_are_not_in_the_record(
    closed: Session, learning_set: LearningSet, asha: User
) -> None:
    other = scheduled(learning_set, starts_at=START + timedelta(days=28))
    make_bid(other, asha, "Something else")
    assert [topic.headline for topic in record_of(closed, asha).not_taken] == ["Dev's topic"]
