"""What presenters commit to, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actions.enums import OWED, ActionState, SupportState
from als_project.db import EncryptedTextField
from als_project.users.models import User
from sessions.models import Session, Slot
from sets.models import LearningSet


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, user: User) -> "ActionQuerySet":
        """Actions of sessions whose content the user may read."""
        return self.filter(session__in=Session.objects.readable_by(user))

    def owed(self) -> "ActionQuerySet":
        """Confirmed and not finished: a report-back is awaited at the next session."""
        return self.filter(state__in=OWED)

    def owned_by(self, user: User) -> "ActionQuerySet":
        return self.filter(owner=user)


class Action(models.Model):
    """What a presenter will do: only the presenter confirms it; a facilitator's draft stays “proposed” till then."""

    learning_set = models.ForeignKey(LearningSet, on_delete=models.CASCADE, related_name="actions")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="actions")
    slot = models.ForeignKey(Slot, null=True, blank=True, on_delete=models.SET_NULL, related_name="actions")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="actions")
    what = EncryptedTextField(_("what I will do"), max_length=1000)
    first_step = EncryptedTextField(_("first step"), max_length=500, blank=True)
    how_i_will_know = EncryptedTextField(_("how I'll know it worked"), max_length=500, blank=True)
    due_on = models.DateField(_("by when"), null=True, blank=True)
    state = models.CharField(max_length=12, choices=ActionState)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    supporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="supported_actions",
        verbose_name=_("who supports me"),
    )
    support = models.CharField(max_length=10, choices=SupportState, blank=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ActionState.PROPOSED) ^ Q(confirmed_at__isnull=False),
                name="confirmed_actions_say_when",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "state"], name="actions_of_an_owner"),
            models.Index(fields=["learning_set", "state"], name="actions_of_a_set"),
        ]

    def __str__(self) -> str:
        return f"action {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("actions:action", args=[self.pk])

    @property
    def is_proposed(self) -> bool:
        return self.state == ActionState.PROPOSED

    @property
    def is_owed(self) -> bool:
        return self.state in OWED


class ReportBackQuerySet(models.QuerySet["ReportBack"]):
    def visible_to(self, user: User) -> "ReportBackQuerySet":
        return self.filter(action__in=Action.objects.visible_to(user))


class ReportBack(models.Model):
    """The owner's word on an action, for one session: did, happened, learned, next. The thread is never rewritten."""

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
    did = EncryptedTextField(_("what I did"), max_length=2000, blank=True)
    happened = EncryptedTextField(_("what happened"), max_length=2000, blank=True)
    learned = EncryptedTextField(_("what I learned"), max_length=2000, blank=True)
    next_step = EncryptedTextField(_("what next"), max_length=2000, blank=True)
    given_at = models.DateTimeField(default=timezone.now)

    objects = ReportBackQuerySet.as_manager()

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ActionState.PROPOSED), name="report_backs_are_on_confirmed_actions"
            ),
        ]

    def __str__(self) -> str:
        return f"report-back {self.pk}"
