"""A session as it goes: slots, stages, and what is captured under them."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from als_project.db import EncryptedTextField
from als_project.users.models import User
from sessions.enums import ContributionKind, SessionState, SlotState
from sessions.models.session import Session
from sessions.models.threes import LateSeat, Three
from sessions.models.topics import Bid
from sets.processes import Part, Who


class SlotQuerySet(models.QuerySet["Slot"]):
    def visible_to(self, user: User) -> "SlotQuerySet":
        return self.filter(session__in=Session.objects.readable_by(user))


class Slot(models.Model):
    """A chosen topic's place and minutes in a session. A process without bids gives slots to presenters alone."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="slots")
    bid = models.OneToOneField(Bid, null=True, blank=True, on_delete=models.PROTECT, related_name="slot")
    presenter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="slots")
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(5), MaxValueValidator(240)])
    state = models.CharField(max_length=10, choices=SlotState, default=SlotState.PLANNED)
    # The presenter is absent and the place is free: whose topic it has been offered to, until they answer.
    offered_to = models.ForeignKey(Bid, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Whose place it was until they were found absent and it was freed.
    freed_from = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Where the session breaks into threes: whose turn this is, and its round. The slots of a round run side by side.
    three = models.ForeignKey(Three, null=True, blank=True, on_delete=models.CASCADE, related_name="slots")
    round = models.PositiveSmallIntegerField(null=True, blank=True)
    # The key of the method that the set picked, where its process offers some.
    method = models.SlugField(max_length=40, blank=True)

    objects = SlotQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["session", "position"], name="one_slot_a_position"),
            models.CheckConstraint(condition=Q(minutes__range=(5, 240)), name="slots_last_5_to_240_minutes"),
            models.CheckConstraint(condition=~(Q(three=None) ^ Q(round=None)), name="threes_work_in_rounds"),
        ]

    def __str__(self) -> str:
        return f"slot {self.pk}"

    @property
    def name(self) -> str:
        """What stands for it in the order of a session. Loaded with its presenter."""
        return name_of_turn(self.round, self.presenter.name)


def name_of_turn(number: int | None, presenter: str) -> str:
    """In threes a round's number, because several present in it; else who presents."""
    return _("round %(number)s") % {"number": number} if number else presenter


def time_taken(started_at: datetime | None, until: datetime, paused_seconds: int) -> timedelta:
    """Without the pauses; nothing before it starts."""
    return until - started_at - timedelta(seconds=paused_seconds) if started_at else timedelta()


class StageQuerySet(models.QuerySet["Stage"]):
    def visible_to(self, user: User) -> "StageQuerySet":
        return self.filter(session__in=Session.objects.readable_by(user))

    def on_the_clock(self) -> "StageQuerySet":
        """Each moment of a session once: without those that run beside another."""
        return self.filter(beside=None)

    def going_on(self) -> "StageQuerySet":
        """Started and not ended: one, and in threes those beside it."""
        return self.filter(started_at__isnull=False, ended_at=None)

    def now(self) -> "StageQuerySet":
        """The stage a session is in; the database holds at most one a session."""
        return self.going_on().on_the_clock()

    def to_come(self) -> "StageQuerySet":
        return self.on_the_clock().filter(started_at=None, skipped_at=None)

    def with_threes(self) -> "StageQuerySet":
        """Each with its slot, and with the people of its three if it has one."""
        return self.select_related("slot__three").prefetch_related("slot__three__people")


class Stage(models.Model):
    """One step of a session, copied from its process. The server's clock is the truth: started, planned, ended."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="stages")
    slot = models.ForeignKey(Slot, null=True, blank=True, on_delete=models.CASCADE, related_name="stages")
    # Of a three: the stage of the first three on whose clock this one runs.
    beside = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="alongside")
    position = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=10, choices=Part)
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    prompt = models.CharField(max_length=300)
    speaks = models.CharField(max_length=20, choices=Who)
    writes = models.CharField(max_length=20, choices=Who)
    captures = models.JSONField(default=list)
    presenter_listens = models.BooleanField(default=False)
    planned_minutes = models.PositiveSmallIntegerField()
    # Given since it was planned; negative when it was shortened. What was planned stays to be compared with.
    added_minutes = models.SmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Since when the clock stands still, and for how long it stood in the pauses that are over.
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_seconds = models.PositiveIntegerField(default=0)
    skipped_at = models.DateTimeField(null=True, blank=True)
    # Who passed over it, and why; nobody where its whole slot went, or there was nothing to do in it.
    skipped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    skip_reason = EncryptedTextField(max_length=300, blank=True)
    # In a round: the ids of those who have had their turn, in that order.
    had_turn = models.JSONField(default=list, blank=True)

    objects = StageQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["session", "position"], name="one_stage_a_position"),
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(started_at__isnull=False, ended_at=None, beside=None),
                name="one_stage_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(started_at__isnull=False), name="stages_end_after_they_start"
            ),
            models.CheckConstraint(
                condition=Q(skipped_at=None) | Q(started_at=None), name="skipped_stages_never_start"
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None) | Q(started_at__isnull=False, ended_at=None),
                name="only_the_stage_now_is_paused",
            ),
            models.CheckConstraint(
                condition=Q(added_minutes__gte=1 - F("planned_minutes")) | Q(added_minutes=0),
                name="stages_keep_a_minute",
            ),
        ]

    def __str__(self) -> str:
        return f"stage {self.pk}"

    @property
    def clock_id(self) -> int:
        """The stage on whose clock this one runs: most often itself."""
        return self.beside_id or self.pk

    @property
    def minutes(self) -> int:
        """What it has to its disposal: as planned, and what was given or taken since."""
        return self.planned_minutes + self.added_minutes

    def time_taken(self, now: datetime) -> timedelta:
        """Without the pauses; nothing before it starts."""
        return time_taken(self.started_at, self.ended_at or self.paused_at or now, self.paused_seconds)

    def actual_minutes(self, now: datetime) -> float:
        """Minutes this stage has taken; 0 before it starts."""
        return self.time_taken(now).total_seconds() / 60

    def ends_at(self, now: datetime) -> datetime:
        """When its minutes are over. While it is paused, that is later every minute."""
        return now + timedelta(minutes=self.minutes) - self.time_taken(now)


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def visible_to(self, user: User) -> "ContributionQuerySet":
        """What is said in sessions that the user may read, save what they are not to read yet as its presenter.

        What is said in a three is read by those who sit in it, from when they sat down.
        """
        return self.filter(stage__session__in=Session.objects.readable_by(user)).heard_by(user)

    def heard_by(self, user: User) -> "ContributionQuerySet":
        """The same, of sessions that the user is known to read."""
        in_own_three = Q(stage__slot__three=None) | Q(stage__slot__three__in=Three.objects.of(user))
        later, before = self.model.objects.kept_for_later(user), self.model.objects.before_joining(user)
        return self.filter(in_own_three).exclude(pk__in=later.values("pk")).exclude(pk__in=before.values("pk"))

    def before_joining(self, user: User) -> "ContributionQuerySet":
        """Said in a three that this person joined later."""
        late = LateSeat.objects.filter(three=OuterRef("stage__slot__three"), person=user)
        return self.filter(Exists(late.filter(since__gt=OuterRef("captured_at"))))

    def kept_for_later(self, presenter: User) -> "ContributionQuerySet":
        """Written while this presenter listens, where their set shows it to them afterwards, and they listen still.

        A stage that was left by going back, and then passed over, keeps nothing for later.
        """
        listening = Stage.objects.filter(slot=OuterRef("stage__slot"), presenter_listens=True).going_on()
        return self.filter(
            Q(stage__ended_at=None, stage__skipped_at=None) | Exists(listening),
            stage__session__state=SessionState.RUNNING,
            stage__session__presenter_reads_later=True,
            stage__slot__presenter=presenter,
            stage__presenter_listens=True,
        )


class Contribution(models.Model):
    """A captured question, suggestion, experience, response or insight. Its author's words, whoever wrote them down."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="contributions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=12, choices=ContributionKind)
    text = EncryptedTextField(max_length=2000)
    # Made by the form: the same form sent twice captures once.
    form_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    captured_at = models.DateTimeField(default=timezone.now)
    # Somebody else who wrote them down for the author.
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The presenter's mark: this landed.
    landed_at = models.DateTimeField(null=True, blank=True)
    # Taken out of the record by the presenter, whose topic it is about: the words are gone, the place stays.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # Parts of it were taken out by the presenter.
    redacted_at = models.DateTimeField(null=True, blank=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["captured_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(landed_at=None), name="what_is_withdrawn_has_not_landed"
            ),
        ]

    def get_kind_display(self) -> str:  # type: ignore[no-redef]  # the plugin knows of it
        """Django's own goes through all choices at each call, which a long list feels."""
        return str(ContributionKind(self.kind).label)

    def __str__(self) -> str:
        return f"contribution {self.pk}"


class PrivateNoteQuerySet(models.QuerySet["PrivateNote"]):
    def visible_to(self, user: User) -> "PrivateNoteQuerySet":
        return self.filter(author=user, session__in=Session.objects.readable_by(user))


class PrivateNote(models.Model):
    """A member's notes to self in a session: open even in listening mode, read by nobody else."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="private_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="private_notes")
    text = EncryptedTextField(max_length=10000, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)

    objects = PrivateNoteQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "author"], name="one_private_note_a_session")]

    def __str__(self) -> str:
        return f"private note {self.pk}"
