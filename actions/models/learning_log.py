"""The learning log: a member's private reflections."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.db import EncryptedTextField
from als_project.users.models import User


class LogEntryQuerySet(models.QuerySet["LogEntry"]):
    def visible_to(self, user: User) -> "LogEntryQuerySet":
        """The author's alone, always; it is bound to no set, so it outlasts every membership."""
        return self.filter(author=user)


class LogEntry(models.Model):
    """One reflection, read by its author alone."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="log_entries")
    text = EncryptedTextField(_("what I notice"), max_length=10000)
    # Made by the form: the same form sent twice writes one entry.
    form_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    written_at = models.DateTimeField(default=timezone.now)

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("learning log entry")
        verbose_name_plural = _("learning log entries")
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return f"learning log entry {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("actions:log_entry", args=[self.pk])
