"""Messages that are to leave, have left, or were held back. A row names ids; what it says is written as it leaves."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.db import EncryptedTextField


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> "MessageQuerySet":
        return self.filter(sent_at=None, dropped_at=None)

    def claimable(self, now: datetime) -> "MessageQuerySet":
        """Due, and in nobody's hands: never claimed, or claimed by a worker that has not come back in time."""
        free = models.Q(claimed_until=None) | models.Q(claimed_until__lte=now)
        return self.waiting().filter(free, due_at__lte=now).order_by("due_at", "pk")


class Message(models.Model):
    """One message to one person. `key` is unique: the same cause queues it once, however often it is asked."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="messages"
    )
    address = models.EmailField(blank=True, help_text=_("Used where the recipient has no account yet."))
    about = models.BigIntegerField(
        null=True, blank=True, help_text=_("Id of the row that this kind of message is about.")
    )
    sealed = EncryptedTextField(
        blank=True, help_text=_("What only this message knows, such as a sign-in code; emptied once sent.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_because = models.CharField(max_length=80, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to__isnull=False) | ~models.Q(address=""), name="messages_have_a_recipient"
            ),
            models.CheckConstraint(
                condition=models.Q(sent_at=None) | models.Q(dropped_at=None), name="messages_are_sent_or_dropped"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="messages_waiting",
                condition=models.Q(sent_at=None, dropped_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
