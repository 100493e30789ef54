"""Two presses at the same moment, on the real database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction

from actions.models import Action, LogEntry, ReportBack
from actions.services import committing, learning_log, reminding, reporting, reporting_for, supporting
from actions.services.locking import locked_action
from als_project.outbox.models import Message
from als_project.refusals import Refused
from sessions.services import closing, running
from sessions.services.holding import hold_set
from tests.factories import end, make_running_session, make_session, make_slot, make_stage
from tests.locks import until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*presses: Callable):
    """Runs each press in a thread of its own, all let go at the same moment; a refusal counts as an answer."""
    gate = Barrier(len(presses))

    def run(press):
        try:
            gate.wait(timeout=10)
            return press()
        except Refused as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(presses)) as threads:
        return list(threads.map(run, presses))


def test_a_commit_form_sent_twice_at_once_saves_one(slot, asha, now):
    key = uuid4()

    def press():
        return committing.commit(slot=slot, by=asha, what="Once", now=now, form_key=key).pk

    assert len(set(at_once(*[press] * 4))) == 1
    assert Action.objects.count() == 1


def test_committing_while_the_session_goes_on_to_its_next_stage_blocks_nobody(learning_set, asha, gita, met, now):
    session = make_running_session(learning_set)
    slot = make_slot(session, asha, state="running")
    stage = make_stage(session, slot=slot, captures=["action"], started_at=session.opened_at)
    make_stage(session, position=2, part="closing", captures=["insight"])

    def commit():
        return committing.commit(slot=slot, by=asha, what="Once", now=now).state

    def move_on():
        return running.next_stage(session=session, by=gita, leaving=stage.pk, now=now).position

    assert at_once(*[commit] * 3, move_on) == ["open", "open", "open", 2]


def test_committing_while_somebody_closes_the_session_blocks_nobody(learning_set, asha, gita, met, now):
    """Who closes it holds the set first and then the session; the presenter's press comes in between."""
    session = make_running_session(learning_set)
    slot = make_slot(session, asha, state="running")
    make_stage(session, slot=slot, captures=["action"], started_at=session.opened_at)
    with ThreadPoolExecutor(1) as thread, transaction.atomic():
        hold_set(session)
        pressed = thread.submit(at_once, lambda: committing.commit(slot=slot, by=asha, what="Once", now=now).state)
        assert pressed.result(timeout=10) == ["open"]
        assert closing.close_session(session=session, by=gita, now=now).is_closed


def test_a_report_sent_twice_at_once_is_one(action, asha, now):
    key = uuid4()

    def press():
        return reporting.report_back(action=action, by=asha, state="done", did="x", now=now, form_key=key).pk

    assert len(set(at_once(*[press] * 4))) == 1
    assert ReportBack.objects.count() == 1


def test_two_reports_at_once_are_both_kept_and_the_last_one_counts(action, asha, now):
    def press(state):
        return lambda: reporting.report_back(action=action, by=asha, state=state, did=state, now=now).pk

    at_once(press("done"), press("dropped"))
    reports = list(action.report_backs.order_by("pk"))
    action.refresh_from_db()
    assert {r.state for r in reports} == {"done", "dropped"}
    assert action.state == reports[-1].state


def test_an_owner_and_their_scribe_who_report_at_once_block_nobody(action, asha, gita, met, now):
    """The owner's press holds the action when the scribe's comes: one waits, and neither holds what the other needs."""
    session = running.open_session(session=make_session(action.learning_set, starts_at=now), by=gita, now=now)
    running.arrive(session=session, by=asha, now=now)
    given = {"action": action, "state": "done", "did": "x", "now": now}
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            locked_action(action, by=asha)
            scribe = thread.submit(at_once, lambda: reporting_for.report_for(by=gita, **given))
            until_somebody_waits()
            reporting.report_back(by=asha, **given)
        assert scribe.result(timeout=10) == [reporting_for.ReportedMeanwhile]
    assert ReportBack.objects.get().written_by is None


def test_an_entry_sent_twice_at_once_is_written_once(asha, now):
    key = uuid4()
    at_once(*[lambda: learning_log.write_entry(by=asha, text="Once", now=now, form_key=key)] * 4)
    assert LogEntry.objects.count() == 1


def test_a_draft_confirmed_and_discarded_at_once_goes_one_way(draft, asha, gita, now):
    def confirm():
        try:
            return committing.confirm(action=draft, by=asha, what="Mine", now=now).state
        except committing.PermissionDenied:
            return "gone"

    def discard():
        return committing.discard(action=draft, by=gita, now=now)

    confirmed, discarded = at_once(confirm, discard)
    assert (confirmed, discarded, Action.objects.count()) in [
        ("open", committing.AlreadyConfirmed, 1),
        ("gone", None, 0),
    ]


def test_sweeps_at_once_tell_once(action, asha, ben, ahead, memberships, now):
    Action.objects.update(supporter=ben, support="accepted")
    end(memberships["Ben"])

    def sweep():
        reminding.queue_reminders(now=now)
        supporting.tell_of_leavers(now=now)

    at_once(*[sweep] * 4)
    assert sorted(Message.objects.values_list("kind", flat=True)) == [
        "actions.report_back_reminder",
        "actions.supporter_left",
    ]


def test_a_message_is_queued_only_with_its_cause(action, asha, ben, now):
    with transaction.atomic():
        supporting.ask(action=action, by=asha, supporter=ben, now=now)
        transaction.set_rollback(True)
    action.refresh_from_db()
    assert (action.support, Message.objects.count()) == ("", 0)
