from datetime import timedelta
from typing import Any

import pytest

from als_project.users.models import User
from sessions.enums import Presence, Reply, SessionState, SlotState
from sessions.models import Attendance, Session
from sessions.process import process_of
from sessions.services import attending, capturing, replying, running
from sessions.services.holding import NotRunning
from sets.models import LearningSet
from tests.factories import join, make_closed_session, make_slot, make_user
from tests.sessions.room_acts import START, at_stage, choose, close, current, go_to, opened, scheduled

MINUTE = timedelta(minutes=1)


def keys(session: Session) -> list[str]:
    return list(session.stages.values_list("key", flat=True))


def in_state(learning_set: LearningSet, state: str, gita: User, asha: User) -> Session:
    session = scheduled(learning_set, asha)
    if state in ("running", "closed"):
        opened(session, gita)
    if state == "closed":
        close(session, gita, now=START)
    if state == "cancelled":
        Session.objects.filter(pk=session.pk).update(state=state, cancelled_at=START)
    session.refresh_from_db()
    return session


# --- Every service in every state ---------------------------------------------------------------
SERVICES: dict[str, Any] = {
    "open": lambda s, by: running.open_session(session=s, by=by, now=START),
    "arrive": lambda s, by: running.arrive(session=s, by=by, now=START),
    "presence": lambda s, by: attending.note_presence(session=s, by=by, presences={}, now=START),
    "choose": lambda s, by: running.choose(session=s, by=by, choices=[], now=START),
    "next": lambda s, by: running.next_stage(session=s, by=by, leaving=None, now=START),
    "previous": lambda s, by: running.previous_stage(session=s, by=by, leaving=None, now=START),
    "close": lambda s, by: close(s, by, now=START),
    "note": lambda s, by: capturing.save_note(session=s, by=by, text="mine", now=START),
}
ALLOWED = {
    ("open", "scheduled"),
    ("open", "running"),
    ("note", "closed"),
    ("presence", "closed"),
    *((service, "running") for service in SERVICES),
}
REFUSAL = {
    "open": running.CantOpen,
    "note": capturing.NotNow,
}


@pytest.mark.parametrize("state", SessionState.values)
@pytest.mark.parametrize("service", SERVICES)
def test_what_can_be_done_in_which_state(
    service: str, state: str, learning_set: LearningSet, gita: User, asha: User
) -> None:
    session = in_state(learning_set, state, gita, asha)
    if (service, state) in ALLOWED:
        SERVICES[service](session, gita)
    else:
        with pytest.raises(REFUSAL.get(service, NotRunning)):
            SERVICES[service](session, gita)
        session.refresh_from_db()
        assert session.state == state


# --- Opening ------------------------------------------------------------------------------------
def test_opening_starts_the_first_stage_and_lays_out_the_others(
    learning_set: LearningSet, gita: User, asha: User
) -> None:
    make_closed_session(learning_set)
    session = opened(scheduled(learning_set, asha), gita)
    assert (session.state, session.opened_at) == (SessionState.RUNNING, START)
    assert keys(session) == ["report-back", "share-topics", "choose", "review"]
    assert (current(session).key, current(session).started_at) == ("report-back", START)


def test_a_sets_first_session_has_nothing_to_report_on(learning_set: LearningSet, gita: User, asha: User) -> None:
    session = opened(scheduled(learning_set, asha), gita)
    assert current(session).key == "share-topics"
    assert session.stages.get(key="report-back").skipped_at == START


def test_opening_minutes_count_the_people(learning_set: LearningSet, gita: User, asha: User, ben: User) -> None:
    last = make_closed_session(learning_set)
    for place, person in enumerate((asha, ben), start=1):
        make_slot(last, person, position=place, state=SlotState.HEARD)
    dev = make_user("Dev")
    join(learning_set, dev)
    session = scheduled(learning_set, asha)
    replying.reply(session=session, by=dev, reply=Reply.APOLOGIES, now=START - MINUTE)
    opened(session, gita)
    planned = dict(session.stages.values_list("key", "planned_minutes"))
    # Two were heard last time; Asha and Ben may come, Dev can't.
    assert planned == {"report-back": 4, "share-topics": 4, "choose": 5, "review": 5}


def test_a_session_keeps_the_process_it_was_opened_with(learning_set: LearningSet, gita: User, asha: User) -> None:
    session = opened(scheduled(learning_set, asha), gita)
    LearningSet.objects.filter(pk=learning_set.pk).update(process="open-questions")
    session = Session.objects.get(pk=session.pk)
    go_to(session, "choose", gita)
    choose(session, gita, (asha, 30))
    topic = list(session.stages.filter(part="topic").values_list("key", flat=True))
    assert topic == ["bring-to-life", "suggestions", "response", "commit"]
    assert process_of(session).slug == "topics-and-suggestions"


@pytest.mark.parametrize(("minutes_before", "opens"), [(61, False), (60, True), (0, True), (-300, True)])
def test_a_session_opens_from_an_hour_before(
    minutes_before: int, opens: bool, learning_set: LearningSet, gita: User
) -> None:
    session = scheduled(learning_set)
    now = START - minutes_before * MINUTE
    if opens:
        assert opened(session, gita, now=now).opened_at == now
    else:
        with pytest.raises(running.CantOpen, match="too early"):
            opened(session, gita, now=now)


def test_opening_twice_opens_once(learning_set: LearningSet, gita: User, ben: User) -> None:
    session = scheduled(learning_set)
    opened(session, gita)
    opened(session, ben, now=START + MINUTE)
    session.refresh_from_db()
    assert (session.opened_at, session.stages.count()) == (START, 4)


def test_only_one_session_of_a_set_is_open(learning_set: LearningSet, gita: User) -> None:
    opened(scheduled(learning_set), gita)
    with pytest.raises(running.CantOpen, match="Another session"):
        opened(scheduled(learning_set, starts_at=START + 10 * MINUTE), gita)


# --- Who is here --------------------------------------------------------------------------------
def here(session: Session) -> dict[str, str]:
    return dict(session.attendances.values_list("user__name", "presence"))


def test_replies_say_who_is_expected_and_the_opener_is_here(
    learning_set: LearningSet, gita: User, asha: User, ben: User
) -> None:
    session = scheduled(learning_set, asha)
    replying.reply(session=session, by=ben, reply=Reply.APOLOGIES, now=START - MINUTE)
    opened(session, gita)
    assert here(session) == {"Asha": "present", "Ben": "apologies", "Gita": "present"}


def test_who_arrives_is_here_whatever_they_had_replied(learning_set: LearningSet, gita: User, ben: User) -> None:
    session = scheduled(learning_set)
    replying.reply(session=session, by=ben, reply=Reply.APOLOGIES, now=START - MINUTE)
    opened(session, gita)
    running.arrive(session=Session.objects.get(pk=session.pk), by=ben, now=START)
    running.arrive(session=Session.objects.get(pk=session.pk), by=ben, now=START)
    assert here(session) == {"Ben": "present", "Gita": "present"}


def test_who_runs_the_session_says_who_is_here_late_or_not_there(
    learning_set: LearningSet, gita: User, asha: User, ben: User, stranger: User
) -> None:
    session = opened(scheduled(learning_set, asha), gita)
    said = {asha.pk: Presence.ABSENT, ben.pk: Presence.LATE, stranger.pk: Presence.PRESENT}
    attending.note_presence(session=session, by=gita, presences=said, now=START)
    assert here(session) == {"Asha": "absent", "Ben": "late", "Gita": "present"}


def test_at_the_close_who_was_not_seen_was_not_there(learning_set: LearningSet, gita: User, ben: User) -> None:
    session = opened(scheduled(learning_set), gita)
    Attendance.objects.create(session=session, user=ben)
    close(session, gita, now=START)
    assert here(session) == {"Asha": "absent", "Ben": "absent", "Gita": "present"}


# --- From stage to stage ------------------------------------------------------------------------
def test_next_ends_one_stage_and_starts_the_other(learning_set: LearningSet, gita: User) -> None:
    session = opened(scheduled(learning_set), gita)
    first = current(session)
    second = running.next_stage(session=session, by=gita, leaving=first.pk, now=START + 3 * MINUTE)
    first.refresh_from_db()
    assert second is not None
    assert (first.ended_at, second.key, second.started_at) == (START + 3 * MINUTE, "choose", START + 3 * MINUTE)


def test_next_does_nothing_for_who_saw_an_earlier_stage(learning_set: LearningSet, gita: User) -> None:
    session = opened(scheduled(learning_set), gita)
    first = current(session)
    second = running.next_stage(session=session, by=gita, leaving=first.pk, now=START)
    assert running.next_stage(session=session, by=gita, leaving=first.pk, now=START) == second
    assert current(session) == second


def test_the_last_stage_goes_on_until_the_session_is_closed(learning_set: LearningSet, gita: User) -> None:
    session = opened(scheduled(learning_set), gita)
    last = go_to(session, "review", gita)
    assert running.next_stage(session=session, by=gita, leaving=last.pk, now=START) is None
    assert current(session) == last


def test_slots_run_one_after_the_other(learning_set: LearningSet, gita: User, asha: User, ben: User) -> None:
    session = opened(scheduled(learning_set, asha, ben), gita)
    go_to(session, "choose", gita)
    choose(session, gita, (asha, 30), (ben, 20))
    seen = []
    while (stage := current(session)).key != "review":
        running.next_stage(session=session, by=gita, leaving=stage.pk, now=START)
        states = list(session.slots.values_list("state", flat=True))
        if not seen or seen[-1] != states:
            seen.append(states)
    assert seen == [["running", "planned"], ["heard", "running"], ["heard", "heard"]]


def test_back_undoes_next(learning_set: LearningSet, gita: User) -> None:
    session = opened(scheduled(learning_set), gita)
    first = current(session)
    second = running.next_stage(session=session, by=gita, leaving=first.pk, now=START + MINUTE)
    assert second is not None
    back = running.previous_stage(session=session, by=gita, leaving=second.pk, now=START + 2 * MINUTE)
    second.refresh_from_db()
    assert back == current(session) == first
    assert (current(session).started_at, second.started_at) == (START, None)


def test_back_into_an_earlier_topic_takes_its_slot_along(learning_set: LearningSet, gita: User, asha: User) -> None:
    review = at_stage(learning_set, "review", presenter=asha, by=gita)
    session = review.session
    running.previous_stage(session=session, by=gita, leaving=review.pk, now=START)
    assert (current(session).key, session.slots.get().state) == ("commit", SlotState.RUNNING)
    for _stage in range(4):
        running.previous_stage(session=session, by=gita, leaving=None, now=START)
    assert (current(session).key, session.slots.get().state) == ("choose", SlotState.PLANNED)


def test_back_passes_over_what_was_skipped_and_stops_at_the_first(learning_set: LearningSet, gita: User) -> None:
    session = opened(scheduled(learning_set), gita)
    first = current(session)
    assert running.previous_stage(session=session, by=gita, leaving=first.pk, now=START) == first
    assert current(session).key == "share-topics"


def test_back_does_nothing_for_who_saw_another_stage(learning_set: LearningSet, gita: User) -> None:
    session = opened(scheduled(learning_set), gita)
    first = current(session)
    second = go_to(session, "choose", gita)
    assert running.previous_stage(session=session, by=gita, leaving=first.pk, now=START) == second
    assert current(session) == second
