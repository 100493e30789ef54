"""Ground rules: what the set agreed on how it works, in numbered versions, each agreed to by each person."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.db import EncryptedTextField
from als_project.users.models import User
from sets.enums import RuleCategory
from sets.models.learning_set import LearningSet
from sets.models.membership import Membership


class GroundRulesQuerySet(models.QuerySet["GroundRules"]):
    def published(self) -> "GroundRulesQuerySet":
        return self.filter(published_at__isnull=False)

    def proposed(self) -> "GroundRulesQuerySet":
        return self.filter(published_at=None)

    def visible_to(self, user: User) -> "GroundRulesQuerySet":
        return self.filter(learning_set__in=LearningSet.objects.visible_to(user))


class GroundRules(models.Model):
    """One version of a set's ground rules. Proposed while it has no number; published, it never changes again."""

    learning_set = models.ForeignKey(LearningSet, on_delete=models.CASCADE, related_name="ground_rules")
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(
        default=timezone.now, help_text=_("Raised by each edit of a proposal: two hands are noticed.")
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = GroundRulesQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("ground rules")
        ordering = ["-number", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["learning_set", "number"], name="one_version_a_number"),
            models.UniqueConstraint(
                fields=["learning_set"], condition=Q(published_at=None), name="one_proposal_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, number=None) | Q(published_at__isnull=False, number__isnull=False),
                name="published_rules_have_a_number",
            ),
        ]

    def __str__(self) -> str:
        return f"ground rules, version {self.number}" if self.number else "proposed ground rules"

    def get_absolute_url(self) -> str:
        return reverse("sets:rules_version", args=[self.learning_set_id, self.number])


class GroundRuleQuerySet(models.QuerySet["GroundRule"]):
    def visible_to(self, user: User) -> "GroundRuleQuerySet":
        return self.filter(ground_rules__in=GroundRules.objects.visible_to(user))


class GroundRule(models.Model):
    """One rule of one version."""

    ground_rules = models.ForeignKey(GroundRules, on_delete=models.CASCADE, related_name="rules")
    category = models.CharField(max_length=20, choices=RuleCategory)
    text = EncryptedTextField(max_length=500)
    position = models.PositiveSmallIntegerField()

    objects = GroundRuleQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["ground_rules", "position"], name="one_rule_a_position"),
        ]

    def __str__(self) -> str:
        return f"rule {self.pk}"


class AssentQuerySet(models.QuerySet["Assent"]):
    def visible_to(self, user: User) -> "AssentQuerySet":
        return self.filter(membership__in=Membership.objects.visible_to(user))


class Assent(models.Model):
    """A person's agreement to one version, for the time of one membership."""

    ground_rules = models.ForeignKey(GroundRules, on_delete=models.CASCADE, related_name="assents")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="assents")
    given_at = models.DateTimeField(default=timezone.now)

    objects = AssentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ground_rules", "membership"], name="one_assent_a_version"),
        ]

    def __str__(self) -> str:
        return f"assent {self.pk}"
