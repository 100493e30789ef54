"""What organisers see of sessions: how many were held and how many people came, where enough people stand behind it."""

from dataclasses import dataclass

from django.db.models import Count, Q

from sessions.enums import HERE
from sessions.models import Attendance, Session
from sets.models import Programme

FEWEST_PEOPLE = 5


@dataclass(frozen=True)
class Figures:
    sessions_held: int
    expected: int
    came: int

    @property
    def per_cent(self) -> int:
        return round(100 * self.came / self.expected) if self.expected else 0


def sessions_of_programme(programme: Programme) -> Figures | None:
    """Sessions held in the programme's sets, and attendance at them; None below five people."""
    noted = Attendance.objects.filter(
        session__in=Session.objects.past().filter(learning_set__programme=programme)
    ).exclude(presence="")
    counted = noted.aggregate(
        people=Count("user", distinct=True), expected=Count("pk"), came=Count("pk", filter=Q(presence__in=HERE))
    )
    if counted["people"] < FEWEST_PEOPLE:
        return None
    held = Session.objects.past().filter(learning_set__programme=programme).count()
    return Figures(sessions_held=held, expected=counted["expected"], came=counted["came"])
