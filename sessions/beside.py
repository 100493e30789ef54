"""What a record tells beside its stages: who was there, topics not taken, reviews, the reader's note to themselves."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery

from als_project.db import decrypted
from als_project.listed import Listed
from als_project.users.models import User
from sessions.enums import BidState
from sessions.models import Attendance, Bid, PrivateNote, Review

WORDS = ("on_rules", "what_helped", "next_time")


class NotTaken(NamedTuple):
    """A topic that was offered and not taken, and whose it is, by name."""

    headline: str
    member: str


class ReviewWords(NamedTuple):
    """A review as it is read: with its author and who wrote it down for them, by name."""

    # Nobody, once they have left with all that was theirs.
    author: str | None
    written_by: str | None
    on_rules: str
    what_helped: str
    next_time: str


@dataclass(frozen=True)
class Beside:
    # As the database lists them, by name: {"user": id, "name": …, "presence": …}.
    attendances: list[dict[str, Any]]
    not_taken: list[NotTaken]
    reviews: list[ReviewWords]
    note: str

    def people(self, presences: Container[str]) -> dict[int, str]:
        """Who was there in one of these ways, by id, each with their name."""
        return {one["user"]: one["name"] for one in self.attendances if one["presence"] in presences}


def beside_of(found: dict[str, Any]) -> Beside:
    """Of what `asked_beside` found."""
    reviews = [ReviewWords(**one | {name: decrypted(one[name]) for name in WORDS}) for one in found["reviewed"]]
    return Beside(
        attendances=found["there"],
        not_taken=[NotTaken(decrypted(one["headline"]), one["member"]) for one in found["offered"]],
        # Some have only rated it.
        reviews=[one for one in reviews if one.on_rules or one.what_helped or one.next_time],
        note=found["noted"] or "",
    )


def asked_beside(here: OuterRef, reader: User) -> dict[str, Subquery]:
    """What to ask of a session for it. That the reader may read the session is asked before."""
    attendances = Attendance.objects.filter(session=here).order_by("user__name")
    reviews = Review.objects.shown_to(reader).filter(session=here)
    words = {name: name for name in WORDS}
    notes = PrivateNote.objects.filter(session=here, author=reader)
    return {
        "there": Listed(attendances, user="user", name="user__name", presence="presence"),
        "offered": Listed(_not_taken(here), headline="topic__headline", member="member__name"),
        "reviewed": Listed(reviews, author="author__name", written_by="written_by__name", **words),
        "noted": Subquery(notes.values("text")[:1]),
    }


def _not_taken(session: OuterRef) -> QuerySet[Bid]:
    """The topics of who was away stay theirs, unread."""
    away = Attendance.objects.away().filter(session=OuterRef("session")).values("user")
    return Bid.objects.filter(session=session, state=BidState.NOT_TAKEN).exclude(member__in=away)
