"""Whether a page of the room is up to date."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, FilteredRelation, Max, OuterRef, Q, QuerySet, Subquery

from als_project.live.services import present_on
from als_project.users.models import User
from als_project.written_once import written_once
from sessions.models import Contribution, Session, Slot, Three
from sets.live import channel_of

NO_STAGE = "0"
SEEN = (
    "seen_stage",
    "seen_start",
    "seen_words",
    "seen_slot",
    "seen_ballot_closed",
    "seen_ballot",
    "seen_seat",
)


def stamp_of(session: Session, reader: User) -> str:
    """Changes whenever the reader's page of the room would look different: one query, no content.

    What the session's row has is told as it was loaded: a page made from an older row is known to be older.
    """
    return _stamp(session, _seen(session.pk, reader)[0])


def stamp_on(session: Session) -> str:
    """The same, of a session that was loaded `with_stamp`: as it was then."""
    return _stamp(session, [getattr(session, name) for name in SEEN])


def _stamp(session: Session, seen: Sequence[Any]) -> str:
    connected = "-".join(str(person) for person in sorted(present_on(channel_of(session.learning_set_id))))
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
    return with_stamp(Session.objects.filter(pk=session_id), reader).values_list(*SEEN)


def with_stamp(sessions: QuerySet[Session], reader: User) -> QuerySet[Session]:
    """Each with what is behind its stamp for this reader."""
    # At most one stage goes on at a time, so this brings no row twice.
    going_on = Q(stages__started_at__isnull=False, stages__ended_at=None, stages__beside=None)
    # The last of these, by `Max`: ordered, PostgreSQL would look for it from the newest words of everybody backwards,
    # and go through all there are for a session that has none yet.
    words = Contribution.objects.filter(stage__session=OuterRef("pk")).order_by().values("stage__session")
    slot = Slot.objects.filter(session=OuterRef("pk")).order_by("-pk")
    seat = Three.people.through.objects.filter(three__session=OuterRef("pk"), user=reader)
    return sessions.annotate(
        stage_now=FilteredRelation("stages", condition=going_on),
        seen_stage=F("stage_now__pk"),
        seen_start=F("stage_now__started_at"),
        seen_words=Subquery(words.annotate(last=Max("pk")).values("last")),
        seen_slot=Subquery(slot.values("pk")[:1]),
        seen_ballot_closed=F("ballot__closed_at"),
        seen_ballot=F("ballot__pk"),
        seen_seat=Subquery(seat.values("pk")[:1]),
    )


def connected_in(stamp: str) -> set[int]:
    """The ids of those who had a page of the room open when the stamp was taken."""
    return {int(person) for person in stamp.rpartition(".")[2].split("-") if person}


def stage_in(stamp: str) -> str:
    """The stage that a page with this stamp was in, and what else its boxes depend on."""
    return stamp.partition(".")[0]
