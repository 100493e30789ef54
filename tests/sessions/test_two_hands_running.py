"""Two press at the same instant what runs the session: one wins, nothing is doubled. Real threads, own connections."""

import pytest

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import Hand, SlotState
from sessions.models import Session, Slot, Stage
from sessions.planning import plan_of
from sessions.services import closing, freeing, handing_over, replanning, running, signalling, timekeeping
from sets.models import LearningSet, Membership
from tests.factories import join, make_user
from tests.sessions.room_acts import START, at_once, choose, close, current, go_to, opened, scheduled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session(learning_set: LearningSet, asha: User, ben: User, dora: User, gita: User) -> Session:
    """Asha presents; Ben is chosen and away; Dora has offered a topic."""
    session = opened(scheduled(learning_set, asha, ben, dora), gita)
    go_to(session, "choose", gita)
    choose(session, gita, (asha, 30), (ben, 25))
    go_to(session, "suggestions", gita)
    session.attendances.filter(user=ben).update(presence="absent")
    return session


def refusals(answers: list[object]) -> list[str]:
    return [type(answer).__name__ for answer in answers if isinstance(answer, Refused)]


def test_more_time_pressed_by_two_is_given_once(session: Session, gita: User, ben: User) -> None:
    stage = current(session)
    at_once(
        *[
            lambda by=by: timekeeping.give_time(session=session, by=by, leaving=stage.pk, seen=15, minutes=5, now=START)
            for by in (gita, ben, gita, ben)
        ]
    )
    assert current(session).minutes == 20


def test_a_pause_and_the_next_stage_at_once_leave_no_pause_behind(session: Session, gita: User) -> None:
    stage = current(session)
    at_once(
        lambda: timekeeping.pause(session=session, by=gita, leaving=stage.pk, now=START),
        lambda: running.next_stage(session=session, by=gita, leaving=stage.pk, now=START),
    )
    assert current(session).key == "response"
    assert Stage.objects.filter(paused_at__isnull=False).count() == 0


def test_of_two_plans_made_at_once_one_stands(session: Session, gita: User, ben: User) -> None:
    slot = session.slots.get(position=2)
    seen = plan_of(list(session.stages.all()), list(session.slots.all()))
    answers = at_once(
        *[
            lambda by=by, state=state: replanning.replan(
                session=session, by=by, plans=[replanning.Plan(slot.pk, state, 25)], seen=seen, now=START
            )
            for by, state in ((gita, SlotState.CARRIED), (ben, SlotState.DROPPED))
        ]
    )
    assert refusals(answers) == ["ReplannedMeanwhile"]
    slot.refresh_from_db()
    bid = session.bids.get(slot=slot)
    assert (slot.state, bid.state) in (("carried", "carried"), ("dropped", "dropped"))


def test_a_topic_carried_over_as_it_begins_is_one_or_the_other(session: Session, gita: User, ben: User) -> None:
    go_to(session, "commit", gita)
    slot = session.slots.get(position=2)
    seen = plan_of(list(session.stages.all()), list(session.slots.all()))
    at_once(
        lambda: replanning.replan(
            session=session, by=ben, plans=[replanning.Plan(slot.pk, SlotState.CARRIED, 25)], seen=seen, now=START
        ),
        lambda: running.next_stage(session=session, by=gita, leaving=None, now=START),
    )
    slot.refresh_from_db()
    assert (slot.state, current(session).key) in (("carried", "review"), ("running", "bring-to-life"))


def test_a_free_place_is_taken_once(session: Session, gita: User, dora: User) -> None:
    slot, bid = session.slots.get(position=2), session.bids.get(member=dora)
    freeing.free_slot(session=session, by=gita, slot=slot.pk, now=START)
    freeing.offer_slot(session=session, by=gita, slot=slot.pk, bid=bid, now=START)
    answers = at_once(
        *[
            lambda by=by, accepts=accepts: freeing.answer_offer(
                session=session, by=by, slot=slot.pk, bid=bid.pk, accepts=accepts, now=START
            )
            for by, accepts in ((dora, True), (gita, False), (gita, True))
        ]
    )
    assert len(refusals(answers)) == 2
    slot.refresh_from_db()
    assert (slot.state, slot.offered_to) == (("planned" if slot.presenter == dora else "free"), None)


def test_an_offer_and_the_presenters_arrival_leave_one_presenter(session: Session, gita: User, ben: User) -> None:
    slot = session.slots.get(position=2)
    at_once(
        lambda: freeing.free_slot(session=session, by=gita, slot=slot.pk, now=START),
        lambda: running.arrive(session=session, by=ben, now=START),
    )
    state = Slot.objects.get(pk=slot.pk).state
    assert (state, session.bids.get(member=ben).state) in (("free", "offered"), ("planned", "chosen"))


def test_accepted_and_called_off_at_once_is_one_or_the_other(
    session: Session, gita: User, dora: User, memberships: dict[str, Membership]
) -> None:
    to = Membership.objects.get(user=dora)
    handing_over.ask_to_run(session=session, by=gita, to=to, for_topic=True, now=START)
    at_once(
        lambda: handing_over.accept_running(session=session, by=dora, now=START),
        lambda: handing_over.call_off(session=session, by=gita, now=START),
    )
    session.refresh_from_db()
    assert session.asked_to_run is None
    assert (session.runner is None) == (session.run_until_after is None)


def test_one_hand_raised_from_two_devices_is_one(session: Session, dora: User) -> None:
    stage = current(session)
    at_once(*[lambda: signalling.raise_hand(session=session, by=dora, leaving=stage.pk, hand=Hand.NEXT, now=START)] * 4)
    assert stage.hands.count() == 1


def test_the_word_goes_on_once(learning_set: LearningSet, gita: User, asha: User, ben: User) -> None:
    session = opened(scheduled(learning_set, asha, ben), gita)
    stage = current(session)
    speaker = signalling.speaker_of(signalling.in_turn(stage, signalling.people_in_round(session)))
    assert speaker is not None
    at_once(
        *[
            lambda by=by: signalling.end_turn(session=session, by=by, leaving=stage.pk, speaker=speaker.pk, now=START)
            for by in (gita, speaker, gita)
        ]
    )
    assert current(session).had_turn == [speaker.pk]


def test_turns_are_laid_out_once(learning_set: LearningSet, gita: User, asha: User, ben: User) -> None:
    LearningSet.objects.filter(pk=learning_set.pk).update(process="equal-time")
    learning_set.refresh_from_db()
    session = opened(scheduled(learning_set, coming=(asha, ben)), gita)
    leaving = go_to(session, "share-time", gita).pk
    at_once(*[lambda: running.next_stage(session=session, by=gita, leaving=leaving, now=START)] * 4)
    assert sorted(session.slots.values_list("presenter__name", flat=True)) == ["Asha", "Ben"]
    assert current(session).key == "present"


def test_threes_are_laid_out_once_and_keep_in_step(
    learning_set: LearningSet, gita: User, asha: User, ben: User
) -> None:
    LearningSet.objects.filter(pk=learning_set.pk).update(process="troika")
    learning_set.refresh_from_db()
    others = [make_user(name) for name in ("Cleo", "Emeka", "Finn", "Hana")]
    for person in others:
        join(learning_set, person)
    session = opened(scheduled(learning_set, coming=(asha, ben, *others)), gita)
    leaving = go_to(session, "share-time", gita).pk
    at_once(*[lambda: running.next_stage(session=session, by=gita, leaving=leaving, now=START)] * 3)
    assert (session.threes.count(), session.slots.count()) == (2, 6)
    stage = current(session)
    at_once(
        lambda: running.next_stage(session=session, by=gita, leaving=stage.pk, now=START),
        lambda: timekeeping.pause(session=session, by=gita, leaving=stage.pk, now=START),
    )
    assert list(session.stages.going_on().values_list("key", "paused_at")) == [("share", None)] * 2


def test_closed_and_taken_to_its_review_at_once_is_one_or_the_other(session: Session, gita: User, ben: User) -> None:
    answers = at_once(
        lambda: close(session, gita),
        lambda: closing.go_to_review(session=session, by=ben, now=START),
    )
    session.refresh_from_db()
    review = session.stages.get(key="review")
    assert session.is_closed
    assert refusals(answers) in ([], ["AlreadyClosed"])
    assert (review.started_at is None) == (review.skip_reason == "No time for it")
