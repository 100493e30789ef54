"""What members would like the set's help with: private preparation, topics, and bids to a session."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.db import EncryptedTextField
from als_project.users.models import User
from sessions.enums import AWAY, BidState, Reply, SessionState, Urgency
from sessions.models.session import Attendance, Session
from sets.models import LearningSet

PREPARATION_LINES = 10


def validate_ten_lines(text: str) -> None:
    lines = len(text.strip().splitlines())
    if lines > PREPARATION_LINES:
        raise ValidationError(
            _("Ten lines at most; this has %(lines)s. Your text is still here: shorten it and save again."),
            params={"lines": lines},
            code="lines",
        )


class PreparationQuerySet(models.QuerySet["Preparation"]):
    def visible_to(self, user: User) -> "PreparationQuerySet":
        """The author's alone, always."""
        return self.filter(author=user, session__in=Session.objects.visible_to(user))


class Preparation(models.Model):
    """A member's own lines before a session. Nobody else ever reads them."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="preparations")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preparations")
    text = EncryptedTextField(validators=[validate_ten_lines])
    saved_at = models.DateTimeField(default=timezone.now)

    objects = PreparationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "author"], name="one_preparation_a_session")]

    def __str__(self) -> str:
        return f"preparation {self.pk}"


class TopicQuerySet(models.QuerySet["Topic"]):
    def visible_to(self, user: User) -> "TopicQuerySet":
        """The user's own, and those that stand in a session whose content they may read."""
        offered = Bid.objects.standing().filter(topic=OuterRef("pk"), session__in=Session.objects.readable_by(user))
        own = Q(owner=user, learning_set__in=LearningSet.objects.visible_to(user))
        return self.filter(own | Exists(offered))


class Topic(models.Model):
    """Something a member would like help with. It stays theirs, whatever becomes of its bids."""

    learning_set = models.ForeignKey(LearningSet, on_delete=models.CASCADE, related_name="topics")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="topics")
    headline = EncryptedTextField(_("headline"), max_length=120)
    question = EncryptedTextField(_("question for the set"), max_length=500, blank=True)
    # Somebody else who wrote it down for its owner, in the room.
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TopicQuerySet.as_manager()

    def __str__(self) -> str:
        return f"topic {self.pk}"


class BidQuerySet(models.QuerySet["Bid"]):
    def visible_to(self, user: User) -> "BidQuerySet":
        """Bids of sessions whose content the user may read; a withdrawn one only its owner sees."""
        own = Q(member=user, session__in=Session.objects.visible_to(user))
        return self.filter(own | ~Q(state=BidState.WITHDRAWN) & Q(session__in=Session.objects.readable_by(user)))

    def standing(self) -> "BidQuerySet":
        return self.exclude(state=BidState.WITHDRAWN)

    def of(self, member: User, session: Session) -> "Bid | None":
        """The member's bid for the session, standing or withdrawn, with its topic."""
        return self.filter(member=member, session=session).select_related("topic").order_by("offered_at").last()

    def kept_back(self, member: User, learning_set: LearningSet) -> "BidQuerySet":
        """What the member last offered in the set, where it stayed theirs because they could not be at the session."""
        return self.filter(kept_back_by(member, learning_set)).select_related("topic")

    def offered(self) -> "BidQuerySet":
        """Open to be chosen, changed or withdrawn."""
        return self.filter(state=BidState.OFFERED)

    def waiting(self) -> "BidQuerySet":
        """Unheard at a session that is over, and not yet offered to a later one."""
        return self.filter(state__in=[BidState.CARRIED, BidState.NOT_TAKEN], carried_to=None)


def kept_back_by(member: User, learning_set: LearningSet) -> Q:
    """A condition on bids: see `kept_back`."""
    said = Attendance.objects.filter(session=OuterRef("session"), user=member)
    was_away = Exists(said.filter(Q(presence__in=AWAY) | Q(reply=Reply.APOLOGIES)))
    later = Bid.objects.filter(member=member, session__learning_set=learning_set, offered_at__gt=OuterRef("offered_at"))
    over = Q(session__learning_set=learning_set, session__state=SessionState.CLOSED)
    return Q(member=member, state=BidState.WITHDRAWN) & over & Q(was_away) & ~Q(Exists(later))


class Bid(models.Model):
    """A topic offered to one session. A bid not reached is carried over: a new bid to the next session points back."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="bids")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="bids")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bids")
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, default=Urgency.SOON)
    minutes_wanted = models.PositiveSmallIntegerField(
        _("minutes wanted"), default=30, validators=[MinValueValidator(5), MaxValueValidator(120)]
    )
    state = models.CharField(max_length=10, choices=BidState, default=BidState.OFFERED)
    offered_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    carried_from = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="carried_to"
    )

    objects = BidQuerySet.as_manager()

    class Meta:
        ordering = ["offered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "member"], condition=~Q(state=BidState.WITHDRAWN), name="one_standing_bid_a_session"
            ),
            models.CheckConstraint(condition=Q(minutes_wanted__range=(5, 120)), name="bids_want_5_to_120_minutes"),
            models.CheckConstraint(
                condition=Q(state=BidState.WITHDRAWN) ^ Q(withdrawn_at=None), name="withdrawn_bids_say_when"
            ),
        ]

    def __str__(self) -> str:
        return f"bid {self.pk}"

    @property
    def is_standing(self) -> bool:
        return self.state != BidState.WITHDRAWN
