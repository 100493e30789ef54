"""A secret ballot among the topics offered: it shows what people would like, and decides nothing."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from als_project.db import EncryptedTextField
from als_project.users.models import User
from sessions.models.session import Session
from sessions.models.topics import Bid


class BallotQuerySet(models.QuerySet["Ballot"]):
    def visible_to(self, user: User) -> "BallotQuerySet":
        return self.filter(session__in=Session.objects.readable_by(user))


class Ballot(models.Model):
    """Everyone gives their marks alone; closed, the sums are shown to all at once. One a session at most."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="ballot")
    marks_each = models.PositiveSmallIntegerField(default=3, validators=[MinValueValidator(1), MaxValueValidator(10)])
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    # Bids (by id) with their marks, once it is closed; and how many people gave theirs.
    marks = models.JSONField(default=dict, blank=True)
    papers_counted = models.PositiveSmallIntegerField(default=0)

    objects = BallotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(marks_each__range=(1, 10)), name="ballots_have_one_to_ten_marks"),
        ]

    def __str__(self) -> str:
        return f"ballot {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def marks_of(self, bid: Bid) -> int:
        return int(self.marks.get(str(bid.pk), 0))


class BallotPaperQuerySet(models.QuerySet["BallotPaper"]):
    def visible_to(self, user: User) -> "BallotPaperQuerySet":
        """The voter's alone."""
        return self.filter(voter=user, ballot__in=Ballot.objects.visible_to(user))


class BallotPaper(models.Model):
    """One person's marks, as long as the ballot is open: with its closing they are added up, and the paper is gone."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="papers")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # {bid id: marks} as JSON.
    marks = EncryptedTextField()

    objects = BallotPaperQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "voter"], name="one_paper_a_voter")]

    def __str__(self) -> str:
        return f"ballot paper {self.pk}"
