"""Messages that are to leave, have left, or were held back. A row names ids; what it says is written as it leaves."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.db import EncryptedTextField

UNSETTLED = models.Q(sent_at=None, dropped_at=None, parked_at=None)
# What the claim looks through: a part of a digest leaves with its digest.
WAITING = UNSETTLED & models.Q(digest=None)


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> "MessageQuerySet":
        """To leave by itself, now or later."""
        return self.filter(WAITING)

    def unsettled(self) -> "MessageQuerySet":
        """Neither sent nor given up: waiting, or kept for a digest."""
        return self.filter(UNSETTLED)

    def parked(self) -> "MessageQuerySet":
        return self.exclude(parked_at=None)

    def due(self, now: datetime) -> "MessageQuerySet":
        return self.waiting().filter(due_at__lte=now)

    def claimable(self, now: datetime) -> "MessageQuerySet":
        """Due, and in nobody's hands: never claimed, or claimed by a worker that has not come back in time."""
        free = models.Q(claimed_until=None) | models.Q(claimed_until__lte=now)
        return self.due(now).filter(free).order_by("due_at", "pk")


class Message(models.Model):
    """One message to one person. `key` is unique: the same cause queues it once, however often it is asked."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    # Found by the index on (to, sent_at).
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="messages",
        db_index=False,
    )
    address = models.EmailField(blank=True, help_text=_("Used where the recipient has no account yet."))
    about = models.BigIntegerField(
        null=True, blank=True, help_text=_("Id of the row that this kind of message is about.")
    )
    sealed = EncryptedTextField(
        blank=True, help_text=_("What only this message knows, such as a sign-in code; emptied once sent.")
    )
    urgent = models.BooleanField(default=False, help_text=_("Goes before what is not, by day and by night."))
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField(help_text=_("Not before this; moved on when it is put off."))
    first_due_at = models.DateTimeField(null=True, blank=True, help_text=_("When it was due before it was put off."))
    digest = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="parts", help_text=_("Leaves within it.")
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    in_doubt_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Handed over whole, but the mail server's answer never came.")
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_because = models.CharField(max_length=80, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True, help_text=_("Given up until somebody tries it again."))
    parked_because = models.CharField(max_length=80, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to__isnull=False) | ~models.Q(address=""), name="messages_have_a_recipient"
            ),
            models.CheckConstraint(
                condition=models.Q(sent_at=None, dropped_at=None)
                | models.Q(sent_at=None, parked_at=None)
                | models.Q(dropped_at=None, parked_at=None),
                name="messages_are_sent_dropped_or_parked",
            ),
        ]
        indexes = [
            models.Index(fields=["urgent", "due_at", "id"], name="messages_waiting", condition=WAITING),
            models.Index(fields=["parked_at"], name="messages_parked", condition=models.Q(parked_at__isnull=False)),
            models.Index(fields=["sent_at"], name="messages_sent", condition=models.Q(sent_at__isnull=False)),
            models.Index(fields=["dropped_at"], name="messages_dropped", condition=models.Q(dropped_at__isnull=False)),
            models.Index(fields=["to", "sent_at"], name="messages_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def leads_to(self) -> str:
        """The address."""
        return self.to.email if self.to else self.address

    @property
    def is_settled(self) -> bool:
        """Sent, dropped or parked."""
        return bool(self.sent_at or self.dropped_at or self.parked_at)

    def is_claimed(self, now: datetime) -> bool:
        """In the hands of a worker that has not been away for too long."""
        return self.claimed_until is not None and self.claimed_until > now

    @property
    def wanted_at(self) -> datetime:
        """When it was to leave, whatever put it off since."""
        return self.first_due_at or self.due_at
