"""Saying when one can't come, once for all one's sets."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.clock import to_local
from als_project.refusals import Refused
from als_project.users.models import User
from sessions.models import AwayDates

FARTHEST = timedelta(days=2 * 366)
MOST = 50


class AwayRefused(Refused):
    """Days that are over, too far off, or the wrong way round."""


@transaction.atomic
def add_away(*, by: User, from_on: date, until_on: date, now: datetime) -> AwayDates:
    """Whoever plans for a set of theirs sees that `by` is away on these days, both included. Saying it twice is once.

    Raises AwayRefused.
    """
    today = to_local(now, by.time_zone).date()
    if until_on < from_on:
        raise AwayRefused(_("The last day is before the first."))
    if until_on < today:
        raise AwayRefused(_("Those days are over."))
    if until_on > today + FARTHEST:
        raise AwayRefused(_("That is more than two years ahead. Is the year right?"))
    User.objects.select_for_update().get(pk=by.pk)
    AwayDates.objects.of(by).filter(until_on__lt=today).delete()
    if AwayDates.objects.of(by).count() >= MOST:
        raise AwayRefused(_("You have said fifty times already when you are away. Take out what is not needed."))
    return AwayDates.objects.get_or_create(user=by, from_on=from_on, until_on=until_on)[0]


def remove_away(*, away: AwayDates, by: User) -> None:
    """Nobody sees these days any more."""
    AwayDates.objects.of(by).filter(pk=away.pk).delete()
