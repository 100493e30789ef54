"""What presenters commit to, and who supports them."""

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actions.enums import FINISHED, OWED, ActionState, SupportState
from als_project.db import EncryptedTextField
from als_project.users.models import User
from sessions.enums import SessionState
from sessions.models import Session, Slot
from sets.models import LearningSet, Membership
from sets.models.membership import MembershipQuerySet

if TYPE_CHECKING:
    from actions.told import Report


def _present(person: str) -> MembershipQuerySet:
    """The present membership, in an action's set, of the person in this field of the action."""
    return Membership.objects.present().filter(user=OuterRef(person), learning_set=OuterRef("learning_set"))


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, user: User) -> "ActionQuerySet":
        """Actions of sessions whose content the user may read."""
        return self.filter(session__in=Session.objects.readable_by(user))

    def confirmed(self) -> "ActionQuerySet":
        return self.exclude(state=ActionState.PROPOSED)

    def proposed(self) -> "ActionQuerySet":
        return self.filter(state=ActionState.PROPOSED)

    def owed(self) -> "ActionQuerySet":
        """Confirmed and not finished: a report-back is awaited at the next session."""
        return self.filter(state__in=OWED)

    def owned_by(self, user: User) -> "ActionQuerySet":
        return self.filter(owner=user)

    def asking(self, user: User) -> "ActionQuerySet":
        """Actions whose owner waits for this person's answer: will you support me?"""
        return self.owed().filter(Exists(_present("owner")), supporter=user, support=SupportState.ASKED)

    def awaiting_report(self) -> "ActionQuerySet":
        """Owed, from a session that is over, and not reported on in words since the set's last session.

        In a set that has closed nobody waits for a report-back: one can be given, but isn't asked for.
        """
        from actions.models.reporting import ReportBack

        in_words = ReportBack.objects.in_words().filter(action=OuterRef("pk"))
        # By the action's own set: PostgreSQL then looks at the few that are owed, and not through all report-backs.
        since = in_words.since_last_session(of=OuterRef(OuterRef("learning_set")))
        over = self.owed().filter(session__state=SessionState.CLOSED, learning_set__closed_at=None)
        return over.filter(~Exists(since))

    def whose_owner_can_answer(self) -> "ActionQuerySet":
        """Actions of closed sessions whose owner is present and may still read them: the others wait in silence."""
        reader = Membership.objects.may_read().filter(user=OuterRef("owner"), learning_set=OuterRef("learning_set"))
        in_time = Q(joined_at__lte=OuterRef("session__closed_at")) | Q(learning_set__newcomers_read_past=True)
        return self.filter(Exists(reader.filter(in_time)))

    def whose_supporter_left(self) -> "ActionQuerySet":
        return self.filter(~Exists(_present("supporter")), supporter__isnull=False)

    def with_absences(self) -> "ActionQuerySet":
        """Each says in `owner_absent` and `supporter_absent` whether that person is no longer in the set."""
        gone = Q(supporter__isnull=False) & ~Exists(_present("supporter"))
        return self.with_owners_absence().annotate(supporter_absent=gone)

    def with_owners_absence(self) -> "ActionQuerySet":
        return self.annotate(owner_absent=~Exists(_present("owner")))

    def with_next_session(self) -> "ActionQuerySet":
        """Each says in `report_by` when the set meets next; None while nothing is scheduled."""
        to_come = Session.objects.filter(learning_set=OuterRef("learning_set")).to_come()
        return self.annotate(report_by=Subquery(to_come.values("starts_at")[:1]))

    def with_last_report(self) -> "ActionQuerySet":
        """Each says in `last_report_at` when it was last reported on."""
        from actions.models.reporting import ReportBack

        reports = ReportBack.objects.filter(action=OuterRef("pk")).order_by("-given_at")
        return self.annotate(last_report_at=Subquery(reports.values("given_at")[:1]))

    def for_lists(self) -> "ActionQuerySet":
        """What one line of a list says, and where it belongs; only that is read, because there may be hundreds."""
        said = ("what", "state", "due_on", "owner__name", "learning_set__name", "supporter", "support")
        lines = self.select_related("owner", "learning_set").only(*said)
        return lines.with_owners_absence().with_last_report()


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
    # Made by the form: the same form sent twice commits once.
    form_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
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
    # The owner wants to be asked on this day how it is going.
    check_on = models.DateField(null=True, blank=True)
    # Raised each time somebody is asked: a message about an earlier asking notices that its reason is gone.
    times_asked = models.PositiveSmallIntegerField(default=0)

    # Known of rows that `actions.told` reads: their topic's place, and what was reported on them there.
    place: int | None
    reports: list[dict[str, Any]]
    heard: "list[Report]"

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ActionState.PROPOSED) ^ Q(confirmed_at__isnull=False),
                name="confirmed_actions_say_when",
            ),
            models.CheckConstraint(
                condition=Q(supporter=None) | ~Q(supporter=F("owner")), name="nobody_supports_themself"
            ),
            models.CheckConstraint(condition=Q(supporter=None) | ~Q(support=""), name="supporters_were_asked"),
            models.CheckConstraint(condition=~Q(state=ActionState.PROPOSED) | Q(support=""), name="drafts_ask_nobody"),
        ]
        indexes = [
            models.Index(fields=["owner", "state"], name="actions_of_an_owner"),
            models.Index(fields=["learning_set", "state"], name="actions_of_a_set"),
            models.Index(
                fields=["supporter"], name="actions_with_a_supporter", condition=Q(support__in=["asked", "accepted"])
            ),
        ]

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # the plugin knows of it
        """Django's own goes through all choices at each call, which a long list feels."""
        return str(ActionState(self.state).label)

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

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED

    @property
    def awaits_answer(self) -> bool:
        return self.is_owed and self.support == SupportState.ASKED

    @property
    def is_supported(self) -> bool:
        return self.support == SupportState.ACCEPTED
