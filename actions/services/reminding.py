"""Before a session, those who owe a report-back are reminded, once: as many days ahead as their set has chosen."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Value

from actions.models import Action
from actions.models.action import ActionQuerySet
from als_project.users.models import User
from sessions.models import Session
from sessions.models.session import SessionQuerySet
from sessions.services.prompting import for_each_person, in_window, lead, not_in_outbox, post_due

KIND = "actions.report_back_reminder"
BEGINNING = Value(timedelta(0))


@transaction.atomic
def queue_reminders(*, now: datetime) -> int:
    """A message waits for each person who owes a report-back to a session that is near enough.

    Returns how many were added. Asked again it adds none; a moved session is a new occasion.
    """
    return post_due(due_now(now=now), kind=KIND, now=now)


def due_now(*, now: datetime) -> SessionQuerySet:
    """A session once for each `person` who owes a report-back to it, and has not been reminded."""
    near = for_each_person(in_window(now, opens=lead("report_back_days"), shuts=BEGINNING))
    owed = _owed().filter(learning_set=OuterRef("learning_set"), owner=OuterRef("person"))
    return not_in_outbox(near.filter(Exists(owed)), KIND)


def who_owes(session: Session) -> QuerySet[User]:
    """People in the set with an action they have not reported on since its last session, several or one."""
    return User.objects.filter(pk__in=_owed().filter(learning_set=session.learning_set_id).values("owner"))


def _owed() -> ActionQuerySet:
    return Action.objects.awaiting_report().whose_owner_can_answer()
