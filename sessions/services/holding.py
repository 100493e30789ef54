"""Held rows: two people who press at once take turns, and each sees what the other left."""

from django.utils.translation import gettext_lazy as _

from als_project.refusals import Refused
from sessions.models import Session
from sets.models import LearningSet


class NotRunning(Refused):
    """The session has not begun, or is over."""


class AlreadyClosed(NotRunning):
    """Somebody closed it a moment ago."""


def hold_set(session: Session) -> None:
    """No other session of the set is scheduled, opened or closed meanwhile. Taken before the session's own row."""
    LearningSet.objects.select_for_update(no_key=True).get(pk=session.learning_set_id)


def hold(session: Session) -> Session:
    """The session's row as it is now, held until the transaction ends."""
    return Session.objects.select_for_update(of=("self",)).select_related("learning_set").get(pk=session.pk)


def hold_running(session: Session) -> Session:
    """The same, for what can only be done while the session runs. Raises NotRunning, AlreadyClosed."""
    session = hold(session)
    if session.is_closed:
        raise AlreadyClosed(_("This session is over."))
    if not session.is_running:
        raise NotRunning(_("This session was cancelled.") if session.is_cancelled else _("It has not begun yet."))
    return session
