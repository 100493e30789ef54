"""What organisers see of sessions: how many were held, how many people came, and how much they say that it helped."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from als_project import clock
from sessions.enums import HERE, LooksBack
from sessions.models import Attendance, Review, Session
from sessions.models.reviewing import RATINGS
from sets.figures import FEWEST_PEOPLE, Figure, source
from sets.models import Programme


@dataclass(frozen=True)
class Attended:
    """Sessions that were held, with how many people were expected at them and how many came."""

    held: int
    expected: int
    came: int

    @property
    def per_cent(self) -> int:
        return round(100 * self.came / self.expected) if self.expected else 0


@dataclass(frozen=True)
class Period(Attended):
    """One month, or several in which too few people met to count them apart."""

    first: datetime
    last: datetime

    @property
    def name(self) -> str:
        """“March 2026”, “March 2026 – May 2026”."""
        names = [clock.month_in_words(month) for month in (self.first, self.last)]
        return " – ".join(dict.fromkeys(names))

    def with_later(self, other: "Period") -> "Period":
        return Period(
            held=self.held + other.held,
            expected=self.expected + other.expected,
            came=self.came + other.came,
            first=self.first,
            last=other.last,
        )


@dataclass(frozen=True)
class Figures(Attended):
    # The earliest first; behind each stand five people.
    periods: list[Period]


@dataclass(frozen=True)
class Ratings:
    # How many there are of each, from 1 to 5.
    of_each: dict[int, int]

    @property
    def count(self) -> int:
        return sum(self.of_each.values())

    @property
    def mean(self) -> str:
        """To one place."""
        return f"{sum(rating * number for rating, number in self.of_each.items()) / self.count:.1f}"

    @property
    def rows(self) -> list[tuple[int, int, int]]:
        """The highest first: the rating, how many there are, and that as per cent of all."""
        return [(rating, number, round(100 * number / self.count)) for rating, number in reversed(self.of_each.items())]


def sessions_of_programme(programme: Programme) -> Figures | None:
    """Sessions held in the programme's sets, and attendance at them; None below five people."""
    held = Session.objects.past().filter(learning_set__programme=programme)
    people = Attendance.objects.filter(session__in=held).exclude(presence="").aggregate(Count("user", distinct=True))
    if people["user__count"] < FEWEST_PEOPLE:
        return None
    periods = _periods(held)
    return Figures(
        held=sum(one.held for one in periods),
        expected=sum(one.expected for one in periods),
        came=sum(one.came for one in periods),
        periods=periods,
    )


def _periods(held: QuerySet[Session]) -> list[Period]:
    noted = Q(attendances__presence__gt="")
    months = (
        held.annotate(month=TruncMonth("starts_at"))
        .order_by("month")
        .values("month")
        .annotate(
            sessions=Count("pk", distinct=True),
            expected=Count("attendances", filter=noted),
            came=Count("attendances", filter=Q(attendances__presence__in=HERE)),
            people=Count("attendances__user", filter=noted, distinct=True),
        )
    )
    periods: list[Period] = []
    # Behind the last of them.
    people = FEWEST_PEOPLE
    for row in months:
        period = Period(row["sessions"], row["expected"], row["came"], first=row["month"], last=row["month"])
        if periods and min(people, row["people"]) < FEWEST_PEOPLE:
            periods[-1], people = periods[-1].with_later(period), max(people, row["people"])
        else:
            periods.append(period)
            people = row["people"]
    return periods


def ratings_of_programme(programme: Programme) -> list[tuple[str, Ratings | None]]:
    """How much people said that sessions helped them, and their sets over a cycle or half of one: each by its name.

    In the reviews that are still kept; None below five people.
    """
    held = Session.objects.past().filter(learning_set__programme=programme)
    reviews = Review.objects.filter(session__in=held, author__isnull=False)
    rated = [row for row in reviews.values_list("author", "rating", "session__looks_back_on") if row[1]]
    return [
        (_("How much sessions helped"), _ratings([row for row in rated if row[2] == LooksBack.SESSION])),
        (_("How much the sets helped"), _ratings([row for row in rated if row[2] != LooksBack.SESSION])),
    ]


def _ratings(rated: list[tuple[int | None, str, str]]) -> Ratings | None:
    if len({author for author, *_rest in rated}) < FEWEST_PEOPLE:
        return None
    counted = Counter(int(rating) for _author, rating, _on in rated)
    return Ratings({rating: counted[rating] for rating in RATINGS})


@source
def in_rows(programme: Programme) -> Iterator[Figure]:
    """All of it for a spreadsheet."""
    if held := sessions_of_programme(programme):
        for of, attended in [(_("all"), held), *((period.name, period) for period in held.periods)]:
            yield Figure(_("Sessions"), of, _("sessions held"), attended.held)
            yield Figure(_("Sessions"), of, _("places taken"), attended.came)
            yield Figure(_("Sessions"), of, _("places expected"), attended.expected)
    for name, ratings in ratings_of_programme(programme):
        for rating, number, _share in ratings.rows if ratings else []:
            yield Figure(name, str(rating), _("ratings"), number)
