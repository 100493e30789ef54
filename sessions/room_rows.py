"""What the room reads from the database, each written once."""

from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet

from als_project.listed import Listed
from als_project.users.models import User
from als_project.written_once import written_once
from sessions.enums import BidState
from sessions.models import Attendance, Bid, RaisedHand, Session, Stage
from sessions.said import said_where
from sets.models import LearningSet, Membership


class Shown(NamedTuple):
    """Of a room, besides its stages."""

    # How each person is there, as far as anybody has said.
    presences: dict[int, str]
    # Whose hands are raised in the stage, in the order in which they were, and which.
    hands: list[tuple[int, str]]
    # What was said, stage by stage, for `words_of`.
    said: dict[int, list[dict[str, Any]]]


def shown_in(session: Session, stage: Stage | None, stages: list[Stage], reader: User) -> Shown:
    """The hands of the stage, and what was said under these stages: all that the reader may hear of it by now.

    That the reader may read the session is asked before.
    """
    [(there, hands, said)] = _shown(session.pk, stage.pk if stage else 0, [each.pk for each in stages], reader)
    by_stage: dict[int, list[dict[str, Any]]] = {}
    for row in said:
        by_stage.setdefault(row.pop("stage_id"), []).append(row)
    raised = [(row["user_id"], row["hand"]) for row in hands]
    return Shown({row["user_id"]: row["presence"] for row in there}, raised, by_stage)


@written_once
def _shown(session_id: int, stage: int, stages: list[int], reader: User) -> QuerySet[Session, tuple[Any, ...]]:
    there = Attendance.objects.filter(session=OuterRef("pk")).order_by()
    hands = RaisedHand.objects.filter(stage=stage)
    return (
        Session.objects.filter(pk=session_id)
        .order_by()
        .values_list(
            Listed(there, user_id="user_id", presence="presence"),
            Listed(hands, user_id="user_id", hand="hand"),
            said_where(reader, "stage_id", stage__in=stages),
        )
    )


@written_once
def people_of(learning_set: LearningSet) -> QuerySet[Membership]:
    return Membership.objects.present().filter(learning_set=learning_set).select_related("user")


@written_once
def bids_in(session: Session) -> QuerySet[Bid]:
    bids = Bid.objects.filter(session=session, state__in=[BidState.OFFERED, BidState.CHOSEN])
    return bids.select_related("topic__written_by", "member")
