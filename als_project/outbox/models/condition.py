"""How the machinery is: whether the mail server takes anything at present, and who was seen at work when."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailServer(models.Model):
    """One row: after the server turned everything away, nobody knocks before `shut_until`."""

    shut_until = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text=_("One after the other, up to now."))
    because = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.because or "answers"


class Seen(models.Model):
    """When a process of this name was last at work."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("seen")

    def __str__(self) -> str:
        return self.name
