from datetime import UTC, datetime, timedelta

import pytest

from als_project.users.models import User
from sessions.enums import BidState, Reply
from sessions.models import Session
from sessions.run_sheet import Line, run_sheet_for
from sessions.services import replying
from sessions.services.running import choose, open_session
from sets.models import LearningSet
from tests.cast import SignedIn
from tests.factories import make_bid, make_closed_session, make_session
from tests.sessions.acts import offer

STARTS = datetime(2026, 10, 13, 13, 0, tzinfo=UTC)


@pytest.fixture
def session(learning_set: LearningSet) -> Session:
    return make_session(learning_set, starts_at=STARTS, minutes=120)


def times(lines: list[Line]) -> list[tuple[str, str, int]]:
    return [(f"{line.at:%H:%M}", line.stage.key, line.stage.planned_minutes) for line in lines]


def test_before_the_choice_it_plans_around_the_time_for_topics(session: Session, asha: User, ben: User) -> None:
    """Two members share topics, two minutes each; nobody has an action yet."""
    offer(session, asha, now=STARTS, minutes_wanted=40)
    offer(session, ben, now=STARTS, minutes_wanted=30)
    sheet = run_sheet_for(session)
    assert times(sheet.opening) == [("13:00", "report-back", 2), ("13:02", "share-topics", 4), ("13:06", "choose", 5)]
    assert (sheet.topics_from, sheet.topics_until, sheet.topic_minutes) == (
        STARTS + timedelta(minutes=11),
        STARTS + timedelta(minutes=115),
        104,
    )
    assert times(sheet.closing) == [("14:55", "review", 5)]
    assert ([bid.member for bid in sheet.bids], sheet.minutes_wanted) == ([asha, ben], 70)
    assert [plan.key for plan in sheet.pattern] == ["bring-to-life", "suggestions", "response", "commit"]


def test_apologies_shorten_the_round(session: Session, asha: User) -> None:
    replying.reply(session=session, by=asha, reply=Reply.APOLOGIES, now=STARTS)
    assert times(run_sheet_for(session).opening)[1] == ("13:02", "share-topics", 2)


def test_withdrawn_topics_are_not_on_paper(session: Session, asha: User) -> None:
    make_bid(session, asha, state=BidState.WITHDRAWN, withdrawn_at=STARTS)
    assert run_sheet_for(session).bids == []


def test_after_the_choice_it_gives_each_topic_its_times(session: Session, asha: User, ben: User, gita: User) -> None:
    offer(session, asha, now=STARTS)
    bid = offer(session, ben, now=STARTS)
    open_session(session=session, by=gita, now=STARTS)
    choose(session=session, by=gita, choices=[(bid, 60)], now=STARTS)
    session.refresh_from_db()
    sheet = run_sheet_for(session)
    assert [(chosen.slot.presenter, times(chosen.lines)) for chosen in sheet.chosen] == [
        (
            ben,
            [
                ("13:11", "bring-to-life", 10),
                ("13:21", "suggestions", 30),
                ("13:51", "response", 10),
                ("14:01", "commit", 10),
            ],
        )
    ]
    assert sheet.bids == []


def test_it_is_marked_as_confidential(session: Session, asha: User, signed_in: SignedIn) -> None:
    words = signed_in(asha).get(f"/sessions/{session.pk}/run-sheet/").content.decode()
    assert "In confidence: for the present members of this set." in words


def test_a_session_that_is_over_has_none(learning_set: LearningSet, asha: User, signed_in: SignedIn) -> None:
    closed = make_closed_session(learning_set)
    response = signed_in(asha).get(f"/sessions/{closed.pk}/run-sheet/")
    assert response.headers["Location"] == f"/sessions/{closed.pk}/"
