"""The private address under which a person's calendar reads their sessions."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.utils import timezone

from sessions.models.session import Session, SessionQuerySet

PAST = timedelta(days=90)


def hashed(secret: str) -> str:
    """Long and random, a secret needs no salt; who copies the database learns no address."""
    return sha256(secret.encode()).hexdigest()


class CalendarFeed(models.Model):
    """One person's feed. Making a new address replaces the old; revoking deletes the row."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    # What it said when it was last read, and since when: for a calendar that asks only for what is new.
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"calendar feed {self.pk}"

    def sessions(self, now: datetime) -> SessionQuerySet:
        """The standing sessions of the person's present sets, from three months ago on."""
        mine = Session.objects.visible_to(self.user).standing()
        return mine.filter(starts_at__gt=now - PAST).select_related("learning_set").order_by("starts_at", "pk")
