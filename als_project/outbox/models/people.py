"""What people want to be sent, and when; and the addresses that take nothing."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DAY = 24 * 60


class How(models.TextChoices):
    AT_ONCE = "at_once", _("At once")
    WEEKLY = "weekly", _("In a weekly message")
    NEVER = "never", _("Never")


class Preference(models.Model):
    """How a person wants one kind of message. No row: at once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="message_preferences", db_index=False
    )
    kind = models.CharField(max_length=60)
    how = models.CharField(max_length=10, choices=How.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_preference_a_kind"),
            models.CheckConstraint(condition=models.Q(how__in=How.values), name="preferences_are_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.how}"


class Hours(models.Model):
    """A person's own quiet hours, as minutes after midnight of their clock. Equal ends: none. No row: the site's."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="message_hours"
    )
    quiet_from = models.PositiveSmallIntegerField(validators=[MaxValueValidator(DAY - 1)])
    quiet_until = models.PositiveSmallIntegerField(validators=[MaxValueValidator(DAY - 1)])
    most_a_week = models.PositiveSmallIntegerField(help_text=_("Of what is optional; the rest comes in one message."))

    class Meta:
        verbose_name_plural = _("hours")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__lt=DAY, quiet_until__lt=DAY), name="quiet_hours_are_of_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quiet_from}–{self.quiet_until}"


class RefusedAddress(models.Model):
    """An address whose mail server said for good that it takes nothing. Forgotten when it takes something after all."""

    address = models.EmailField(unique=True)
    refused_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=20, help_text=_("The answer's code, such as “550 5.1.1”."))

    class Meta:
        verbose_name_plural = _("refused addresses")
        # By what the clock forgets them.
        indexes = [models.Index(fields=["refused_at"], name="refused_addresses_refused")]

    def __str__(self) -> str:
        return f"{self.answer} {self.pk}"
