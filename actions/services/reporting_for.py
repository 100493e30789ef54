"""Report-backs written down in the room for their owners, who confirm or change them afterwards."""

from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from actions.models import Action, ReportBack
from actions.permissions import owns
from actions.services.locking import locked_action
from actions.services.reporting import refuse_what_is_no_report, saved_before
from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import SessionState
from sessions.models import Session
from sessions.permissions import may_be_quoted, writes_for_others
from sessions.services.holding import hold_running
from sessions.services.running import arrive
from sessions.services.stirring import stir
from sets.models import Membership
from sets.processes import Captures


class NotWrittenDownNow(Refused):
    """The stage is over, the owner isn't here, or somebody else writes."""


class ReportedMeanwhile(Refused):
    """The owner has reported back themselves, or somebody else has written it down."""


class OwnerHasSpoken(Refused):
    """The owner has confirmed it, or put it into their own words."""


def running_session(action: Action) -> Session | None:
    """The set's session that is going on."""
    sessions = Session.objects.filter(learning_set=action.learning_set_id, state=SessionState.RUNNING)
    return sessions.select_related("learning_set").first()


def whose_reports(session: Session, by: User) -> set[int]:
    """The ids of those whose report-backs this person may write down now, as they are given."""
    stage = session.stages.now().select_related("slot").first()
    if stage is None or Captures.REPORT_BACK not in stage.captures:
        return set()
    members = list(Membership.objects.present().filter(learning_set=session.learning_set_id).select_related("user"))
    writer = next((one for one in members if one.user_id == by.pk), None)
    if writer is None:
        return set()
    stage.session = session
    writer.learning_set = session.learning_set
    if not writes_for_others(session, stage, writer):
        return set()
    away = set(session.attendances.away().values_list("user", flat=True))
    return {one.user_id for one in members if one != writer and may_be_quoted(stage, one)} - away


@transaction.atomic
def report_for(
    *,
    action: Action,
    by: User,
    state: str,
    did: str = "",
    happened: str = "",
    learned: str = "",
    next_step: str = "",
    now: datetime,
    form_key: UUID | None = None,
) -> ReportBack:
    """The owner's report-back stands in the thread, says who wrote it down, and waits for the owner's word.

    The owner counts as present. Only their own word says where the action stands.
    The same form twice adds one. Raises NotRunning, NotWrittenDownNow, ReportedMeanwhile.
    """
    session = running_session(action)
    if session is None:
        raise NotWrittenDownNow(_("The session is over. The owner reports back themselves."))
    action = locked_action(action, by=by)  # first, as by its owner, who may be reporting back at this moment
    session = hold_running(session)
    if saved := saved_before(form_key, action=action):
        return saved
    if action.owner_id not in whose_reports(session, by):
        raise NotWrittenDownNow(
            _("Report-backs are written down as they are given, for who is here. Your words are kept below.")
        )
    refuse_what_is_no_report(action, state, did, happened, learned)
    if action.report_backs.since_last_session().filter(is_bare=False).exists():
        raise ReportedMeanwhile(_("A report-back has just been given on this action. Your words are kept below."))
    arrive(session=session, by=action.owner, now=now)
    report = ReportBack.objects.create(
        action=action,
        session=session,
        author=action.owner,
        written_by=by,
        awaits_owner=True,
        state=state,
        did=did,
        happened=happened,
        learned=learned,
        next_step=next_step,
        form_key=form_key or uuid4(),
        given_at=now,
    )
    stir(session.pk)
    return report


@transaction.atomic
def confirm_report(*, report: ReportBack, by: User, now: datetime) -> ReportBack:
    """The owner stands by the words as somebody else wrote them down. Confirming twice confirms once."""
    action, report = _held(report, by)
    if report.awaits_owner:
        report.awaits_owner = False
        report.save(update_fields=["awaits_owner"])
        _move(action, report)
        _stir(report)
    return report


@transaction.atomic
def change_report(
    *, report: ReportBack, by: User, state: str, did: str, happened: str, learned: str, next_step: str, now: datetime
) -> ReportBack:
    """The report-back is in the owner's own words. Raises OwnerHasSpoken, once it was confirmed or changed."""
    action, report = _held(report, by)
    if not report.awaits_owner:
        raise OwnerHasSpoken(_("You have confirmed this already. Say what is different in another report-back."))
    refuse_what_is_no_report(action, state, did, happened, learned)
    report.state, report.written_by, report.awaits_owner = state, None, False
    report.did, report.happened, report.learned, report.next_step = did, happened, learned, next_step
    report.save(update_fields=["state", "written_by", "awaits_owner", "did", "happened", "learned", "next_step"])
    _move(action, report)
    _stir(report)
    return report


@transaction.atomic
def discard_report(*, report: ReportBack, by: User, now: datetime) -> None:
    """What the owner did not say is gone, and their report-back is still to come. Raises OwnerHasSpoken."""
    _action, report = _held(report, by)
    if not report.awaits_owner:
        raise OwnerHasSpoken(_("You have confirmed this already. Say what is different in another report-back."))
    _stir(report)
    report.delete()


def _held(report: ReportBack, by: User) -> tuple[Action, ReportBack]:
    action = locked_action(report.action, by=by)
    if not owns(by, action):
        raise PermissionDenied
    held = ReportBack.objects.select_for_update(of=("self",)).filter(pk=report.pk).first()
    if held is None:  # discarded since the page was fetched
        raise PermissionDenied
    return action, held


def _move(action: Action, report: ReportBack) -> None:
    """The action stands where the owner's latest word says."""
    if action.report_backs.filter(awaits_owner=False).order_by("-given_at", "-pk").first() == report:
        action.state = report.state
        action.save(update_fields=["state"])


def _stir(report: ReportBack) -> None:
    if report.session_id:
        stir(report.session_id)
