"""Before a session, those who owe a report-back are reminded, once."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from actions.models import Action
from als_project.outbox import services as outbox
from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.models import Session

KIND = "actions.report_back_reminder"
AHEAD = timedelta(days=3)


def queue_reminders(*, now: datetime) -> int:
    """A message waits for each person who owes a report-back to a session in the next three days.

    Returns how many were added. Asked again it adds none; a moved session is a new occasion.
    """
    return sum(_remind(session, now=now) for session in Session.objects.scheduled_between(now, now + AHEAD))


def who_owes(session: Session) -> QuerySet[User]:
    """People in the set with an action they have not reported on since its last session, several or one."""
    owed = Action.objects.awaiting_report().whose_owner_can_answer().filter(learning_set=session.learning_set_id)
    return User.objects.filter(pk__in=owed.values("owner"))


def key_for(session: Session, person_pk: int) -> str:
    return f"{KIND}:{cause_of(session)}:to:{person_pk}"


def cause_of(session: Session) -> str:
    return f"session:{session.pk}:r{session.revision}"


def _remind(session: Session, *, now: datetime) -> int:
    told = Message.objects.filter(kind=KIND, key__startswith=f"{KIND}:{cause_of(session)}:to:")
    people = list(who_owes(session).exclude(pk__in=told.values("to")))
    if people:
        outbox.post_to_each(people, kind=KIND, cause=cause_of(session), about=session.pk, due_at=now)
    return len(people)
