"""Who is away when: asked of many people and dates at once."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from als_project.clock import to_local
from als_project.users.models import User
from als_project.written_once import written_once
from sessions.models import AwayDates
from sets.models import LearningSet, Membership

DAY = timedelta(days=1)


class Absences:
    """What is known of these people's away-dates. One query, however many dates are asked about."""

    def __init__(self, people: Iterable[User], *, first: datetime, last: datetime) -> None:
        self.people = list(people)
        ids = [person.pk for person in self.people]
        self._of: dict[int, list[AwayDates]] = {}
        # A day wider at both ends: the same instant is another day elsewhere.
        for row in _away(ids, first.date() - DAY, last.date() + DAY) if ids else []:
            self._of.setdefault(row.user_id, []).append(row)

    def at(self, starts_at: datetime, minutes: int) -> list[User]:
        """Those for whom it is an away-day by their own clock when the session begins or ends."""
        ends_at = starts_at + timedelta(minutes=minutes)
        return [person for person in self.people if self._is_away(person, starts_at, ends_at)]

    def _is_away(self, person: User, *instants: datetime) -> bool:
        days = [to_local(instant, person.time_zone).date() for instant in instants]
        return any(row.covers(day) for row in self._of.get(person.pk, []) for day in days)


@written_once
def _away(people: list[int], first: date, last: date) -> QuerySet[AwayDates]:
    return AwayDates.objects.of_people(people, first, last)


def people_in(learning_set: LearningSet) -> list[User]:
    """The present people, by name."""
    return [membership.user for membership in _present(learning_set)]


@written_once
def _present(learning_set: LearningSet) -> QuerySet[Membership]:
    present = Membership.objects.present().filter(learning_set=learning_set, user__is_active=True)
    return present.select_related("user").order_by("user__name", "pk")


def away_soon(learning_set: LearningSet, *, now: datetime) -> list[AwayDates]:
    """The away-dates of the set's people from now on, soonest first."""
    today = to_local(now, learning_set.time_zone).date()
    present = Membership.objects.present().filter(learning_set=learning_set).values("user")
    rows = AwayDates.objects.filter(user__in=present, until_on__gte=today).select_related("user")
    return list(rows.order_by("from_on", "user__name"))
