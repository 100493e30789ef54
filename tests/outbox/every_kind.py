"""A cause for every kind of message: `SCENES` names a scene for each kind.

Its service, or the clock's own task in the worker, queues the message.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.test import Client
from django.urls import reverse

from actions.models import Action
from actions.services import checking, committing, supporting
from als_project.outbox.models import Message
from sessions.enums import Presence
from sessions.models import (
    Attendance,
    Session,
    Slot,
)
from sessions.services import closing, runs, scheduling, turns
from sets.models import Membership
from sets.services import belonging
from tests.factories import (
    end,
    join,
    make_poll,
    make_running_session,
    make_session,
    make_slot,
)
from tests.outbox.by_mail import answered, reply_kept, reply_not_kept
from tests.outbox.marked import Stage, mark_everything, said
from tests.outbox.of_sets import (
    address_refused,
    all_cancelled,
    closed,
    end_of_facilitation,
    handed_over,
    invitation,
    invitation_refused,
    notes_agreed,
    opened_again,
    read_longer,
    rules_changed,
    self_facilitated,
)
from tests.sessions import poll_acts, run_acts
from tests.sessions.acts import move, schedule


def removed(stage: Stage) -> None:
    """Of the presenter; their calendar lets the session go."""
    session = stage.ahead("Removed", days=20)
    Session.objects.filter(pk=session.pk).update(created_at=stage.now - timedelta(days=9))
    membership = session.learning_set.memberships.get(user=stage.presenter)
    belonging.remove(membership=membership, by=stage.gita, now=stage.now)
    tick("sessions.tasks.queue_prompts")


def weekly_view(stage: Stage) -> None:
    """Of all the sets above."""
    stage.met(stage.ahead("Weekly", days=3).learning_set)
    Membership.objects.update(weekly_view_at=stage.now)
    tick("sets.tasks.queue_weekly_views")


def scheduled(stage: Stage) -> None:
    session = schedule(stage.a_set("Scheduled"), stage.gita, now=stage.now)
    assert session.is_scheduled


def moved(stage: Stage) -> None:
    session = stage.ahead("Moved", days=30)
    move(session, stage.gita, now=stage.now, starts_at=session.starts_at + timedelta(days=1))


def cancelled(stage: Stage) -> None:
    scheduling.cancel_session(session=stage.ahead("Cancelled", days=30), by=stage.gita, now=stage.now)


def joined(stage: Stage) -> None:
    session = stage.ahead("Joined", days=40)
    Session.objects.filter(pk=session.pk).update(created_at=stage.now - timedelta(days=9))
    join(session.learning_set, stage.weekly, joined_at=stage.now)
    tick("sessions.tasks.queue_prompts")


def before_a_session(days: float) -> Callable[[Stage], None]:
    def scene(stage: Stage) -> None:
        stage.ahead(f"In {days} days", days=days)
        tick("sessions.tasks.queue_prompts")

    return scene


def below_minimum(stage: Stage) -> None:
    stage.ahead("Few", days=1, minimum_to_run=4)
    tick("sessions.tasks.queue_prompts")


def poll_opened(stage: Stage) -> None:
    poll_acts.ask(stage.a_set("Poll"), stage.gita, now=stage.now)


def poll_changed(stage: Stage) -> None:
    poll = poll_acts.ask(stage.a_set("Poll changed"), stage.gita, now=stage.now)
    poll_acts.answer(poll, stage.presenter, "yn", now=stage.now)
    first, second = poll.options.all()
    later = second.starts_at + timedelta(hours=3)
    poll_acts.change(poll, stage.gita, (first, first.starts_at), (second, later), now=stage.now)


def poll_by_the_clock(stage: Stage) -> None:
    """One whose time to nudge has come, one that everyone has answered, one whose deadline is over."""
    nudged, answered, over = (stage.a_set(f"Poll {name}") for name in ("nudged", "answered", "over"))
    make_poll(nudged, nudge_at=stage.now - timedelta(minutes=1))
    poll = make_poll(answered)
    for person in (stage.gita, stage.presenter, stage.ben, stage.dev):
        poll_acts.answer(poll, person, "yy", now=stage.now)
    make_poll(over, deadline_at=stage.now - timedelta(minutes=1), nudge_at=stage.now - timedelta(hours=1))
    tick("sessions.tasks.queue_prompts")


def in_words(at: datetime) -> str:
    return f"{at + timedelta(hours=1):%Y-%m-%d} 18:00"


def run(act: Callable[[Session, Stage], object] | None) -> Callable[[Stage], None]:
    def scene(stage: Stage) -> None:
        dates = [in_words(stage.now + timedelta(days=days)) for days in (50, 80)]
        planned = run_acts.plan(stage.a_set(f"Run {act}"), stage.gita, *dates, now=stage.now)
        if act:
            act(planned.sessions.order_by("starts_at")[0], stage)

    return scene


def move_run(session: Session, stage: Stage) -> None:
    run_acts.move(session, stage.gita, now=stage.now, starts_at=session.starts_at + timedelta(days=1))


def cancel_run(session: Session, stage: Stage) -> None:
    runs.cancel_from_here(session=session, by=stage.gita, now=stage.now)


def turn(answers: bool, asks: str) -> Callable[[Stage], None]:
    """The presenter is asked by somebody; with `answers`, has said yes."""

    def scene(stage: Stage) -> None:
        person, learning_set = getattr(stage, asks), stage.a_set(f"Turn of {asks} {answers}")
        if person == stage.weekly:
            join(learning_set, person)
        session = make_session(learning_set, days=60, facilitator=person)
        request = turns.ask(session=session, by=person, taker=stage.presenter, now=stage.now)
        if answers:
            turns.answer(request=request, by=stage.presenter, accepts=True, now=stage.now)

    return scene


def record_ready(stage: Stage) -> None:
    session = make_running_session(stage.a_set("Record"))
    make_slot(session, stage.presenter)
    for person in (stage.presenter, stage.ben):
        Attendance.objects.create(session=session, user=person, presence=Presence.PRESENT)
    mark_everything()
    closing.close_session(session=session, by=stage.gita, now=stage.now, without_review=said("why no review"))


def committed(stage: Stage, name: str, **fields: Any) -> Action:
    slot: Slot = stage.met(stage.a_set(name)).slot  # type: ignore[assignment]
    words = {"what": said("what"), "first_step": said("first step"), "how_i_will_know": said("how I'll know")}
    return committing.commit(slot=slot, by=stage.presenter, now=stage.now, **words, **fields)


def support_asked(stage: Stage) -> None:
    committed(stage, "Support asked", supporter=stage.ben)


def support_answered(stage: Stage) -> None:
    action = committed(stage, "Support answered", supporter=stage.ben)
    supporting.answer_support(action=action, by=stage.ben, accepts=True, now=stage.now)


def supporter_left(stage: Stage) -> None:
    action = committed(stage, "Supporter left", supporter=stage.ben)
    end(action.learning_set.memberships.get(user=stage.ben))
    tick("actions.tasks.queue_reminders")


def report_back_reminder(stage: Stage) -> None:
    action = stage.met(stage.ahead("Report back", days=2.5).learning_set)
    assert action.is_owed
    tick("actions.tasks.queue_reminders")


def check_in(stage: Stage) -> None:
    """Its day has come."""
    committed(stage, "In between", check_halfway=True)
    Message.objects.filter(kind=checking.KIND).update(due_at=stage.now)


def digest(stage: Stage) -> None:
    """The Monday has come for what was kept for it."""
    turn(True, "weekly")(stage)


def from_the_sign_in_page(email: str) -> Callable[[Stage], None]:
    def scene(stage: Stage) -> None:
        Client().post(reverse("account_request_login_code"), {"email": email})

    return scene


def tick(task: str) -> None:
    """As the clock does: through the broker."""
    current_app.send_task(task)


SCENES: dict[str, Callable[[Stage], None]] = {
    "inbox.reply_kept": reply_kept,
    "inbox.reply_not_kept": reply_not_kept,
    "outbox.answered": answered,
    "actions.check_in": check_in,
    "actions.report_back_reminder": report_back_reminder,
    "actions.support_answered": support_answered,
    "actions.support_asked": support_asked,
    "actions.supporter_left": supporter_left,
    "outbox.digest": digest,
    "sessions.below_minimum": below_minimum,
    "sessions.cancelled": cancelled,
    "sessions.joined": joined,
    "sessions.left": removed,
    "sessions.moved": moved,
    "sessions.poll_all_answered": poll_by_the_clock,
    "sessions.poll_changed": poll_changed,
    "sessions.poll_deadline": poll_by_the_clock,
    "sessions.poll_nudge": poll_by_the_clock,
    "sessions.poll_opened": poll_opened,
    "sessions.record_ready": record_ready,
    "sessions.reminder": before_a_session(0.8),
    "sessions.all_cancelled": all_cancelled,
    "sessions.run_cancelled": run(cancel_run),
    "sessions.run_moved": run(move_run),
    "sessions.run_scheduled": run(None),
    "sessions.scheduled": scheduled,
    "sessions.topic_nudge": before_a_session(1.8),
    "sessions.topic_prompt": before_a_session(6),
    "sessions.turn_answered": turn(True, "gita"),
    "sessions.turn_asked": turn(False, "gita"),
    "sets.address_refused": address_refused,
    "sets.invitation_refused": invitation_refused,
    "sets.handed_over": handed_over,
    "sets.invitation": invitation,
    "sets.notes_agreed": notes_agreed,
    "sets.closed": closed,
    "sets.end_of_facilitation": end_of_facilitation,
    "sets.opened_again": opened_again,
    "sets.read_longer": read_longer,
    "sets.removed": removed,
    "sets.rules_changed": rules_changed,
    "sets.self_facilitated": self_facilitated,
    "sets.weekly_view": weekly_view,
    "users.code": from_the_sign_in_page("ben@example.org"),
    "users.notice": from_the_sign_in_page("unknown@example.org"),
}
