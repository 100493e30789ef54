"""What people wrote back to one of our messages, before they have sent it to anybody."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from als_project.db import EncryptedTextField
from als_project.users.models import User


class MailedReplyQuerySet(models.QuerySet["MailedReply"]):
    def visible_to(self, user: User) -> "MailedReplyQuerySet":
        """The writer's alone, always."""
        return self.filter(writer=user)

    def waiting(self) -> "MailedReplyQuerySet":
        """Neither sent by their writer nor thrown away."""
        return self.filter(settled_at=None)


class MailedReply(models.Model):
    """A draft that came by mail. Once it is settled the row knows only that this mail was filed."""

    # Made of the Message-ID: the same mail is filed once, however often it is read.
    mail_key = models.CharField(max_length=64, unique=True)
    writer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mailed_replies")
    # Those of the message it answers.
    kind = models.CharField(max_length=60)
    about = models.BigIntegerField()
    text = EncryptedTextField(blank=True)
    arrived_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = MailedReplyQuerySet.as_manager()

    class Meta:
        ordering = ["arrived_at", "pk"]
        verbose_name_plural = "mailed replies"
        # By what the clock forgets them.
        indexes = [models.Index(fields=["arrived_at"], name="mailed_replies_arrived")]

    def __str__(self) -> str:
        return f"mailed reply {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("inbox:reply", args=[self.pk])
