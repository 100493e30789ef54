"""Whose turn it is to facilitate or host, and who would take it over."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from als_project.users.models import User
from sessions.enums import SessionState, TurnState
from sessions.models.session import Session
from sets.models import LearningSet


class TurnRequestQuerySet(models.QuerySet["TurnRequest"]):
    def visible_to(self, user: User) -> "TurnRequestQuerySet":
        return self.filter(session__learning_set__in=LearningSet.objects.visible_to(user))

    def open(self) -> "TurnRequestQuerySet":
        return self.filter(state=TurnState.ASKED)

    def about(self, sessions: Iterable[Session]) -> "TurnRequestQuerySet":
        """Those that would give one of them to somebody else."""
        return self.filter(Q(session__in=sessions) | Q(in_return__in=sessions))

    def awaiting(self, user: User) -> "TurnRequestQuerySet":
        """Open ones of sessions to come, in which the other of the two has asked."""
        theirs = Q(holder=user) | Q(taker=user)
        waiting = self.visible_to(user).open().filter(theirs, session__state=SessionState.SCHEDULED)
        return waiting.exclude(asked_by=user)

    def with_sessions(self) -> "TurnRequestQuerySet":
        return self.select_related("session__learning_set", "in_return", "holder", "taker", "asked_by")


class TurnRequest(models.Model):
    """One of two people asks the other: the taker takes the holder's session over, perhaps for one of their own."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="turn_requests")
    in_return = models.ForeignKey(
        Session, null=True, blank=True, on_delete=models.CASCADE, related_name="turn_requests_in_return"
    )
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=TurnState, default=TurnState.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = TurnRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(state=TurnState.ASKED), name="one_open_request_a_turn"
            ),
            models.CheckConstraint(condition=~Q(holder=F("taker")), name="turns_change_hands"),
            models.CheckConstraint(
                condition=Q(asked_by=F("holder")) | Q(asked_by=F("taker")), name="one_of_the_two_asks"
            ),
            models.CheckConstraint(
                condition=Q(state=TurnState.ASKED) ^ Q(answered_at__isnull=False), name="settled_requests_say_when"
            ),
        ]

    def __str__(self) -> str:
        return f"turn request {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == TurnState.ASKED

    @property
    def asked(self) -> User:
        """Who has to say yes."""
        return self.taker if self.asked_by_id == self.holder_id else self.holder
