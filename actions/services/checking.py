"""A word in between: on a day of their choice an owner is asked how it is going, if they want to be."""

from datetime import date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from actions.models import Action
from actions.permissions import owns
from actions.services.locking import locked_action
from als_project.clock import to_instant, to_local
from als_project.outbox import services as outbox
from als_project.refusals import Refused
from als_project.users.models import User
from sessions.models import Session

KIND = "actions.check_in"
MORNING = time(9)
# From one session to the next where none is planned yet.
USUAL_INTERVAL = timedelta(days=28)


class NothingToAskAbout(Refused):
    """A draft or a finished action."""


class NotToCome(Refused):
    """The day is over, or is today."""


@transaction.atomic
def ask_in_between(*, action: Action, by: User, on: date | None, now: datetime) -> Action:
    """The owner is asked on that day, by their own clock, how it is going; None: not at all.

    Another day replaces the one before. Raises NothingToAskAbout, NotToCome.
    """
    action = locked_action(action, by=by)
    if not owns(by, action):
        raise PermissionDenied
    if on and not action.is_owed:
        raise NothingToAskAbout(_("There is nothing to ask about: this is a draft, or finished."))
    if on and on <= to_local(now, by.time_zone).date():
        raise NotToCome(_("Choose a day that is still to come."))
    action.check_on = on
    action.save(update_fields=["check_on"])
    if on:
        at = to_instant(datetime.combine(on, MORNING), by.time_zone, fold=1)
        outbox.post(kind=KIND, key=key_for(action), to=by, about=action.pk, due_at=at)
    return action


def asks_until(action: Action, *, now: datetime) -> datetime:
    """How long one word in answer is of use: until the set meets next, or until the question is a month old."""
    coming = Session.objects.scheduled().filter(learning_set=action.learning_set_id, starts_at__gt=now)
    first = coming.order_by("starts_at").values_list("starts_at", flat=True).first()
    return first or now + USUAL_INTERVAL


def halfway(action: Action, *, now: datetime) -> date:
    """Between today and the report-back: the set's next session, or the owner's own day, or four weeks from now."""
    coming = Session.objects.scheduled().filter(learning_set=action.learning_set_id, starts_at__gt=now)
    first = coming.order_by("starts_at").values_list("starts_at", flat=True).first()
    zone = action.owner.time_zone
    today = to_local(now, zone).date()
    until = to_local(first, zone).date() if first else action.due_on or today + USUAL_INTERVAL
    return today + max((until - today) // 2, timedelta(days=1))


def key_for(action: Action) -> str:
    return f"{KIND}:{action.pk}:{action.check_on}:to:{action.owner_id}"
