from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from actions.enums import ActionState, SupportState
from actions.models import Action
from actions.services import committing, reporting
from sessions.enums import SlotState
from tests.factories import end, join, make_running_session, make_slot, make_stage, make_user, publish_rules

WORDS = {"what": "Talk to my manager", "first_step": "Ask for an hour", "how_i_will_know": "We have a date"}
CONFIRMED = [state for state in ActionState if state != ActionState.PROPOSED]


@pytest.fixture
def running_slot(learning_set, asha, met):
    """Asha's topic in a session going on: suggestions now, commit next."""
    session = make_running_session(learning_set)
    slot = make_slot(session, asha, state=SlotState.RUNNING)
    make_stage(session, slot=slot, position=1, started_at=session.opened_at)
    make_stage(session, slot=slot, position=2, key="commit", captures=["action"], presenter_listens=False)
    return slot


def begin_commit_stage(slot):
    slot.stages.filter(position=1).update(ended_at=slot.session.opened_at)
    slot.stages.filter(position=2).update(started_at=slot.session.opened_at)


def fields_of(action):
    action.refresh_from_db()
    return (
        action.owner.name,
        action.state,
        action.what,
        action.first_step,
        action.how_i_will_know,
        action.due_on,
        action.session_id,
        action.learning_set_id,
    )


def test_the_presenter_commits_in_their_own_words(slot, asha, now):
    action = committing.commit(slot=slot, by=asha, now=now, due_on=date(2030, 1, 8), **WORDS)
    expected = ("Asha", "open", *WORDS.values(), date(2030, 1, 8), slot.session_id, slot.session.learning_set_id)
    assert fields_of(action) == expected
    assert (action.slot, action.drafted_by, action.confirmed_at) == (slot, asha, now)


def test_an_action_without_a_date_is_saved(slot, asha, now):
    assert committing.commit(slot=slot, by=asha, now=now, what="Rest").due_on is None


def test_a_slot_leads_to_several_actions(slot, asha, now):
    committing.commit(slot=slot, by=asha, now=now, what="One")
    committing.commit(slot=slot, by=asha, now=now, what="Two")
    assert [a.what for a in slot.actions.order_by("pk")] == ["One", "Two"]


@pytest.mark.parametrize("who", ["gita", "ben"])
def test_nobody_commits_for_the_presenter(request, slot, who, now):
    with pytest.raises(PermissionDenied):
        committing.commit(slot=slot, by=request.getfixturevalue(who), now=now, what="x")
    assert Action.objects.count() == 0


@pytest.mark.parametrize("who", ["cara", "olu", "stranger", "superuser"])
@pytest.mark.parametrize("service", [committing.commit, committing.propose])
def test_whoever_is_not_in_the_set_writes_no_action(request, slot, who, service, now):
    with pytest.raises(PermissionDenied):
        service(slot=slot, by=request.getfixturevalue(who), now=now, what="x")
    assert Action.objects.count() == 0


def test_a_presenter_who_left_commits_no_more(slot, asha, memberships, now):
    end(memberships["Asha"])
    with pytest.raises(PermissionDenied):
        committing.commit(slot=slot, by=asha, now=now, what="x")


def test_a_presenter_agrees_to_the_rules_first(learning_set, slot, asha, now):
    publish_rules(learning_set)
    with pytest.raises(PermissionDenied):
        committing.commit(slot=slot, by=asha, now=now, what="x")


@pytest.mark.parametrize(("who", "service"), [("asha", committing.commit), ("gita", committing.propose)])
def test_an_action_waits_for_the_stage_that_asks_for_it(request, running_slot, who, service, now):
    with pytest.raises(committing.NotYetReached):
        service(slot=running_slot, by=request.getfixturevalue(who), now=now, what="x")
    begin_commit_stage(running_slot)
    assert service(slot=running_slot, by=request.getfixturevalue(who), now=now, what="x").slot == running_slot


def test_a_commit_stage_passed_over_still_lets_the_presenter_commit(running_slot, asha, now):
    running_slot.stages.filter(position=2).update(skipped_at=now)
    assert committing.commit(slot=running_slot, by=asha, now=now, what="x").state == "open"


@pytest.mark.parametrize("state", ["carried", "dropped", "free"])
def test_a_topic_that_is_not_worked_on_today_has_no_action_today(running_slot, asha, now, state):
    running_slot.stages.update(skipped_at=now, started_at=None, ended_at=None)
    running_slot.state = state
    running_slot.save(update_fields=["state"])
    with pytest.raises(committing.NotYetReached):
        committing.commit(slot=running_slot, by=asha, now=now, what="x")


@pytest.mark.parametrize(
    ("slot_state", "begun", "reached"),
    [("planned", False, False), ("carried", False, False), ("running", True, True), ("heard", False, True)],
)
def test_after_the_session_a_topic_that_was_begun_has_its_action(met, ben, now, slot_state, begun, reached):
    slot = make_slot(met, ben, position=2, state=slot_state)
    make_stage(
        met, slot=slot, position=5, **({"started_at": met.opened_at, "ended_at": met.closed_at} if begun else {})
    )
    assert committing.is_reached(slot) is reached


def test_the_same_form_sent_twice_commits_once(slot, asha, now):
    key = uuid4()
    first = committing.commit(slot=slot, by=asha, now=now, what="Once", form_key=key)
    assert committing.commit(slot=slot, by=asha, now=now, what="Once", form_key=key) == first
    assert Action.objects.count() == 1


def test_another_persons_form_key_is_refused(slot, asha, gita, now):
    key = uuid4()
    committing.propose(slot=slot, by=gita, now=now, what="Draft", form_key=key)
    with pytest.raises(PermissionDenied):
        committing.commit(slot=slot, by=asha, now=now, what="Mine", form_key=key)


def test_a_facilitators_draft_is_proposed_and_the_presenters(slot, asha, gita, now):
    draft = committing.propose(slot=slot, by=gita, now=now, what="Write to the board", first_step="Open the file")
    assert fields_of(draft)[:4] == ("Asha", "proposed", "Write to the board", "Open the file")
    assert (draft.drafted_by, draft.confirmed_at) == (gita, None)


def test_a_member_drafts_nothing_where_there_is_a_facilitator(slot, ben, now):
    with pytest.raises(PermissionDenied):
        committing.propose(slot=slot, by=ben, now=now, what="x")


def test_every_member_may_draft_in_a_self_facilitated_set(learning_set, slot, ben, now):
    learning_set.facilitation = "self_facilitated"
    learning_set.save(update_fields=["facilitation"])
    assert committing.propose(slot=slot, by=ben, now=now, what="x").state == "proposed"


def test_the_presenter_drafts_nothing_for_themself(learning_set, slot, asha, now):
    learning_set.facilitation = "self_facilitated"
    learning_set.save(update_fields=["facilitation"])
    with pytest.raises(PermissionDenied):
        committing.propose(slot=slot, by=asha, now=now, what="x")


def test_nobody_drafts_for_a_presenter_who_left(slot, gita, memberships, now):
    end(memberships["Asha"])
    with pytest.raises(committing.PresenterHasLeft):
        committing.propose(slot=slot, by=gita, now=now, what="x")


def test_the_owner_confirms_a_draft_in_their_own_words(draft, asha, gita, now):
    committing.confirm(action=draft, by=asha, now=now, due_on=date(2030, 1, 8), **WORDS)
    assert fields_of(draft)[:6] == ("Asha", "open", *WORDS.values(), date(2030, 1, 8))
    assert (draft.confirmed_at, draft.drafted_by) == (now, gita)


def test_confirming_may_ask_a_supporter(draft, asha, ben, now):
    action = committing.confirm(action=draft, by=asha, now=now, supporter=ben, **WORDS)
    assert (action.supporter, action.support) == (ben, SupportState.ASKED)


def test_the_same_confirmation_sent_twice_confirms_once(draft, asha, now):
    committing.confirm(action=draft, by=asha, now=now, **WORDS)
    again = committing.confirm(action=draft, by=asha, now=now, **WORDS)
    assert (again.state, again.confirmed_at) == ("open", now)


@pytest.mark.parametrize("state", CONFIRMED)
def test_what_is_confirmed_is_not_confirmed_again_in_other_words(action, asha, now, state):
    Action.objects.update(state=state)
    with pytest.raises(committing.AlreadyConfirmed):
        committing.confirm(action=action, by=asha, now=now, what="Something else")
    action.refresh_from_db()
    assert (action.state, action.what) == (state, "Talk to my manager")


@pytest.mark.parametrize("who", ["gita", "ben", "cara", "olu", "stranger", "superuser"])
@pytest.mark.parametrize("service", [committing.confirm, committing.change])
def test_only_the_owner_confirms_and_changes(request, draft, action, who, service, now):
    subject = draft if service is committing.confirm else action
    with pytest.raises(PermissionDenied):
        service(action=subject, by=request.getfixturevalue(who), now=now, what="x")
    assert {a.what for a in Action.objects.all()} == {"Talk to my manager", "Write to the board"}


@pytest.mark.parametrize("state", CONFIRMED)
def test_the_owner_rewords_until_the_first_report_back(action, asha, now, state):
    Action.objects.update(state=state)
    changed = committing.change(action=action, by=asha, now=now, due_on=date(2030, 1, 8), **WORDS)
    assert fields_of(changed)[1:6] == (state, *WORDS.values(), date(2030, 1, 8))


def test_after_a_report_back_the_words_stand_and_the_day_can_change(action, asha, now):
    reporting.report_back(action=action, by=asha, state="in_progress", did="Asked", now=now)
    with pytest.raises(committing.AlreadyReportedOn):
        committing.change(action=action, by=asha, now=now, what="Something easier")
    committing.change(action=action, by=asha, now=now, due_on=date(2030, 1, 8))
    assert fields_of(action)[2:6] == ("Talk to my manager", "", "", date(2030, 1, 8))


def test_a_draft_is_confirmed_rather_than_changed(draft, asha, now):
    with pytest.raises(committing.StillProposed):
        committing.change(action=draft, by=asha, now=now, what="x")


@pytest.mark.parametrize("who", ["asha", "gita"])
def test_a_draft_is_discarded_by_its_owner_or_its_writer(request, draft, who, now):
    committing.discard(action=draft, by=request.getfixturevalue(who), now=now)
    assert Action.objects.count() == 0


@pytest.mark.parametrize("who", ["ben", "cara", "olu", "stranger", "superuser"])
def test_nobody_else_discards_a_draft(request, draft, who, now):
    with pytest.raises(PermissionDenied):
        committing.discard(action=draft, by=request.getfixturevalue(who), now=now)


@pytest.mark.parametrize("state", CONFIRMED)
def test_what_was_confirmed_is_never_discarded(action, asha, now, state):
    Action.objects.update(state=state)
    with pytest.raises(committing.AlreadyConfirmed):
        committing.discard(action=action, by=asha, now=now)
    assert Action.objects.count() == 1


def test_a_draft_for_someone_who_left_stays_as_it_is(draft, asha, memberships, now):
    end(memberships["Asha"])
    with pytest.raises(PermissionDenied):
        committing.confirm(action=draft, by=asha, now=now, what="x")
    assert fields_of(draft)[1:3] == ("proposed", "Write to the board")


def test_a_newcomer_to_a_past_session_can_be_no_party_to_its_actions(learning_set, action, now):
    finn = make_user("Finn")
    join(learning_set, finn, joined_at=now)
    with pytest.raises(PermissionDenied):
        committing.discard(action=action, by=finn, now=now)


def test_an_action_of_the_session_going_on_makes_the_room_look_again(running_slot, asha, gita, now):
    begin_commit_stage(running_slot)
    seen = [stirs_of(running_slot)]
    draft = committing.propose(slot=running_slot, by=gita, now=now, what="x")
    seen.append(stirs_of(running_slot))
    committing.confirm(action=draft, by=asha, now=now, what="Mine")
    seen.append(stirs_of(running_slot))
    reporting.report_back(action=draft, by=asha, state="done", did="It", now=now)
    seen.append(stirs_of(running_slot))
    assert seen == [0, 1, 2, 3]


def test_pages_that_are_open_after_the_session_look_again_too(slot, asha, now):
    committing.commit(slot=slot, by=asha, now=now, what="x")
    assert (slot.session.is_closed, stirs_of(slot)) == (True, 1)


def stirs_of(slot):
    slot.session.refresh_from_db()
    return slot.session.stirs
