"""The review of a session: each writes alone first, then all see."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from als_project.db import EncryptedTextField
from als_project.users.models import User
from sessions.enums import SessionState
from sessions.models.session import Session

# How much the session helped: 1, not at all, to 5, very much.
RATINGS = range(1, 6)


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: User) -> "ReviewQuerySet":
        """One's own; everybody's once they are shown, or the session is closed; in sessions that the user may read."""
        return self.shown_to(user).filter(session__in=Session.objects.readable_by(user))

    def shown_to(self, user: User) -> "ReviewQuerySet":
        """The same, of sessions that the user is known to read."""
        shown = Q(session__reviews_shown_at__isnull=False) | Q(session__state=SessionState.CLOSED)
        return self.filter(Q(author=user) | shown)


class Review(models.Model):
    """How one person found the session."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="reviews")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # Somebody else who wrote it down for the author.
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    on_rules = EncryptedTextField(max_length=1000, blank=True)
    what_helped = EncryptedTextField(max_length=1000, blank=True)
    next_time = EncryptedTextField(max_length=1000, blank=True)
    # One of RATINGS, where the author gave any. Others see it only among the figures of the set's programme.
    rating = EncryptedTextField(max_length=1, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["saved_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["session", "author"], name="one_review_a_person")]

    @property
    def has_words(self) -> bool:
        return bool(self.on_rules or self.what_helped or self.next_time)

    def __str__(self) -> str:
        return f"review {self.pk}"
