"""What a set's closing does to its sessions, its dates and what was said in it."""

from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from als_project.outbox.kinds import kind_called
from als_project.outbox.models import Message
from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import BidState, PollState, SessionState
from sessions.models import Bid, Contribution, Poll, Preparation, Session
from sessions.services import polling, runs, scheduling
from sessions.services.forgetting import delete_notes
from sessions.services.scheduling import SetHasClosed
from sets.models import LearningSet
from sets.services.closing import close_set, open_again
from tests.cast import SignedIn
from tests.factories import make_bid, make_poll, make_running_session, make_session
from tests.sessions.room_acts import START, at_once, choose, close, go_to, opened, say, scheduled

pytestmark = pytest.mark.django_db
A_MONTH = timedelta(days=30)
WHERE = {"minutes": 90, "time_zone": "Europe/London", "place": "", "link": ""}


def ends(learning_set: LearningSet, by: User) -> LearningSet:
    now = timezone.now()
    return close_set(learning_set=learning_set, by=by, notes_end_at=now + A_MONTH, now=now)


def test_what_is_planned_is_cancelled_and_no_date_is_looked_for(learning_set: LearningSet, gita: User) -> None:
    now = timezone.now()
    make_session(learning_set, days=40)
    poll = make_poll(learning_set, 3, 5)
    runs.schedule_run(
        learning_set=learning_set,
        by=gita,
        rule="",
        dates=[now + timedelta(days=days) for days in (7, 14, 21)],
        facilitators=[None] * 3,
        now=now,
        **WHERE,
    )
    ends(learning_set, gita)
    poll.refresh_from_db()
    assert set(learning_set.sessions.values_list("state", flat=True)) == {SessionState.CANCELLED}
    assert poll.state == PollState.CLOSED
    told = Message.objects.filter(to__name="Asha", kind__startswith="sessions.").exclude(kind="sessions.run_scheduled")
    [message] = told
    assert (message.kind, message.about) == ("sessions.all_cancelled", learning_set.sessions.earliest("starts_at").pk)
    kind = kind_called(message.kind)
    context = kind.context(message)
    assert len(context["sessions"]) == len(kind.calendars(message, context)) == 4


def test_what_was_offered_waits_for_the_next_session_and_nothing_prepared_is_copied(
    learning_set: LearningSet, gita: User, asha: User
) -> None:
    first, second = make_session(learning_set, days=9), make_session(learning_set, days=40)
    make_bid(first, asha)
    Preparation.objects.create(session=first, author=asha, text="For me alone", saved_at=timezone.now())
    ends(learning_set, gita)
    assert (Bid.objects.get().session, Bid.objects.get().state) == (first, BidState.CARRIED)
    assert not Preparation.objects.filter(session=second).exists()
    now = timezone.now()
    open_again(learning_set=learning_set, by=gita, now=now)
    anew = scheduling.schedule_session(
        learning_set=learning_set, by=gita, starts_at=now + timedelta(days=50), facilitator=None, now=now, **WHERE
    )
    assert anew.bids.get().member == asha


def test_while_a_session_goes_on_it_does_not_close(signed_in: SignedIn, learning_set: LearningSet, gita: User) -> None:
    make_running_session(learning_set)
    planned = make_session(learning_set)
    with pytest.raises(Refused):
        ends(learning_set, gita)
    day = (timezone.now() + A_MONTH).date().isoformat()
    answer = signed_in(gita).post(reverse("sets:close", args=[learning_set.pk]), {"last_day": day})
    assert (answer.status_code, "A session is going on" in answer.content.decode()) == (409, True)
    learning_set.refresh_from_db()
    planned.refresh_from_db()
    assert (learning_set.is_closed, planned.state) == (False, SessionState.SCHEDULED)


def test_nothing_is_planned_in_a_closed_set(learning_set: LearningSet, gita: User) -> None:
    ends(learning_set, gita)
    now = timezone.now()
    at = now + timedelta(days=9)
    tries = (
        lambda: scheduling.schedule_session(
            learning_set=learning_set, by=gita, starts_at=at, facilitator=None, now=now, **WHERE
        ),
        lambda: polling.open_poll(
            learning_set=learning_set,
            by=gita,
            dates=[at, at + timedelta(days=1)],
            facilitator=None,
            deadline_at=now + timedelta(days=2),
            now=now,
            **WHERE,
        ),
        lambda: runs.schedule_run(
            learning_set=learning_set,
            by=gita,
            rule="",
            dates=[at, at + timedelta(days=7)],
            facilitators=[None] * 2,
            now=now,
            **WHERE,
        ),
    )
    for plan in tries:
        with pytest.raises(SetHasClosed):
            plan()
    assert not Session.objects.exists()
    open_again(learning_set=learning_set, by=gita, now=now)
    assert tries[0]().is_scheduled


def test_a_form_that_was_open_meanwhile_says_why_and_keeps_what_was_typed(
    signed_in: SignedIn, learning_set: LearningSet, gita: User
) -> None:
    ends(learning_set, gita)
    day = (timezone.now() + timedelta(days=9)).date().isoformat()
    words = WHERE | {"date": day, "time": "10:00", "place": "The old mill", "facilitator": gita.pk}
    answer = signed_in(gita).post(reverse("sessions:schedule", args=[learning_set.pk]), words)
    page = answer.content.decode()
    assert "This set has closed" in page
    assert "The old mill" in page


def test_what_was_said_ends_on_the_day_and_not_before(
    signed_in: SignedIn, learning_set: LearningSet, gita: User, asha: User, ben: User
) -> None:
    session = opened(scheduled(learning_set, asha, ben), gita)
    choose(session, gita, (asha, 30))
    say(go_to(session, "suggestions", gita), ben, kind="suggestion")
    close(session, gita)
    assert Contribution.objects.exists()
    over = START + A_MONTH
    close_set(learning_set=learning_set, by=gita, notes_end_at=over, now=START)
    page = signed_in(asha).get(session.get_absolute_url()).content.decode()
    assert "will be deleted after" in page
    assert delete_notes(now=over - timedelta(minutes=1)) == 0
    assert (delete_notes(now=over), Contribution.objects.count()) == (1, 0)
    session.refresh_from_db()
    assert session.notes_deleted_at == over


def test_a_set_that_went_on_after_all_keeps_what_was_said(
    learning_set: LearningSet, gita: User, asha: User, ben: User
) -> None:
    close(opened(scheduled(learning_set, asha, ben), gita), gita)
    close_set(learning_set=learning_set, by=gita, notes_end_at=START + A_MONTH, now=START)
    open_again(learning_set=learning_set, by=gita, now=START + timedelta(days=1))
    assert delete_notes(now=START + 12 * A_MONTH) == 0


def test_opened_again_after_the_day_it_keeps_nothing_of_what_was_to_be_deleted_by_then(
    signed_in: SignedIn, learning_set: LearningSet, gita: User, asha: User, ben: User
) -> None:
    session = opened(scheduled(learning_set, asha, ben), gita)
    choose(session, gita, (asha, 30))
    say(go_to(session, "suggestions", gita), ben, kind="suggestion")
    close(session, gita)
    over = START + A_MONTH
    close_set(learning_set=learning_set, by=gita, notes_end_at=over, now=START)
    with time_machine.travel(over, tick=False):
        page = signed_in(gita).get(learning_set.get_absolute_url()).content.decode()
        signed_in(gita).post(reverse("sets:open_again", args=[learning_set.pk]))
    learning_set.refresh_from_db()
    session.refresh_from_db()
    assert "Opened again, the set goes on without what was said in it." in page
    assert (learning_set.is_closed, session.notes_deleted_at, Contribution.objects.count()) == (False, over, 0)


@pytest.mark.django_db(transaction=True)
def test_who_closes_and_who_schedules_at_once_leave_nothing_planned(learning_set: LearningSet, gita: User) -> None:
    now = timezone.now()
    at = now + timedelta(days=9)
    at_once(
        lambda: ends(learning_set, gita),
        lambda: scheduling.schedule_session(
            learning_set=learning_set, by=gita, starts_at=at, facilitator=None, now=now, **WHERE
        ),
    )
    learning_set.refresh_from_db()
    assert learning_set.is_closed
    assert not learning_set.sessions.exclude(state=SessionState.CANCELLED).exists()


@pytest.mark.django_db(transaction=True)
def test_a_poll_that_somebody_closes_at_that_moment_is_in_no_ones_way(
    learning_set: LearningSet, gita: User, asha: User
) -> None:
    poll, other = make_poll(learning_set, 3, 5), make_poll(learning_set, 9, 10)
    with transaction.atomic():
        polling.close_poll(poll=poll, by=asha, now=timezone.now())
        closing = Thread(target=at_once, args=[lambda: ends(learning_set, gita)])
        closing.start()
        closing.join(1)
    closing.join()
    learning_set.refresh_from_db()
    assert learning_set.is_closed
    assert [Poll.objects.get(pk=one.pk).decided_by for one in (poll, other)] == [asha, gita]


@pytest.mark.django_db(transaction=True)
def test_two_who_close_at_once_close_and_tell_once(learning_set: LearningSet, gita: User) -> None:
    now = timezone.now()

    def close_it() -> LearningSet:
        return close_set(learning_set=learning_set, by=gita, notes_end_at=now + A_MONTH, now=now)

    at_once(close_it, close_it)
    assert Message.objects.filter(kind="sets.closed").count() == 2  # Asha and Ben
