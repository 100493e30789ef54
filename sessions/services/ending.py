"""What becomes of sessions and dates when their set closes."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import SessionState
from sessions.models import Poll, Session
from sessions.services import polling, runs, scheduling
from sets.models import LearningSet


def end_with_the_set(*, learning_set: LearningSet, by: User, now: datetime, **_others: Any) -> None:
    """No session is planned any more, and no date is looked for. Raises Refused while one is going on.

    Call it with the set's row held.
    """
    if learning_set.sessions.filter(state=SessionState.RUNNING).exists():
        raise Refused(_("A session is going on. Close it first, so that everyone has its record."))
    for poll in Poll.objects.open().filter(learning_set=learning_set):
        polling.close_poll(poll=poll, by=by, now=now)
    while session := Session.objects.scheduled().filter(learning_set=learning_set).order_by("starts_at").first():
        cancel = runs.cancel_from_here if session.run_id else scheduling.cancel_session
        cancel(session=session, by=by, now=now)
