"""What the room reads from the database, each written once."""

from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

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
    # Whose hands are raised in which stage, in the order in which they were, and which.
    hands: list[tuple[int, int, str]]
    # What was said, stage by stage, for `words_of`.
    said: dict[int, list[dict[str, Any]]]


SHOWN = ("there", "hands", "said")


def with_what_is_shown(sessions: QuerySet[Session], reader: User) -> QuerySet[Session]:
    """Each with what `shown_in` reads: of the topic worked on now all that the reader may hear, else of the stage.

    That the reader may read the sessions is asked before.
    """
    there = Attendance.objects.filter(session=OuterRef("pk")).order_by()
    now = Stage.objects.going_on().order_by()
    hands = RaisedHand.objects.filter(stage__in=now.filter(session=OuterRef(OuterRef("pk"))))
    with_now = now.filter(Q(pk=OuterRef("pk")) | Q(slot=OuterRef("slot")), session=OuterRef("session"))
    stages = Stage.objects.filter(Exists(with_now), session=OuterRef(OuterRef("pk"))).order_by()
    return sessions.annotate(
        there=Listed(there, user_id="user_id", presence="presence"),
        hands=Listed(hands, stage_id="stage_id", user_id="user_id", hand="hand"),
        said=said_where(reader, "stage_id", stage__in=stages),
    )


def shown_in(session: Session, reader: User) -> Shown:
    """As it was when the session was loaded, if that was `with_what_is_shown`; else as it is now."""
    if all(name in vars(session) for name in SHOWN):
        there, hands, said = (vars(session)[name] for name in SHOWN)
    else:
        [(there, hands, said)] = _shown(session.pk, reader)
    by_stage: dict[int, list[dict[str, Any]]] = {}
    for row in said:
        stage_id = row["stage_id"]
        by_stage.setdefault(stage_id, []).append({name: row[name] for name in row if name != "stage_id"})
    raised = [(row["stage_id"], row["user_id"], row["hand"]) for row in hands]
    return Shown({row["user_id"]: row["presence"] for row in there}, raised, by_stage)


@written_once
def _shown(session_id: int, reader: User) -> QuerySet[Session, tuple[Any, ...]]:
    return with_what_is_shown(Session.objects.filter(pk=session_id).order_by(), reader).values_list(*SHOWN)


@written_once
def people_of(learning_set: LearningSet) -> QuerySet[Membership]:
    return Membership.objects.present().filter(learning_set=learning_set).select_related("user")


@written_once
def bids_in(session: Session) -> QuerySet[Bid]:
    bids = Bid.objects.filter(session=session, state__in=[BidState.OFFERED, BidState.CHOSEN])
    return bids.select_related("topic__written_by", "member")
