"""What the room reads from the database, each written once."""

from typing import Any, NamedTuple

from django.db.models import BigIntegerField, DateTimeField, F, QuerySet, Value

from als_project.written_once import written_once
from sessions.enums import BidState
from sessions.models import Attendance, Bid, RaisedHand, Session
from sets.models import LearningSet, Membership


class Sign(NamedTuple):
    """What somebody shows in a room: how they are there, or a hand that they have raised in a stage."""

    user_id: int
    word: str
    stage_id: int | None


def signs_in(session: Session) -> list[Sign]:
    """Hands in the order in which they were raised."""
    return [Sign(user_id, word, stage_id) for user_id, word, stage_id, *_order in _signs(session)]


@written_once
def _signs(session: Session) -> QuerySet[Attendance, tuple[Any, ...]]:
    there = Attendance.objects.filter(session=session).annotate(
        word=F("presence"),
        in_stage=Value(None, BigIntegerField()),
        since=Value(None, DateTimeField()),
        number=F("pk"),
    )
    hands = (
        RaisedHand.objects.filter(stage__session=session)
        .order_by()
        .annotate(word=F("hand"), in_stage=F("stage_id"), since=F("raised_at"), number=F("pk"))
    )
    shown = ("user_id", "word", "in_stage", "since", "number")
    return there.values_list(*shown).union(hands.values_list(*shown), all=True).order_by("since", "number")


@written_once
def people_of(learning_set: LearningSet) -> QuerySet[Membership]:
    return Membership.objects.present().filter(learning_set=learning_set).select_related("user")


@written_once
def bids_in(session: Session) -> QuerySet[Bid]:
    bids = Bid.objects.filter(session=session, state__in=[BidState.OFFERED, BidState.CHOSEN])
    return bids.select_related("topic__written_by", "member")
