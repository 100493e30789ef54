"""Hands raised in a stage: done writing, next to speak. They are lowered when the stage is over."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from als_project.users.models import User
from sessions.enums import Hand
from sessions.models.running import Stage
from sessions.models.session import Session


class RaisedHandQuerySet(models.QuerySet["RaisedHand"]):
    def visible_to(self, user: User) -> "RaisedHandQuerySet":
        return self.filter(stage__session__in=Session.objects.readable_by(user))


class RaisedHand(models.Model):
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="hands")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    hand = models.CharField(max_length=4, choices=Hand)
    raised_at = models.DateTimeField(default=timezone.now)

    objects = RaisedHandQuerySet.as_manager()

    class Meta:
        ordering = ["raised_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["stage", "user", "hand"], name="a_hand_is_raised_once")]

    def __str__(self) -> str:
        return f"raised hand {self.pk}"
