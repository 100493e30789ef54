"""One shared screen: report-backs written down for their owners, who confirm or change them afterwards."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from actions.models import Action, ReportBack
from actions.services import reporting, reporting_for
from als_project.users.models import User
from sessions.models import Session
from sessions.services import attending, casting, running
from tests.cast import SignedIn
from tests.factories import end, make_session
from tests.sessions.pages import words


@pytest.fixture
def reporting_stage(action: Action, gita: User, asha: User, now: datetime) -> Session:
    """The next session, in which Asha owes a report-back: it is in its first stage."""
    session = make_session(action.learning_set, starts_at=now)
    session = running.open_session(session=session, by=gita, now=now)
    running.arrive(session=session, by=asha, now=now)
    return session


def write_down(action: Action, by: User, now: datetime, **fields: Any) -> ReportBack:
    return reporting_for.report_for(
        action=action, by=by, now=now, **{"state": "done", "did": "Asked her", "form_key": uuid4(), **fields}
    )


def test_it_is_the_owners_and_says_who_wrote_it_down(
    reporting_stage: Session, action: Action, asha: User, gita: User, now: datetime
) -> None:
    report = write_down(action, gita, now)
    action.refresh_from_db()
    assert (report.author, report.written_by, report.awaits_owner, report.session) == (
        asha,
        gita,
        True,
        reporting_stage,
    )
    assert action.state == "open"
    assert action in Action.objects.awaiting_report()


@pytest.mark.parametrize(("writer", "may"), [("gita", True), ("ben", False), ("cara", False), ("stranger", False)])
def test_who_runs_the_session_writes_them_down(
    writer: str, may: bool, reporting_stage: Session, action: Action, now: datetime, request: pytest.FixtureRequest
) -> None:
    by = request.getfixturevalue(writer)
    if not may:
        with pytest.raises((reporting_for.NotWrittenDownNow, PermissionDenied)):
            write_down(action, by, now)
    else:
        write_down(action, by, now)
    assert ReportBack.objects.count() == int(may)


def test_so_does_the_scribe(reporting_stage: Session, action: Action, gita: User, ben: User, now: datetime) -> None:
    casting.name_scribe(session=reporting_stage, by=gita, scribe=ben, now=now)
    assert write_down(action, ben, now).written_by == ben


def test_nobody_writes_for_themselves_in_another_name(
    reporting_stage: Session, action: Action, asha: User, gita: User, now: datetime
) -> None:
    casting.name_scribe(session=reporting_stage, by=gita, scribe=asha, now=now)
    with pytest.raises(reporting_for.NotWrittenDownNow):
        write_down(action, asha, now)


def test_not_for_who_is_away_nor_in_another_stage(
    reporting_stage: Session, action: Action, asha: User, gita: User, now: datetime
) -> None:
    attending.note_presence(session=reporting_stage, by=gita, presences={asha.pk: "absent"}, now=now)
    with pytest.raises(reporting_for.NotWrittenDownNow):
        write_down(action, gita, now)
    running.arrive(session=reporting_stage, by=asha, now=now)
    running.next_stage(session=reporting_stage, by=gita, leaving=None, now=now)
    with pytest.raises(reporting_for.NotWrittenDownNow):
        write_down(action, gita, now)


def test_not_outside_a_session(action: Action, gita: User, now: datetime) -> None:
    with pytest.raises(reporting_for.NotWrittenDownNow):
        write_down(action, gita, now)


def test_the_same_form_twice_adds_one(reporting_stage: Session, action: Action, gita: User, now: datetime) -> None:
    key = uuid4()
    assert write_down(action, gita, now, form_key=key) == write_down(action, gita, now, form_key=key)
    assert ReportBack.objects.count() == 1


def test_not_once_the_action_has_been_reported_on(
    reporting_stage: Session, action: Action, asha: User, gita: User, ben: User, now: datetime
) -> None:
    casting.name_scribe(session=reporting_stage, by=gita, scribe=ben, now=now)
    reporting.report_back(action=action, by=asha, state="in_progress", did="Wrote to her", now=now)
    for writer in (gita, ben):
        with pytest.raises(reporting_for.ReportedMeanwhile):
            write_down(action, writer, now)
    action.refresh_from_db()
    assert (ReportBack.objects.count(), action.state) == (1, "in_progress")


def test_what_is_no_report_is_refused_for_others_too(
    reporting_stage: Session, action: Action, gita: User, now: datetime
) -> None:
    with pytest.raises(reporting.NothingSaid):
        write_down(action, gita, now, did=" ")


# --- The owner's word ---------------------------------------------------------------------------------
@pytest.fixture
def report(reporting_stage: Session, action: Action, gita: User, now: datetime) -> ReportBack:
    return write_down(action, gita, now)


def test_the_owner_confirms_it(report: ReportBack, asha: User, gita: User, now: datetime) -> None:
    for _twice in range(2):
        reporting_for.confirm_report(report=report, by=asha, now=now)
    report.refresh_from_db()
    report.action.refresh_from_db()
    assert (report.awaits_owner, report.written_by, report.did) == (False, gita, "Asked her")
    assert report.action.state == "done"
    assert report.action not in Action.objects.awaiting_report()


def test_what_the_owner_did_not_say_they_take_away(report: ReportBack, asha: User, signed_in: SignedIn) -> None:
    page = signed_in(asha).get(reverse("actions:written_report", args=[report.pk]))
    assert "No, take it away" in words(page)
    page = signed_in(asha).post(reverse("actions:discard_report", args=[report.pk]), follow=True)
    assert "It is gone. Your own report-back is still to come." in words(page)
    report.action.refresh_from_db()
    assert (ReportBack.objects.count(), report.action.state) == (0, "open")


def test_what_the_owner_confirmed_is_not_taken_away(report: ReportBack, asha: User, now: datetime) -> None:
    reporting_for.confirm_report(report=report, by=asha, now=now)
    with pytest.raises(reporting_for.OwnerHasSpoken):
        reporting_for.discard_report(report=report, by=asha, now=now)


OWN = {"state": "in_progress", "did": "Wrote to her", "happened": "", "learned": "", "next_step": "Ask"}


def test_or_puts_it_into_their_own_words(report: ReportBack, asha: User, now: datetime) -> None:
    reporting_for.change_report(report=report, by=asha, now=now, **OWN)
    report.refresh_from_db()
    report.action.refresh_from_db()
    assert (report.did, report.next_step, report.written_by, report.awaits_owner) == (
        "Wrote to her",
        "Ask",
        None,
        False,
    )
    assert (report.state, report.action.state) == ("in_progress", "in_progress")


def test_a_later_report_back_says_where_the_action_stands(report: ReportBack, asha: User, now: datetime) -> None:
    reporting.report_back(action=report.action, by=asha, state="dropped", did="Let it go", now=now)
    reporting_for.change_report(report=report, by=asha, now=now, **OWN)
    report.action.refresh_from_db()
    assert report.action.state == "dropped"


def test_what_is_confirmed_stands(report: ReportBack, asha: User, now: datetime) -> None:
    reporting_for.confirm_report(report=report, by=asha, now=now)
    with pytest.raises(reporting_for.OwnerHasSpoken):
        reporting_for.change_report(report=report, by=asha, now=now, **OWN)


@pytest.mark.parametrize("person", ["gita", "ben", "cara", "stranger"])
def test_nobody_else_confirms_or_changes_it(
    person: str, report: ReportBack, now: datetime, request: pytest.FixtureRequest
) -> None:
    by = request.getfixturevalue(person)
    with pytest.raises(PermissionDenied):
        reporting_for.confirm_report(report=report, by=by, now=now)
    with pytest.raises(PermissionDenied):
        reporting_for.change_report(report=report, by=by, now=now, **OWN)
    with pytest.raises(PermissionDenied):
        reporting_for.discard_report(report=report, by=by, now=now)


def test_an_owner_who_has_left_confirms_nothing(report: ReportBack, asha: User, now: datetime) -> None:
    end(report.action.learning_set.memberships.get(user=asha))
    with pytest.raises(PermissionDenied):
        reporting_for.confirm_report(report=report, by=asha, now=now)


# --- The pages ----------------------------------------------------------------------------------------
def room(session: Session) -> str:
    return reverse("sessions:room", args=[session.pk])


def test_from_the_room_to_the_owners_confirmation(
    reporting_stage: Session, action: Action, asha: User, ben: User, gita: User, signed_in: SignedIn
) -> None:
    assert "Write it down for Asha" in words(signed_in(gita).get(room(reporting_stage)))
    assert "Write it down for Asha" not in words(signed_in(ben).get(room(reporting_stage)))
    address = reverse("actions:report_back", args=[action.pk])
    assert "Report back for Asha" in words(signed_in(gita).get(address))
    sent = {"state": "done", "did": "Asked her", "form_key": uuid4(), "next": room(reporting_stage)}
    page = words(signed_in(gita).post(address, sent, follow=True))
    assert "Asked her Written down by Gita. Asha has still to confirm it." in page
    report = ReportBack.objects.get()
    assert "Confirm what was written down for you:" in words(signed_in(asha).get("/"))
    signed_in(asha).post(reverse("actions:written_report", args=[report.pk]), {"way": "confirm"})
    assert "Written down by Gita. Asha has confirmed it." in words(signed_in(ben).get(action.get_absolute_url()))
    assert "Confirm what was written down for you:" not in words(signed_in(asha).get("/"))


def test_words_sent_as_the_stage_ends_come_back(
    reporting_stage: Session, action: Action, gita: User, now: datetime, signed_in: SignedIn
) -> None:
    running.next_stage(session=reporting_stage, by=gita, leaving=None, now=now)
    sent = {"state": "done", "did": "Asked her on a walk", "form_key": uuid4()}
    response = signed_in(gita).post(reverse("actions:report_back", args=[action.pk]), sent)
    assert (response.status_code, "Asked her on a walk" in words(response)) == (409, True)


def test_a_changed_report_comes_back_when_it_says_nothing(report: ReportBack, asha: User, signed_in: SignedIn) -> None:
    response = signed_in(asha).post(reverse("actions:written_report", args=[report.pk]), {**OWN, "did": ""})
    assert "One of them is enough" in words(response)
    report.refresh_from_db()
    assert report.awaits_owner
