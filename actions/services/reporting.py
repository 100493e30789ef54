"""The owner's word on what became of an action. Reports are added, never rewritten; the action's state follows."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from actions.enums import ActionState
from actions.models import Action, ReportBack
from actions.permissions import owns
from actions.services.locking import locked_action
from als_project.inbox.models import MailedReply
from als_project.inbox.services import settle
from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import SessionState
from sessions.models import Session
from sessions.services.stirring import stir
from sets.models import LearningSet

# Where an action stands, as it can be said without words: from a mail, or by a button.
IN_ONE_WORD = (ActionState.DONE, ActionState.IN_PROGRESS, ActionState.CHANGED)
# A session that nobody opened by then was not held: a report-back waits for the one after it.
STILL_EXPECTED = timedelta(hours=12)


class NothingConfirmed(Refused):
    """A draft has nothing to report on."""


class NothingSaid(Refused):
    """None of did, happened and learned was filled in."""


class NotAReport(Refused):
    """No confirmed action goes back to being a draft."""


def session_for_reports(learning_set: LearningSet, *, now: datetime) -> Session | None:
    """The session going on, or else the next one."""
    to_come = Session.objects.filter(learning_set=learning_set).to_come()
    running = to_come.filter(state=SessionState.RUNNING).first()
    return running or to_come.filter(starts_at__gte=now - STILL_EXPECTED).first()


@transaction.atomic
def report_back(
    *,
    action: Action,
    by: User,
    state: str,
    did: str = "",
    happened: str = "",
    learned: str = "",
    next_step: str = "",
    session: Session | None = None,
    now: datetime,
    form_key: UUID | None = None,
    mailed: MailedReply | None = None,
) -> ReportBack:
    """One more report-back stands in the thread and the action is in the state it names. The same form twice adds one.

    It belongs to `session`, or, unless one is given, to the set's running or next session. The mail that the words
    came from is settled.
    """
    action = locked_action(action, by=by)
    if not owns(by, action):
        raise PermissionDenied
    if saved := saved_before(form_key, action=action):
        return saved
    refuse_what_is_no_report(action, state, did, happened, learned)
    settle(mailed, by=by, now=now)
    report = ReportBack.objects.create(
        action=action,
        session=session or session_for_reports(action.learning_set, now=now),
        author=by,
        state=state,
        did=did,
        happened=happened,
        learned=learned,
        next_step=next_step,
        form_key=form_key or uuid4(),
        given_at=now,
    )
    action.state = state
    action.save(update_fields=["state"])
    if report.session_id:
        stir(report.session_id)
    return report


@transaction.atomic
def say_where_it_stands(*, action: Action, by: User, state: str, now: datetime) -> ReportBack | None:
    """The thread says where the action stands, and no words: a report-back is still awaited.

    Nothing changes where they said the same last, or have reported in words since the set's last session: that report
    is returned; None where nothing can be said of the action. Raises NotAReport for any other state.
    """
    action = locked_action(action, by=by)
    if not owns(by, action):
        raise PermissionDenied
    if state not in IN_ONE_WORD:
        raise NotAReport(_("Say where it stands now."))
    said = said_since_last_session(action)
    if not can_say(action, said) or (said and said.state == state):
        return said
    session = session_for_reports(action.learning_set, now=now)
    report = ReportBack.objects.create(
        action=action, session=session, author=by, state=state, is_bare=True, given_at=now
    )
    action.state = state
    action.save(update_fields=["state"])
    if report.session_id:
        stir(report.session_id)
    return report


def said_since_last_session(action: Action) -> ReportBack | None:
    """The owner's latest report-back; one in words goes before any without."""
    said = action.report_backs.since_last_session().filter(awaits_owner=False)
    return said.order_by("is_bare", "-given_at", "-pk").first()


def said_in_one_word(action: Action) -> str:
    """The state they named by a button in a mail; empty where they have not, or have written since."""
    said = said_since_last_session(action)
    return said.state if said and said.is_bare else ""


def can_say(action: Action, said: ReportBack | None) -> bool:
    """Whether one word is still to be taken: the action is owed, or was called finished by such a word alone."""
    return said.is_bare if said else action.is_owed and action.session.is_closed


def refuse_what_is_no_report(action: Action, state: str, did: str, happened: str, learned: str) -> None:
    if action.is_proposed:
        raise NothingConfirmed(_("This is still a draft: confirm it in your own words first."))
    if state == ActionState.PROPOSED or state not in ActionState:
        raise NotAReport(_("Say where it stands now."))
    if not (did.strip() or happened.strip() or learned.strip()):
        raise NothingSaid(_("Say in a few words what you did, what happened or what you learned."))


def saved_before(form_key: UUID | None, *, action: Action) -> ReportBack | None:
    saved = ReportBack.objects.filter(form_key=form_key).first() if form_key else None
    if saved and saved.action_id != action.pk:
        raise PermissionDenied
    return saved
