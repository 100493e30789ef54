"""A learning set and the programme it may belong to."""

from datetime import datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.clock import usual_time_zone, validate_time_zone
from als_project.users.models import User
from sets.enums import Facilitation
from sets.public_holidays import validate_country

LARGEST_SET = 12
# In days: no message goes out longer before a session.
LONGEST_LEAD = 28
LEAD_TIMES = ("topic_prompt_days", "topic_nudge_days", "reminder_days", "report_back_days")
USUAL_SIZES = range(4, 11)
# In months: how long a set can agree that notes live. However short, everyone has two weeks to take theirs along.
NOTES_LIVE = (1, 3, 6, 12, 24)
NOTES_GRACE = timedelta(days=14)


def _days_before(label: Any, days: int, words: Any) -> Any:
    """A lead time. Where it is null, the set's people get no such message."""
    return models.PositiveSmallIntegerField(
        label,
        null=True,
        blank=True,
        default=days,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_LEAD)],
        help_text=words,
    )


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: User) -> "ProgrammeQuerySet":
        return self.filter(organisers=user)


class Programme(models.Model):
    """A cycle of one or several sets with a common purpose. Its organisers see figures, never content."""

    name = models.CharField(_("name"), max_length=120)
    purpose = models.TextField(_("purpose"), max_length=1000, blank=True)
    organisers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="programmes", verbose_name=_("organisers")
    )
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("sets:programme", args=[self.pk])


class LearningSetQuerySet(models.QuerySet["LearningSet"]):
    def visible_to(self, user: User) -> "LearningSetQuerySet":
        """Sets of which the user is a present member or facilitator."""
        return self.filter(memberships__user=user, memberships__ended_at=None)

    def going_on(self) -> "LearningSetQuerySet":
        """Without those that have closed."""
        return self.filter(closed_at=None)


class LearningSet(models.Model):
    """Four to ten people who meet regularly to work on each other's real issues."""

    name = models.CharField(_("name"), max_length=120)
    purpose = models.TextField(_("purpose"), max_length=2000, help_text=_("What brings this set together."))
    usual_minutes = models.PositiveSmallIntegerField(
        _("usual length, in minutes"), default=150, validators=[MinValueValidator(30), MaxValueValidator(480)]
    )
    place = models.CharField(_("usual place"), max_length=200, blank=True)
    link = models.URLField(_("usual link"), blank=True, help_text=_("For a video call, if you meet at a distance."))
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=usual_time_zone, validators=[validate_time_zone]
    )
    minimum_to_run = models.PositiveSmallIntegerField(
        _("fewest people for a session to take place"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2), MaxValueValidator(LARGEST_SET)],
        help_text=_(
            "As the set has agreed. Whoever looks after it hears when fewer are coming. Empty: no such number."
        ),
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        validators=[validate_country],
        help_text=_("Its public holidays are pointed out when you plan sessions."),
    )
    process = models.SlugField(_("process"), default="topics-and-suggestions")
    facilitation = models.CharField(
        _("facilitation"), max_length=20, choices=Facilitation, default=Facilitation.FACILITATED
    )
    # The day on which the facilitators' role ends and the set goes on by itself; null where no such day is agreed.
    self_facilitated_from = models.DateField(null=True, blank=True, editable=False)
    # What the set changed in each process, read by `sets.tailoring`: {slug: {"topic.suggestions": {"minutes": 20}}}.
    tailoring = models.JSONField(default=dict, blank=True, editable=False)
    presenter_reads_later = models.BooleanField(
        _("while a presenter listens, what is written down stays hidden from them until the next stage"), default=False
    )
    newcomers_read_past = models.BooleanField(_("newcomers may read what was said before they joined"), default=False)
    name_in_calendars = models.BooleanField(
        _("the set has agreed that calendar entries say its name"),
        default=False,
        help_text=_("Otherwise they only say “Learning set session”. Colleagues may see each other’s calendars."),
    )
    # Months from the end of a session until what was said in it is deleted; null: it is kept. Since when.
    notes_live_months = models.PositiveSmallIntegerField(_("notes are kept"), null=True, blank=True)
    notes_agreed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Since when the set meets no more, and when whatever was said in it is deleted; null while it goes on.
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    notes_end_at = models.DateTimeField(null=True, blank=True, editable=False)
    topic_prompt_days = _days_before(
        _("ask for topics, days before"), 7, _("Members who have not yet said whether they bring one.")
    )
    topic_nudge_days = _days_before(_("ask once more, days before"), 2, _("Those who have still not said."))
    reminder_days = _days_before(
        _("remind everyone of the session, days before"), 1, _("All but those who sent apologies.")
    )
    report_back_days = _days_before(
        _("remind of report-backs, days before"), 3, _("Those with an action they have not reported on yet.")
    )
    programme = models.ForeignKey(
        Programme,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="learning_sets",
        verbose_name=_("programme"),
    )
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LearningSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("learning set")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(usual_minutes__range=(30, 480)), name="sets_meet_for_half_an_hour_to_eight_hours"
            ),
            models.CheckConstraint(
                condition=models.Q(minimum_to_run=None) | models.Q(minimum_to_run__range=(2, LARGEST_SET)),
                name="two_people_at_least_make_a_session",
            ),
            models.CheckConstraint(
                condition=models.Q(notes_live_months=None)
                | models.Q(notes_live_months__in=NOTES_LIVE, notes_agreed_at__isnull=False),
                name="how_long_notes_live_is_agreed_at_some_time",
            ),
            models.CheckConstraint(
                condition=models.Q(self_facilitated_from=None) | models.Q(facilitation=Facilitation.FACILITATED),
                name="facilitation_ends_where_there_is_some",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, notes_end_at=None)
                | models.Q(closed_at__isnull=False, notes_end_at__isnull=False, notes_end_at__gt=models.F("closed_at")),
                name="what_was_said_in_a_closed_set_ends",
            ),
            # An unknown is no contradiction: where one of them is null, the others stand.
            models.CheckConstraint(
                condition=models.Q(topic_nudge_days__lt=models.F("topic_prompt_days"))
                & models.Q(reminder_days__lt=models.F("topic_nudge_days"))
                & models.Q(reminder_days__lt=models.F("topic_prompt_days")),
                name="prompt_nudge_and_reminder_come_in_this_order",
            ),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{lead}__range": (1, LONGEST_LEAD)}), name=f"{lead}_are_of_four_weeks"
                )
                for lead in LEAD_TIMES
            ),
        ]
        indexes = [
            models.Index(
                fields=["notes_live_months"], condition=~models.Q(notes_live_months=None), name="sets_whose_notes_end"
            ),
            models.Index(
                fields=["self_facilitated_from"],
                condition=~models.Q(self_facilitated_from=None),
                name="sets_soon_by_themselves",
            ),
            models.Index(fields=["notes_end_at"], condition=~models.Q(notes_end_at=None), name="sets_that_have_closed"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("sets:set", args=[self.pk])

    @property
    def notes_agreement(self) -> str:
        """Names what the set agreed on last, about its notes, in the keys of messages."""
        return f"{self.pk}:{self.notes_agreed_at:%Y%m%dT%H%M%S.%f}" if self.notes_agreed_at else f"{self.pk}:none"

    @property
    def notes_safe_until(self) -> datetime | None:
        """Until when nothing is deleted, because it was agreed on lately; None once that is over."""
        until = self.notes_agreed_at + NOTES_GRACE if self.notes_agreed_at else None
        return until if until and until > timezone.now() else None

    def notes_live_until(self, closed_at: datetime) -> datetime | None:
        """When the notes of a session that was closed then are deleted; None where the set keeps them."""
        ends = [self.notes_end_at] if self.notes_end_at else []
        if self.notes_live_months is not None and self.notes_agreed_at is not None:
            ended: datetime = closed_at + relativedelta(months=self.notes_live_months)
            ends.append(max(ended, self.notes_agreed_at + NOTES_GRACE))
        return min(ends, default=None)

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_forgotten(self) -> bool:
        """It has closed, and the time in which what was said could be read is over."""
        return self.notes_end_at is not None and self.notes_end_at <= timezone.now()

    @property
    def end_of_facilitation(self) -> str:
        """Names from when the set goes on by itself, as was agreed on last, in the keys of messages."""
        day = "over" if self.is_self_facilitated else self.self_facilitated_from or "open"
        return f"{self.pk}:{day}"

    @property
    def closing(self) -> str:
        """Names when the set closed, in the keys of messages."""
        return f"{self.pk}:{self.closed_at:%Y%m%dT%H%M%S.%f}" if self.closed_at else f"{self.pk}:open"

    @property
    def reading(self) -> str:
        """Names until when what was said in the closed set can be read, in the keys of messages."""
        return f"{self.closing}-{self.notes_end_at:%Y%m%dT%H%M}" if self.notes_end_at else self.closing

    @property
    def is_self_facilitated(self) -> bool:
        return self.facilitation == Facilitation.SELF_FACILITATED
