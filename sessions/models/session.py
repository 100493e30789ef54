"""A session of a set: when, where, who comes."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.clock import validate_time_zone
from als_project.db import EncryptedTextField
from als_project.users.models import User
from sessions.enums import AWAY, HERE, LooksBack, Presence, Reply, SessionState, SlotState
from sets.models import LearningSet, Membership

OPENS_BEFORE = timedelta(hours=1)
# So long after its time a session that is still open was forgotten.
LEFT_OPEN = timedelta(hours=12)


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: User) -> "SessionQuerySet":
        """When and where: for the present people of the set."""
        return self.filter(learning_set__in=LearningSet.objects.visible_to(user))

    def readable_by(self, user: User) -> "SessionQuerySet":
        """Sessions whose content the user may read: present, agreed to the rules, and there at the time.

        A session that closed before they joined is readable only where the set lets newcomers read the past.
        """
        reader = Membership.objects.may_read().filter(user=user, learning_set=OuterRef("learning_set"))
        in_time = Q(joined_at__lte=OuterRef("closed_at")) | Q(learning_set__newcomers_read_past=True)
        # Found through the user's own sets, and only then looked at one by one: said in one condition, PostgreSQL
        # would look through those of everybody.
        return self.visible_to(user).filter(Q(closed_at=None) & Exists(reader) | Exists(reader.filter(in_time)))

    def to_come(self) -> "SessionQuerySet":
        """Scheduled or going on."""
        return self.filter(state__in=[SessionState.SCHEDULED, SessionState.RUNNING]).order_by("starts_at")

    def scheduled(self) -> "SessionQuerySet":
        return self.filter(state=SessionState.SCHEDULED)

    def scheduled_between(self, earliest: datetime, latest: datetime) -> "SessionQuerySet":
        return self.scheduled().filter(starts_at__range=(earliest, latest))

    def standing(self) -> "SessionQuerySet":
        """Every session that takes up time in the set's calendar."""
        return self.exclude(state=SessionState.CANCELLED)

    def past(self) -> "SessionQuerySet":
        return self.filter(state=SessionState.CLOSED).order_by("-starts_at")

    def over(self) -> "SessionQuerySet":
        """Held, or cancelled; the latest first."""
        return self.filter(state__in=[SessionState.CLOSED, SessionState.CANCELLED]).order_by("-starts_at")

    def below_minimum(self) -> "SessionQuerySet":
        """Fewer of the set's present people are coming than it agreed on; a set without such a number has none."""
        present = Membership.objects.present().filter(
            learning_set=OuterRef("session__learning_set"), user=OuterRef("user")
        )
        coming = Attendance.objects.coming().filter(Exists(present), session=OuterRef("pk")).order_by()
        counted = Subquery(coming.values("session").annotate(n=Count("pk")).values("n"))
        return self.alias(coming=Coalesce(counted, 0)).filter(coming__lt=F("learning_set__minimum_to_run"))

    def with_numbers(self) -> "SessionQuerySet":
        """Each row knows `people_there` and `topics_heard`."""
        there = Count("attendances", filter=Q(attendances__presence__in=HERE), distinct=True)
        heard = Count("slots", filter=Q(slots__state=SlotState.HEARD), distinct=True)
        return self.annotate(people_there=there, topics_heard=heard)


class Session(models.Model):
    """One meeting of a set. `starts_at` is an instant; `time_zone` is the zone whose clock it was agreed by."""

    learning_set = models.ForeignKey(LearningSet, on_delete=models.CASCADE, related_name="sessions")
    starts_at = models.DateTimeField(_("starts"))
    minutes = models.PositiveSmallIntegerField(
        _("length, in minutes"), validators=[MinValueValidator(30), MaxValueValidator(480)]
    )
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("link"), blank=True)
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("who facilitates or hosts"),
    )
    run = models.ForeignKey(
        "als_sessions.Run", null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions"
    )
    state = models.CharField(max_length=10, choices=SessionState, default=SessionState.SCHEDULED)
    looks_back_on = models.CharField(max_length=20, choices=LooksBack, default=LooksBack.SESSION)
    # Raised by every move and by cancelling: messages queued for the earlier date notice that their reason is gone, and
    # calendars which of two entries is the newer.
    revision = models.PositiveIntegerField(default=0)
    # Raised when the room shows something new that another app keeps: its pages look again.
    stirs = models.PositiveIntegerField(default=0)
    scheduled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    # Fewer are coming than the set agreed on: the date of which those who look after it were told so, and their word
    # that it takes place all the same.
    told_few_for = models.DateTimeField(null=True, blank=True)
    runs_anyway_at = models.DateTimeField(null=True, blank=True)
    # The process as it was when the session was opened, so that a later edit changes no past session.
    process_snapshot = models.JSONField(null=True, blank=True)
    # The set's word when the session was opened: what is written while the presenter listens is hidden from them then.
    presenter_reads_later = models.BooleanField(default=False)
    # Writes down what others say, besides whoever runs the session.
    scribe = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Who runs it now instead of whoever facilitates; who was asked to, and has not answered; and the slot after which
    # it goes back.
    runner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_to_run = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    run_until_after = models.ForeignKey(
        "als_sessions.Slot", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # When the reviews, each written alone, were shown to all.
    reviews_shown_at = models.DateTimeField(null=True, blank=True)
    # When its notes were deleted, as the set had agreed.
    notes_deleted_at = models.DateTimeField(null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["learning_set", "starts_at"],
                condition=Q(state__in=[SessionState.SCHEDULED, SessionState.RUNNING]),
                name="one_session_of_a_set_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["learning_set"], condition=Q(state=SessionState.RUNNING), name="one_running_session_a_set"
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(30, 480)), name="sessions_last_half_an_hour_to_eight_hours"
            ),
            models.CheckConstraint(
                condition=Q(state=SessionState.CLOSED) ^ Q(closed_at=None), name="closed_sessions_say_when"
            ),
            models.CheckConstraint(
                condition=~Q(state=SessionState.RUNNING) | Q(opened_at__isnull=False),
                name="running_sessions_say_since_when",
            ),
            models.CheckConstraint(
                condition=Q(state=SessionState.CANCELLED) ^ Q(cancelled_at=None), name="cancelled_sessions_say_when"
            ),
            models.CheckConstraint(
                condition=Q(state=SessionState.RUNNING) | Q(runner=None, asked_to_run=None),
                name="only_running_sessions_are_handed_over",
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at"], name="sessions_scheduled", condition=Q(state=SessionState.SCHEDULED)),
            models.Index(fields=["learning_set", "starts_at"], name="sessions_of_a_set"),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("sessions:session", args=[self.pk])

    @property
    def opens_at(self) -> datetime:
        """From when on its room can be opened."""
        return self.starts_at - OPENS_BEFORE

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def notes_live_until(self) -> datetime | None:
        """When what was said in it is deleted, with its review; None where the set keeps it, or while it goes on."""
        return self.learning_set.notes_live_until(self.closed_at) if self.closed_at else None

    @property
    def occasion(self) -> str:
        """Names this session at its present date in the keys of messages."""
        return f"session:{self.pk}:r{self.revision}"

    @property
    def is_scheduled(self) -> bool:
        return self.state == SessionState.SCHEDULED

    @property
    def is_running(self) -> bool:
        return self.state == SessionState.RUNNING

    @property
    def is_closed(self) -> bool:
        return self.state == SessionState.CLOSED

    @property
    def is_over(self) -> bool:
        """Held, or cancelled."""
        return self.is_closed or self.is_cancelled

    @property
    def is_cancelled(self) -> bool:
        return self.state == SessionState.CANCELLED


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(self, user: User) -> "AttendanceQuerySet":
        return self.filter(session__in=Session.objects.visible_to(user))

    def coming(self) -> "AttendanceQuerySet":
        return self.filter(reply=Reply.COMING)

    def apologies(self) -> "AttendanceQuerySet":
        return self.filter(reply=Reply.APOLOGIES)

    def here(self) -> "AttendanceQuerySet":
        """They are there, or were; late or not."""
        return self.filter(presence__in=HERE)

    def away(self) -> "AttendanceQuerySet":
        """They are known not to be there; nothing is known of some others."""
        return self.filter(presence__in=AWAY)

    def unsaid(self) -> "AttendanceQuerySet":
        return self.filter(presence="")

    def declining_topics(self) -> "AttendanceQuerySet":
        """They have said that they bring no topic, or that they can't come."""
        return self.filter(Q(wants_nothing=True) | Q(reply=Reply.APOLOGIES))


class Attendance(models.Model):
    """What a person said before a session, and whether they were there. No row means they have said nothing yet."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attendances")
    reply = models.CharField(max_length=10, choices=Reply, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    wants_nothing = models.BooleanField(_("brings no topic this time"), default=False)
    # Why they can't come: for themselves and those who look after the set.
    reason = EncryptedTextField(max_length=500, blank=True)
    # How it was on the day; empty while nobody has said.
    presence = models.CharField(max_length=10, choices=Presence, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], name="one_attendance_a_person"),
            models.CheckConstraint(condition=Q(presence__in=["", *Presence.values]), name="presence_is_known"),
        ]

    def __str__(self) -> str:
        return f"attendance {self.pk}"
