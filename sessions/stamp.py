"""Whether a page of the room is up to date."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from als_project.live.services import present_on
from als_project.users.models import User
from als_project.written_once import written_once
from sessions.models import Contribution, Session, Slot, Stage, Three
from sets.live import channel_of

NO_STAGE = "0"


def stamp_of(session: Session, reader: User) -> str:
    """Changes whenever the reader's page of the room would look different: one query, no content.

    What the session's row has is told as it was loaded: a page made from an older row is known to be older.
    """
    connected = "-".join(str(person) for person in sorted(present_on(channel_of(session.learning_set_id))))
    (seen,) = _seen(session.pk, reader)
    stage, started, contribution, chosen, *ballot, seated = seen
    since = int(started.timestamp()) if started else 0
    # What changes the boxes within a stage: who runs it and who writes for all, a ballot that opens or closes, a three
    # just joined.
    within = (
        f"-{session.runner_id or 0}-{session.scribe_id or 0}-{ballot[1] or 0}{'c' if ballot[0] else ''}-{seated or 0}"
        if stage
        else ""
    )
    row = f"{session.stirs}.{session.state}"
    return f"{stage or NO_STAGE}{within}.{since}.{contribution or 0}.{chosen or 0}.{row}.{connected}"


@written_once
def _seen(session_id: int, reader: User) -> QuerySet[Session, tuple[Any, ...]]:
    now = Stage.objects.filter(session=OuterRef("pk")).now()
    last = Contribution.objects.filter(stage__session=OuterRef("pk")).order_by("-pk")
    slot = Slot.objects.filter(session=OuterRef("pk")).order_by("-pk")
    seat = Three.people.through.objects.filter(three__session=OuterRef("pk"), user=reader)
    return Session.objects.filter(pk=session_id).values_list(
        Subquery(now.values("pk")[:1]),
        Subquery(now.values("started_at")[:1]),
        Subquery(last.values("pk")[:1]),
        Subquery(slot.values("pk")[:1]),
        "ballot__closed_at",
        "ballot__pk",
        Subquery(seat.values("pk")[:1]),
    )


def stage_in(stamp: str) -> str:
    """The stage that a page with this stamp was in, and what else its boxes depend on."""
    return stamp.partition(".")[0]
