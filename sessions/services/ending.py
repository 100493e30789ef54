"""What becomes of sessions and dates when their set closes."""

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from als_project.outbox import services as outbox
from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import BidState, PollState, SessionState
from sessions.models import Bid, Poll, Session
from sets.models import LearningSet


def end_with_the_set(*, learning_set: LearningSet, by: User, now: datetime, **_others: Any) -> None:
    """No session is planned any more, of which everyone is told once, and no date is looked for.

    Call it with the set's row held. Raises Refused while a session is going on.
    """
    if learning_set.sessions.filter(state=SessionState.RUNNING).exists():
        raise Refused(_("A session is going on. Close it first, so that everyone has its record."))
    # Filtered as it is written: one that somebody ends at this moment stays as they left it.
    polls = Poll.objects.open().filter(learning_set=learning_set)
    polls.update(state=PollState.CLOSED, decided_by=by, ended_at=now)
    planned = Session.objects.scheduled().filter(learning_set=learning_set).order_by("pk")
    sessions = list(planned.select_for_update())
    if not sessions:
        return
    Bid.objects.offered().filter(session__in=sessions).update(state=BidState.CARRIED)
    planned.update(state=SessionState.CANCELLED, cancelled_at=now, revision=F("revision") + 1)
    first = min(sessions, key=lambda session: session.starts_at)
    people = User.objects.filter(memberships__in=learning_set.memberships.present())
    outbox.post_to_each(people, kind="sessions.all_cancelled", cause=f"all:{first.pk}", about=first.pk, due_at=now)
