"""A set comes to its end, or goes on after all."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.outbox import services as outbox
from als_project.refusals import Refused
from als_project.users.models import User
from sets.live import tell
from sets.models import NOTES_GRACE, LearningSet
from sets.services._ground import caretaker, hold
from sets.signals import set_closing, set_opening

LONGEST_AFTER = timedelta(days=366)


class EndRefused(Refused):
    """The day on which what was said is deleted can't be that; the words belong beside it."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words or _("Choose a day between two weeks and a year from now."))


@transaction.atomic
def close_set(*, learning_set: LearningSet, by: User, notes_end_at: datetime, now: datetime) -> LearningSet:
    """The set meets no more, what is planned is off, and everybody else in it is told, once.

    What was said can be read until `notes_end_at`, and is deleted then; of a set that has closed already that can be
    agreed on once more, for a later day. Raises EndRefused; and Refused while a session is going on.
    """
    held = hold(learning_set)
    caretaker(held, by)
    if notes_end_at == held.notes_end_at:
        return held
    if held.is_forgotten or (held.notes_end_at and notes_end_at < held.notes_end_at):
        raise EndRefused(_("Only a later day, and only until the one they know is over: people count on it."))
    if not NOTES_GRACE <= notes_end_at - now <= LONGEST_AFTER:
        raise EndRefused
    if held.is_closed:
        return _read_longer(held, until=notes_end_at, by=by)
    set_closing.send(sender=LearningSet, learning_set=held, by=by, now=now)
    held.invitations.undecided().update(withdrawn_at=now)
    held.closed_at, held.notes_end_at = now, notes_end_at
    held.save(update_fields=["closed_at", "notes_end_at"])
    _tell_others(held, "sets.closed", cause=held.closing, by=by)
    return held


@transaction.atomic
def open_again(*, learning_set: LearningSet, by: User, now: datetime) -> LearningSet:
    """The set goes on with the people who are still in it, who are told. Notes live as it agreed before.

    From the day it agreed on it goes on by itself; at once where that has come meanwhile.
    Those whose day is over by now are deleted first, as everybody was told.
    """
    held = hold(learning_set)
    caretaker(held, by)
    if not held.is_closed:
        return held
    cause = f"{held.pk}:{now:%Y%m%dT%H%M%S.%f}"
    set_opening.send(sender=LearningSet, learning_set=held, now=now)
    held.closed_at = held.notes_end_at = None
    held.save(update_fields=["closed_at", "notes_end_at"])
    _tell_others(held, "sets.opened_again", cause=cause, by=by)
    return held


def _read_longer(held: LearningSet, *, until: datetime, by: User) -> LearningSet:
    held.notes_end_at = until
    held.save(update_fields=["notes_end_at"])
    _tell_others(held, "sets.read_longer", cause=held.reading, by=by)
    return held


def _tell_others(held: LearningSet, kind: str, *, cause: str, by: User) -> None:
    people = User.objects.filter(memberships__in=held.memberships.present()).exclude(pk=by.pk)
    outbox.post_to_each(people, kind=kind, cause=cause, about=held.pk, sealed=by.name)
    tell(held.pk)
