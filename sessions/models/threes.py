"""Threes: the small groups into which a session breaks, side by side on one clock."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from als_project.users.models import User
from sessions.models.session import Session


class ThreeQuerySet(models.QuerySet["Three"]):
    def of(self, user: User) -> "ThreeQuerySet":
        """In which the person sits."""
        return self.filter(people=user)


class Three(models.Model):
    """Three or four people of a session. What is said among them is read by them alone."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="threes")
    number = models.PositiveSmallIntegerField()
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    objects = ThreeQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="one_three_a_number")]

    def __str__(self) -> str:
        return f"three {self.pk}"

    def seats(self, user: User) -> bool:
        """Whether the person sits in it. Loaded with its people."""
        return any(person.pk == user.pk for person in self.people.all())


class LateSeat(models.Model):
    """Somebody who joined a three later. They read what is said in it from then on, and nothing from before."""

    three = models.ForeignKey(Three, on_delete=models.CASCADE, related_name="late_seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["three", "person"], name="one_late_seat_in_a_three")]

    def __str__(self) -> str:
        return f"late seat {self.pk}"
