"""What remains is planned anew: shorter, carried over, dropped; and stages are passed over with a reason."""

import pytest
from django.db import connection

from als_project.users.models import User
from sessions.enums import SlotState
from sessions.models import Bid, Session, Slot, Stage
from sessions.planning import plan_of
from sessions.services import replanning, running
from sessions.services.holding import NotRunning
from sessions.services.replanning import Plan
from sets.models import LearningSet
from tests.factories import make_session
from tests.sessions.acts import balance_of
from tests.sessions.room_acts import START, choose, close, current, go_to, opened, scheduled

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(learning_set: LearningSet, gita: User, asha: User, ben: User, dora: User) -> Session:
    """Asha's topic is worked on; Ben's and Dora's are to come."""
    session = opened(scheduled(learning_set, asha, ben, dora), gita)
    go_to(session, "choose", gita)
    choose(session, gita, (asha, 30), (ben, 25), (dora, 20))
    go_to(session, "suggestions", gita)
    return session


def seen(session: Session) -> str:
    return plan_of(list(session.stages.all()), list(session.slots.all()))


def slot_of(session: Session, member: User) -> Slot:
    return session.slots.get(presenter=member)


def replan(session: Session, by: User, *plans: Plan, **fields: object) -> Session:
    return replanning.replan(
        session=session,
        by=by,
        plans=plans,
        now=START,
        **{"seen": seen(session), **fields},  # type: ignore[arg-type]
    )


def minutes_of(slot: Slot) -> list[tuple[int, int]]:
    return [(stage.planned_minutes, stage.minutes) for stage in slot.stages.all()]


def test_a_slot_is_shortened_in_proportion_and_its_plan_is_kept(session: Session, gita: User, ben: User) -> None:
    slot = slot_of(session, ben)
    replan(session, gita, Plan(slot.pk, SlotState.PLANNED, 12))
    assert slot_of(session, ben).minutes == 25
    assert minutes_of(slot) == [(4, 2), (13, 6), (4, 2), (4, 2)]


@pytest.mark.parametrize(
    ("state", "slot_state", "bid_state"),
    [
        (SlotState.PLANNED, "planned", "chosen"),
        (SlotState.CARRIED, "carried", "carried"),
        (SlotState.DROPPED, "dropped", "dropped"),
    ],
)
def test_what_becomes_of_a_slot_and_its_bid(
    state: SlotState, slot_state: str, bid_state: str, session: Session, gita: User, ben: User
) -> None:
    replan(session, gita, Plan(slot_of(session, ben).pk, state, 25))
    slot = slot_of(session, ben)
    assert (slot.state, Bid.objects.get(slot=slot).state) == (slot_state, bid_state)
    waiting = slot.stages.to_come().count()
    assert waiting == (4 if state == SlotState.PLANNED else 0)


def test_the_session_passes_over_what_was_carried(session: Session, gita: User, ben: User, dora: User) -> None:
    replan(session, gita, Plan(slot_of(session, ben).pk, SlotState.CARRIED, 25))
    go_to(session, "commit", gita)
    running.next_stage(session=session, by=gita, leaving=None, now=START)
    assert current(session).slot == slot_of(session, dora)


def test_what_was_carried_can_come_back(session: Session, gita: User, ben: User) -> None:
    slot = slot_of(session, ben)
    replan(session, gita, Plan(slot.pk, SlotState.CARRIED, 25))
    replan(session, gita, Plan(slot.pk, SlotState.PLANNED, 20))
    assert (slot_of(session, ben).state, slot.stages.to_come().count()) == ("planned", 4)
    assert sum(stage.minutes for stage in slot.stages.all()) == 20


def test_carried_goes_to_the_next_session_and_dropped_does_not(
    session: Session, gita: User, ben: User, dora: User
) -> None:
    coming = make_session(session.learning_set, starts_at=START.replace(month=10))
    replan(
        session,
        gita,
        Plan(slot_of(session, ben).pk, SlotState.CARRIED, 25),
        Plan(slot_of(session, dora).pk, SlotState.DROPPED, 20),
    )
    close(session, gita, now=START)
    assert list(coming.bids.values_list("member__name", flat=True)) == [ben.name]
    assert dict(session.bids.values_list("member__name", "state")) == {
        "Asha": "heard",
        ben.name: "carried",
        dora.name: "dropped",
    }


def test_carried_counts_as_unheard(session: Session, gita: User, ben: User) -> None:
    replan(session, gita, Plan(slot_of(session, ben).pk, SlotState.CARRIED, 25))
    close(session, gita, now=START)
    turns = {turn.member: turn for turn in balance_of(session.learning_set)}
    assert (turns[ben].sessions_since, turns[ben].bids_not_taken) == (1, 1)


def test_the_review_is_shortened(session: Session, gita: User) -> None:
    replan(session, gita, closing_minutes=2)
    review = session.stages.get(key="review")
    assert (review.planned_minutes, review.minutes, review.skipped_at) == (5, 2, None)


def test_a_topic_that_has_begun_is_not_planned_anew(session: Session, gita: User, asha: User) -> None:
    with pytest.raises(replanning.CantReplan):
        replan(session, gita, Plan(slot_of(session, asha).pk, SlotState.CARRIED, 30))
    assert slot_of(session, asha).state == "running"


def test_fewer_minutes_than_stages_are_refused_and_nothing_changes(
    session: Session, gita: User, ben: User, dora: User
) -> None:
    before = seen(session)
    with pytest.raises(replanning.CantReplan):
        replan(
            session,
            gita,
            Plan(slot_of(session, ben).pk, SlotState.CARRIED, 25),
            Plan(slot_of(session, dora).pk, SlotState.PLANNED, 3),
        )
    assert seen(session) == before


def test_a_plan_made_on_an_old_look_is_refused(session: Session, gita: User, ben: User) -> None:
    looked = seen(session)
    replan(session, gita, Plan(slot_of(session, ben).pk, SlotState.PLANNED, 10))
    with pytest.raises(replanning.ReplannedMeanwhile):
        replan(session, ben, Plan(slot_of(session, ben).pk, SlotState.CARRIED, 25), seen=looked)
    assert slot_of(session, ben).state == "planned"


# --- Passing over one stage ------------------------------------------------------------------------
def skip(session: Session, by: User, key: str, reason: str = "We have enough") -> Stage:
    row = session.stages.filter(key=key, ended_at=None).first()
    assert row is not None
    return replanning.skip(session=session, by=by, stage=row.pk, reason=reason, now=START)


def test_a_stage_passed_over_says_by_whom_and_why(session: Session, gita: User) -> None:
    skipped = skip(session, gita, "response", "  We have enough ")
    assert (skipped.skipped_by, skipped.skip_reason) == (gita, "We have enough")
    running.next_stage(session=session, by=gita, leaving=None, now=START)
    assert current(session).key == "commit"


def test_the_reason_is_not_readable_in_the_database(session: Session, gita: User) -> None:
    skipped = skip(session, gita, "response", "Marmalade")
    with connection.cursor() as cursor:
        cursor.execute("SELECT skip_reason FROM als_sessions_stage WHERE id = %s", [skipped.pk])
        assert "Marmalade" not in cursor.fetchone()[0]


@pytest.mark.parametrize("key", ["response", "review"])
def test_no_stage_is_passed_over_in_silence(key: str, session: Session, gita: User) -> None:
    with pytest.raises(replanning.CantReplan):
        skip(session, gita, key, "  ")
    assert session.stages.filter(skipped_by__isnull=False).count() == 0


def test_the_stage_now_is_left_not_passed_over(session: Session, gita: User) -> None:
    with pytest.raises(replanning.NotToCome):
        skip(session, gita, "suggestions")


def test_a_stage_passed_over_can_be_taken_up(session: Session, gita: User) -> None:
    skipped = skip(session, gita, "response")
    taken = replanning.take_up(session=session, by=gita, stage=skipped.pk, now=START)
    assert (taken.skipped_at, taken.skipped_by, taken.skip_reason) == (None, None, "")
    running.next_stage(session=session, by=gita, leaving=None, now=START)
    assert current(session) == skipped


def test_once_the_session_is_past_it_it_stays_passed_over(session: Session, gita: User) -> None:
    skipped = skip(session, gita, "response")
    go_to(session, "commit", gita)
    with pytest.raises(replanning.NotToCome):
        replanning.take_up(session=session, by=gita, stage=skipped.pk, now=START)


def test_a_slot_that_comes_back_leaves_its_passed_over_stage_out(session: Session, gita: User, ben: User) -> None:
    slot = slot_of(session, ben)
    response = slot.stages.get(key="response")
    replanning.skip(session=session, by=gita, stage=response.pk, reason="No time", now=START)
    replan(session, gita, Plan(slot.pk, SlotState.CARRIED, 25))
    replan(session, gita, Plan(slot.pk, SlotState.PLANNED, 9))
    assert [stage.minutes for stage in slot.stages.to_come()] == [2, 5, 2]
    response.refresh_from_db()
    assert response.skip_reason == "No time"


def test_nothing_is_planned_once_the_session_is_over(session: Session, gita: User, ben: User) -> None:
    slot, response = slot_of(session, ben), session.stages.filter(key="response").first()
    assert response is not None
    close(session, gita, now=START)
    for act in (
        lambda: replan(session, gita, Plan(slot.pk, SlotState.PLANNED, 10)),
        lambda: replanning.skip(session=session, by=gita, stage=response.pk, reason="Late", now=START),
        lambda: replanning.take_up(session=session, by=gita, stage=response.pk, now=START),
    ):
        with pytest.raises(NotRunning):
            act()
