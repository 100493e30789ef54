"""Finding a date: what the services promise."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.enums import Answer, PollState, Reply
from sessions.models import Poll, PollOption, Session
from sessions.services import polling, scheduling
from sets.enums import Facilitation
from sets.models import LearningSet, Membership
from tests.factories import end, join, make_set
from tests.sessions.acts import schedule, told
from tests.sessions.poll_acts import answer, ask, change, said, told_of
from tests.sessions.room_acts import at_once

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def poll(learning_set: LearningSet, gita: User) -> Poll:
    """Two weeks ahead: the fourteenth and fifteenth day; answers within nine days."""
    return ask(learning_set, gita, now=NOW)


def test_everyone_present_is_asked_once(poll: Poll) -> None:
    assert told_of(poll, "poll_opened") == ["Asha", "Ben", "Gita"]
    assert [option.starts_at for option in poll.options.all()] == [NOW + 14 * DAY, NOW + 15 * DAY]
    assert Session.objects.count() == 0


def test_one_form_sent_twice_opens_one_poll(learning_set: LearningSet, gita: User) -> None:
    key = uuid.uuid4()
    assert ask(learning_set, gita, now=NOW, form_key=key) == ask(learning_set, gita, now=NOW, form_key=key)
    assert (Poll.objects.count(), PollOption.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    ("days", "words"), [((14,), "at least two"), ((), "at least two"), ((14, 14), "twice"), (range(14, 35), "are 21")]
)
def test_a_poll_has_two_to_twenty_different_dates(
    learning_set: LearningSet, gita: User, days: tuple[int, ...], words: str
) -> None:
    with pytest.raises(polling.PollRefused, match=words):
        ask(learning_set, gita, now=NOW, days=tuple(days))
    assert ask(learning_set, gita, now=NOW, days=tuple(range(14, 34))).options.count() == 20


def test_each_date_can_be_had(learning_set: LearningSet, gita: User) -> None:
    with pytest.raises(scheduling.InThePast):
        ask(learning_set, gita, now=NOW, days=(-1, 14))
    with pytest.raises(scheduling.TooFarAhead):
        ask(learning_set, gita, now=NOW, days=(14, 800))
    schedule(learning_set, gita, now=NOW, days=14)
    with pytest.raises(scheduling.Overlaps):
        ask(learning_set, gita, now=NOW)
    assert Poll.objects.count() == 0


@pytest.mark.parametrize("days", [-1, 0, 14, 20])
def test_the_deadline_is_to_come_and_before_the_first_date(learning_set: LearningSet, gita: User, days: int) -> None:
    with pytest.raises(polling.DeadlineRefused):
        ask(learning_set, gita, now=NOW, deadline_at=NOW + days * DAY)


def test_an_answer_is_one_word_for_each_date_and_can_be_changed(poll: Poll, asha: User) -> None:
    answer(poll, asha, "yi", now=NOW)
    answer(poll, asha, "ny", now=NOW + DAY)
    assert said(poll) == {"Asha": "ny"}


def test_an_answer_to_other_dates_than_those_proposed_is_refused(poll: Poll, asha: User) -> None:
    first, second = poll.options.all()
    for dates in ({first.pk: Answer.YES}, {first.pk: Answer.YES, second.pk + 100: Answer.YES}):
        with pytest.raises(polling.DatesChanged):
            polling.answer_poll(poll=poll, by=asha, answers=dates, now=NOW)
    assert said(poll) == {}


def test_answers_are_taken_until_the_deadline(poll: Poll, asha: User, ben: User) -> None:
    answer(poll, asha, "yy", now=poll.deadline_at - timedelta(seconds=1))
    with pytest.raises(polling.PollOver, match=r"Thursday 10 September 2026, 12:00 \(Nairobi\)"):
        answer(poll, ben, "yy", now=poll.deadline_at)
    assert said(poll) == {"Asha": "yy"}


# --- Choosing ------------------------------------------------------------------------------------


def test_choosing_schedules_the_session_tells_everyone_once_and_ends_the_poll(
    poll: Poll, gita: User, asha: User, ben: User
) -> None:
    answer(poll, asha, "ny", now=NOW)
    answer(poll, ben, "yi", now=NOW)
    _first, second = poll.options.all()
    session = polling.choose_date(option=second, by=gita, now=NOW + DAY)
    poll.refresh_from_db()
    assert (session.starts_at, session.minutes, session.place) == (second.starts_at, 120, "Room 4")
    assert (session.facilitator, session.scheduled_by) == (gita, gita)
    assert (poll.state, poll.session, poll.decided_by, poll.ended_at) == (PollState.DECIDED, session, gita, NOW + DAY)
    assert told("sessions.scheduled") == ["Asha", "Ben", "Gita"]


def test_who_said_yes_counts_as_coming_and_nobody_else_has_replied(
    poll: Poll, gita: User, asha: User, ben: User, memberships: dict[str, Membership]
) -> None:
    answer(poll, asha, "yn", now=NOW)
    answer(poll, ben, "in", now=NOW)
    answer(poll, gita, "yn", now=NOW)
    end(memberships["Gita"])
    session = polling.choose_date(option=poll.options.first(), by=asha, now=NOW)
    assert list(session.attendances.values_list("user__name", "reply")) == [("Asha", Reply.COMING)]


def test_whoever_was_to_facilitate_and_left_is_replaced_by_who_chooses(
    poll: Poll, asha: User, memberships: dict[str, Membership]
) -> None:
    end(memberships["Gita"])
    assert polling.choose_date(option=poll.options.first(), by=asha, now=NOW).facilitator == asha


def test_a_date_is_chosen_once_and_the_second_sees_which(poll: Poll, gita: User, ben: User) -> None:
    first, second = poll.options.all()
    session = polling.choose_date(option=first, by=gita, now=NOW)
    with pytest.raises(polling.PollOver, match=r"Tuesday 15 September 2026, 10:00 \(London\)") as refusal:
        polling.choose_date(option=second, by=ben, now=NOW)
    assert refusal.value.session == session
    assert (Session.objects.count(), told("sessions.scheduled")) == (1, ["Asha", "Ben", "Gita"])


def test_a_time_the_set_has_taken_meanwhile_is_not_chosen(poll: Poll, learning_set: LearningSet, gita: User) -> None:
    schedule(learning_set, gita, now=NOW, days=14)
    with pytest.raises(scheduling.Overlaps):
        polling.choose_date(option=poll.options.first(), by=gita, now=NOW)
    poll.refresh_from_db()
    assert (poll.state, poll.session) == (PollState.OPEN, None)


def test_a_date_that_is_past_or_gone_is_not_chosen(poll: Poll, gita: User) -> None:
    first, second = poll.options.all()
    with pytest.raises(scheduling.InThePast):
        polling.choose_date(option=first, by=gita, now=NOW + 14 * DAY)
    change(poll, gita, (first, first.starts_at), (None, NOW + 20 * DAY), now=NOW)
    with pytest.raises(polling.DatesChanged):
        polling.choose_date(option=second, by=gita, now=NOW)


def test_after_it_is_over_nothing_more_happens_to_a_poll(poll: Poll, gita: User, asha: User) -> None:
    first = poll.options.first()
    polling.close_poll(poll=poll, by=gita, now=NOW)
    for act in (
        lambda: answer(poll, asha, "yy", now=NOW),
        lambda: polling.choose_date(option=first, by=gita, now=NOW),
        lambda: polling.close_poll(poll=poll, by=gita, now=NOW),
        lambda: change(poll, gita, (None, NOW + 20 * DAY), (None, NOW + 21 * DAY), now=NOW),
    ):
        with pytest.raises(polling.PollOver, match="closed without a date"):
            act()
    poll.refresh_from_db()
    assert (poll.state, poll.session, Session.objects.count()) == (PollState.CLOSED, None, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_date", [True, False])
def test_of_two_who_choose_at_once_one_wins_and_the_other_sees_what_happened(
    poll: Poll, gita: User, ben: User, same_date: bool
) -> None:
    first, second = poll.options.all()
    answers = at_once(
        *[
            lambda by=by, option=option: polling.choose_date(option=option, by=by, now=NOW)
            for by, option in ((gita, first), (ben, first if same_date else second))
        ]
    )
    (won,) = [one for one in answers if isinstance(one, Session)]
    (lost,) = [one for one in answers if not isinstance(one, Session)]
    assert (type(lost), lost.session) == (polling.PollOver, won)
    poll.refresh_from_db()
    assert (poll.session, Session.objects.count()) == (won, 1)
    assert told("sessions.scheduled") == ["Asha", "Ben", "Gita"]


@pytest.mark.django_db(transaction=True)
def test_an_answer_at_the_moment_of_the_choice_is_kept_or_refused(poll: Poll, gita: User, asha: User) -> None:
    chosen, answered = at_once(
        lambda: polling.choose_date(option=poll.options.first(), by=gita, now=NOW),
        lambda: answer(poll, asha, "yy", now=NOW),
    )
    assert isinstance(chosen, Session)
    assert said(poll) == ({"Asha": "yy"} if isinstance(answered, Poll) else {})
    assert isinstance(answered, Poll | polling.PollOver)


# --- Changing ------------------------------------------------------------------------------------


def test_who_had_answered_a_changed_date_is_asked_again_and_nobody_else(
    poll: Poll, gita: User, asha: User, ben: User
) -> None:
    answer(poll, asha, "yn", now=NOW)
    first, second = poll.options.all()
    change(poll, gita, (first, first.starts_at), (second, NOW + 21 * DAY), now=NOW)
    assert told_of(poll, "poll_changed") == ["Asha"]
    assert said(poll) == {"Asha": "y."}
    assert [option.starts_at for option in poll.options.all()] == [NOW + 14 * DAY, NOW + 21 * DAY]


def test_an_added_date_is_asked_of_those_who_had_answered(poll: Poll, gita: User, asha: User) -> None:
    answer(poll, asha, "yn", now=NOW)
    first, second = poll.options.all()
    change(poll, gita, (first, first.starts_at), (second, second.starts_at), (None, NOW + 21 * DAY), now=NOW)
    assert (told_of(poll, "poll_changed"), said(poll)) == (["Asha"], {"Asha": "yn."})


def test_a_date_taken_out_asks_nobody(learning_set: LearningSet, gita: User, asha: User) -> None:
    poll = ask(learning_set, gita, now=NOW, days=(14, 15, 16))
    answer(poll, asha, "yni", now=NOW)
    first, _second, third = poll.options.all()
    change(poll, gita, (first, first.starts_at), (third, third.starts_at), now=NOW)
    assert (told_of(poll, "poll_changed"), said(poll)) == ([], {"Asha": "yi"})


def test_a_new_place_or_deadline_asks_nobody(poll: Poll, gita: User, asha: User) -> None:
    answer(poll, asha, "yn", now=NOW)
    dates = [(option, option.starts_at) for option in poll.options.all()]
    changed = change(poll, gita, *dates, now=NOW, place="Room 5", minimum=3, deadline_at=NOW + 10 * DAY)
    assert (changed.place, changed.minimum, changed.deadline_at) == ("Room 5", 3, NOW + 10 * DAY)
    assert changed.nudge_at == NOW + 8 * DAY
    assert (told_of(poll, "poll_changed"), said(poll)) == ([], {"Asha": "yn"})


def test_who_left_is_not_asked_again(poll: Poll, gita: User, asha: User, memberships: dict[str, Membership]) -> None:
    answer(poll, asha, "yn", now=NOW)
    end(memberships["Asha"])
    first, second = poll.options.all()
    change(poll, gita, (first, NOW + 20 * DAY), (second, second.starts_at), now=NOW)
    assert told_of(poll, "poll_changed") == []


def test_a_changed_poll_still_has_two_dates(poll: Poll, gita: User) -> None:
    first, second = poll.options.all()
    with pytest.raises(polling.PollRefused, match="at least two"):
        change(poll, gita, (first, first.starts_at), now=NOW)
    with pytest.raises(polling.PollRefused, match="twice"):
        change(poll, gita, (first, second.starts_at), (second, second.starts_at), now=NOW)


def test_two_dates_can_change_places(poll: Poll, gita: User, asha: User) -> None:
    answer(poll, asha, "yn", now=NOW)
    first, second = poll.options.all()
    change(poll, gita, (first, second.starts_at), (second, first.starts_at), now=NOW)
    assert (poll.options.count(), said(poll)) == (2, {})


# --- In a self-facilitated set --------------------------------------------------------------------


def test_where_all_look_after_the_set_all_hear_that_everyone_answered(asha: User, ben: User) -> None:
    learning_set = make_set(facilitation=Facilitation.SELF_FACILITATED)
    for person in (asha, ben):
        join(learning_set, person)
    poll = ask(learning_set, asha, now=NOW)
    answer(poll, asha, "yy", now=NOW)
    answer(poll, ben, "yy", now=NOW)
    assert told_of(poll, "poll_all_answered") == ["Asha", "Ben"]


def test_messages_of_a_poll_are_about_it_alone(poll: Poll) -> None:
    assert set(Message.objects.values_list("about", flat=True)) == {poll.pk}
