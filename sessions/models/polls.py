"""Finding a date: the dates proposed, and who could come on which."""

import uuid
from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.clock import validate_time_zone
from als_project.users.models import User
from sessions.enums import Answer, PollState
from sessions.models.session import Session
from sets.models import LearningSet, Membership

FEWEST_OPTIONS, MOST_OPTIONS = 2, 20


class PollQuerySet(models.QuerySet["Poll"]):
    def visible_to(self, user: User) -> "PollQuerySet":
        """Which dates suit whom is no content: for the present people of the set."""
        return self.filter(learning_set__in=LearningSet.objects.visible_to(user))

    def open(self) -> "PollQuerySet":
        return self.filter(state=PollState.OPEN)

    def taking_answers(self, now: datetime) -> "PollQuerySet":
        return self.open().filter(deadline_at__gt=now)

    def to_nudge(self, now: datetime) -> "PollQuerySet":
        return self.taking_answers(now).filter(nudge_at__lte=now, nudged_at=None)

    def past_deadline(self, now: datetime) -> "PollQuerySet":
        """Of whose end those who look after the set have not heard yet."""
        return self.open().filter(deadline_at__lte=now, deadline_told_at=None)

    def answered_by_all(self) -> "PollQuerySet":
        """Somebody has answered, nobody's answer is awaited any more, and who looks after the set has not heard yet."""
        begun = PollAnswer.objects.filter(option__poll=OuterRef("pk"))
        dates = PollOption.objects.filter(poll=OuterRef(OuterRef("pk")))
        missing = dates.without_answer_of(OuterRef(OuterRef("user")))
        awaited = Membership.objects.present().filter(
            Exists(missing), learning_set=OuterRef("learning_set"), user__is_active=True
        )
        return self.exclude(round_answered=F("round")).filter(Exists(begun), ~Exists(awaited))

    def awaiting(self, user: User, now: datetime) -> "PollQuerySet":
        """Open polls that lack an answer of this person to one date or more."""
        missing = PollOption.objects.filter(poll=OuterRef("pk")).without_answer_of(user)
        return self.visible_to(user).taking_answers(now).filter(Exists(missing))


class Poll(models.Model):
    """Which of these dates suits whom? Open until a date is chosen, or until it is given up."""

    learning_set = models.ForeignKey(LearningSet, on_delete=models.CASCADE, related_name="polls")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # What the session will be like, on whichever of the dates.
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(30), MaxValueValidator(480)])
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(blank=True)
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    minimum = models.PositiveSmallIntegerField(
        _("fewest people"), null=True, blank=True, validators=[MinValueValidator(2)]
    )
    deadline_at = models.DateTimeField(_("answers by"))
    # When those who have not answered are asked once more.
    nudge_at = models.DateTimeField()
    nudged_at = models.DateTimeField(null=True, blank=True)
    deadline_told_at = models.DateTimeField(null=True, blank=True)
    # Raised when a date is changed or added; and the round in which everyone was said to have answered.
    round = models.PositiveIntegerField(default=0)
    round_answered = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=PollState, default=PollState.OPEN)
    session = models.OneToOneField(Session, null=True, blank=True, on_delete=models.CASCADE, related_name="poll")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Made by the form: the same form sent twice opens one poll.
    form_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    objects = PollQuerySet.as_manager()

    class Meta:
        verbose_name = _("poll of dates")
        ordering = ["deadline_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=PollState.DECIDED) ^ Q(session=None), name="decided_polls_have_a_session"
            ),
            models.CheckConstraint(
                condition=Q(state=PollState.OPEN) ^ Q(ended_at__isnull=False), name="polls_say_when_they_ended"
            ),
            models.CheckConstraint(condition=Q(nudge_at__lte=F("deadline_at")), name="polls_nudge_before_the_deadline"),
        ]
        indexes = [models.Index(fields=["nudge_at"], name="polls_open", condition=Q(state=PollState.OPEN))]

    def __str__(self) -> str:
        return f"poll {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("sessions:poll", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == PollState.OPEN

    def takes_answers(self, now: datetime) -> bool:
        return self.is_open and now < self.deadline_at


class PollOptionQuerySet(models.QuerySet["PollOption"]):
    def visible_to(self, user: User) -> "PollOptionQuerySet":
        return self.filter(poll__in=Poll.objects.visible_to(user))

    def without_answer_of(self, user: User | OuterRef) -> "PollOptionQuerySet":
        return self.filter(~Exists(PollAnswer.objects.filter(option=OuterRef("pk"), user=user)))


class PollOption(models.Model):
    """One of the dates proposed."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="options")
    starts_at = models.DateTimeField(_("starts"))

    objects = PollOptionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["poll", "starts_at"], name="each_date_is_proposed_once")]

    def __str__(self) -> str:
        return f"option {self.pk}"


class PollAnswerQuerySet(models.QuerySet["PollAnswer"]):
    def visible_to(self, user: User) -> "PollAnswerQuerySet":
        return self.filter(option__in=PollOption.objects.visible_to(user))


class PollAnswer(models.Model):
    """What one person said to one date. No row: they have not been asked, or have not answered yet."""

    option = models.ForeignKey(PollOption, on_delete=models.CASCADE, related_name="answers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="poll_answers")
    answer = models.CharField(max_length=10, choices=Answer)
    answered_at = models.DateTimeField()

    objects = PollAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["option", "user"], name="one_answer_a_date"),
            models.CheckConstraint(condition=Q(answer__in=Answer.values), name="answers_are_known"),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"
