"""A set agrees how long the notes of its sessions live."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.outbox import services as outbox
from als_project.refusals import Refused
from als_project.users.models import User
from sets.models import LearningSet
from sets.services._ground import caretaker, hold


@transaction.atomic
def agree_on_notes(*, learning_set: LearningSet, by: User, months: int | None, now: datetime) -> LearningSet:
    """Notes live for so many months after their session; None: until the set agrees otherwise.

    It holds for past sessions too, though for none before `NOTES_GRACE` is over; everybody else of the set is told.
    Agreeing on what holds already changes nothing. Raises Refused for a set that has closed.
    """
    held = hold(learning_set)
    caretaker(held, by)
    if held.is_closed:
        raise Refused(_("This set has closed, and it was agreed when what was said in it is deleted."))
    if held.notes_live_months == months:
        return held
    held.notes_live_months, held.notes_agreed_at = months, now
    held.save(update_fields=["notes_live_months", "notes_agreed_at"])
    people = User.objects.filter(memberships__in=held.memberships.present()).exclude(pk=by.pk)
    outbox.post_to_each(people, kind="sets.notes_agreed", cause=held.notes_agreement, about=held.pk, sealed=by.name)
    return held
