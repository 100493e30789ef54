"""What became of each action, in its owner's words."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actions.enums import ActionState
from actions.models.action import Action
from als_project.db import EncryptedTextField
from als_project.users.models import User
from sessions.enums import SessionState
from sessions.models import Session


class ReportBackQuerySet(models.QuerySet["ReportBack"]):
    def visible_to(self, user: User) -> "ReportBackQuerySet":
        return self.filter(action__in=Action.objects.visible_to(user))

    def in_words(self) -> "ReportBackQuerySet":
        """In the owner's words, or in words that they have confirmed."""
        return self.filter(is_bare=False, awaits_owner=False)

    def since_last_session(self, of: OuterRef = OuterRef("action__learning_set")) -> "ReportBackQuerySet":  # noqa: B008
        """Given after the latest session of the action's set closed; `of` finds that set from where this is asked."""
        closed = Session.objects.filter(learning_set=of, state=SessionState.CLOSED)
        return self.filter(given_at__gt=Subquery(closed.order_by("-closed_at").values("closed_at")[:1]))

    def awaiting(self, user: User) -> "ReportBackQuerySet":
        """Written down for this person, who has still to confirm or change them; not only what they may read."""
        return self.filter(author=user, awaits_owner=True)

    def heard_at(self, session: Session, *, since: datetime | Subquery, until: datetime) -> "ReportBackQuerySet":
        """Given to the session, or, before it was scheduled, since the one before it closed and until it did itself."""
        return self.filter(Q(session=session) | Q(session=None, given_at__gt=since, given_at__lte=until))


class ReportBack(models.Model):
    """The owner's word on an action, for one session: did, happened, learned, next.

    The thread is never rewritten, save by its owner where somebody else wrote it down.
    """

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="report_backs")
    session = models.ForeignKey(
        Session,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="report_backs",
        help_text=_("The session it was given to; empty when none was scheduled yet."),
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="report_backs")
    state = models.CharField(_("where it stands"), max_length=12, choices=ActionState)
    # Said by one button in a mail: no words yet, so that a report-back is still awaited.
    is_bare = models.BooleanField(default=False)
    did = EncryptedTextField(_("what I did"), max_length=2000, blank=True)
    happened = EncryptedTextField(_("what happened"), max_length=2000, blank=True)
    learned = EncryptedTextField(_("what I learned"), max_length=2000, blank=True)
    next_step = EncryptedTextField(_("what next"), max_length=2000, blank=True)
    # Somebody else who wrote it down for the author in the room; and whether the author has still to say that it is
    # right, or to put it into their own words.
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    awaits_owner = models.BooleanField(default=False)
    # Made by the form: the same form sent twice reports once.
    form_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    given_at = models.DateTimeField(default=timezone.now)

    objects = ReportBackQuerySet.as_manager()

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ActionState.PROPOSED), name="report_backs_are_on_confirmed_actions"
            ),
        ]

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # the plugin knows of it
        """Django's own goes through all choices at each call, which a long list feels."""
        return str(ActionState(self.state).label)

    def __str__(self) -> str:
        return f"report-back {self.pk}"
