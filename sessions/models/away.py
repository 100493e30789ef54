"""When people can't come, said once for all their sets."""

from collections.abc import Collection
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from als_project.users.models import User


class AwayDatesQuerySet(models.QuerySet["AwayDates"]):
    def of(self, user: User) -> "AwayDatesQuerySet":
        return self.filter(user=user)

    def of_people(self, people: Collection[int], first: date, last: date) -> "AwayDatesQuerySet":
        """Of these people, whatever touches the days from first to last."""
        return self.filter(user__in=people, from_on__lte=last, until_on__gte=first)


class AwayDates(models.Model):
    """Whole days on the person's own clock, the last one included. Why is nobody's business."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="away_dates")
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))

    objects = AwayDatesQuerySet.as_manager()

    class Meta:
        ordering = ["from_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "from_on", "until_on"], name="away_once_for_the_same_days"),
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="people_come_back_after_they_go"),
        ]

    def __str__(self) -> str:
        return f"away {self.pk}"

    def covers(self, day: date) -> bool:
        return self.from_on <= day <= self.until_on
