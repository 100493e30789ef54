"""A run of sessions: several dates, planned in one go by one rule."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from als_project.clock import validate_time_zone
from als_project.users.models import User
from sets.models import LearningSet


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: User) -> "RunQuerySet":
        return self.filter(learning_set__in=LearningSet.objects.visible_to(user))


class Run(models.Model):
    """Its sessions hold their dates themselves: one moved or cancelled stays in the run. The rule says how it began."""

    learning_set = models.ForeignKey(LearningSet, on_delete=models.CASCADE, related_name="runs")
    # As in RFC 5545, such as “FREQ=MONTHLY;INTERVAL=1;BYDAY=+2TU;COUNT=9”, on the clocks of `time_zone`.
    rule = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])
    scheduled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Raised by every move of several: messages queued for the earlier dates notice that their reason is gone.
    revision = models.PositiveIntegerField(default=0)
    # Made by the form: the same form sent twice plans one run.
    form_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"run {self.pk}"
