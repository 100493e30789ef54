"""What the room shows of things done together: the review, the ballot, and one who writes for others."""

import json
from dataclasses import dataclass

from django.db.models import QuerySet, Subquery

from als_project.users.models import User
from als_project.written_once import written_once
from sessions import permissions
from sessions.models import Ballot, BallotPaper, Bid, Review, Session, Stage
from sets.models import GroundRule, GroundRules, LearningSet, Membership


@dataclass(frozen=True)
class ReviewPart:
    """One's own review; everybody's once they are shown; and the rules it asks about."""

    mine: Review | None
    # Those of others whose words the reader wrote down, or all.
    readable: list[Review]
    is_shown: bool
    written: int
    rules: list[GroundRule]


def review_of(session: Session, reader: User) -> ReviewPart:
    readable = _reviews(session, reader)
    is_shown = session.reviews_shown_at is not None or session.is_closed
    return ReviewPart(
        mine=next((one for one in readable if one.author_id == reader.pk), None),
        readable=[one for one in readable if one.has_words] if is_shown else [],
        is_shown=is_shown,
        # Each is readable once they are shown.
        written=len(readable) if is_shown else session.reviews.count(),
        rules=[] if session.is_closed else _rules(session.learning_set),
    )


@written_once
def _reviews(session: Session, reader: User) -> QuerySet[Review]:
    return Review.objects.visible_to(reader).filter(session=session).select_related("author", "written_by")


@written_once
def _rules(learning_set: LearningSet) -> QuerySet[GroundRule]:
    """Of the version in force."""
    in_force = GroundRules.objects.published().filter(learning_set=learning_set).values("pk")[:1]
    return GroundRule.objects.filter(ground_rules=Subquery(in_force))


@dataclass(frozen=True)
class Result:
    """A topic with its marks; those with as many stand together."""

    bid: Bid
    marks: int
    is_tied: bool


@dataclass(frozen=True)
class BallotPart:
    ballot: Ballot
    # The reader's own marks, by bid, while the ballot is open.
    mine: dict[int, int]
    has_voted: bool
    papers: int

    def results(self, bids: list[Bid]) -> list[Result]:
        """Once closed: most marks first, then by name; a tie is said to be one."""
        marks = {bid: self.ballot.marks_of(bid) for bid in bids}
        ordered = sorted(bids, key=lambda bid: (-marks[bid], bid.member.name))
        counts = list(marks.values())
        return [Result(bid, marks[bid], counts.count(marks[bid]) > 1) for bid in ordered]


def ballot_of(session: Session, reader: User) -> BallotPart | None:
    ballot = Ballot.objects.filter(session=session).first()
    if ballot is None:
        return None
    paper = BallotPaper.objects.visible_to(reader).filter(ballot=ballot).first() if ballot.is_open else None
    papers = ballot.papers.count() if ballot.is_open else ballot.papers_counted
    mine = {int(bid): marks for bid, marks in json.loads(paper.marks).items()} if paper else {}
    return BallotPart(ballot, mine, has_voted=paper is not None, papers=papers)


def whose_words(session: Session, stage: Stage, membership: Membership, people: list[Membership]) -> list[Membership]:
    """Those of the others whose words this person may write down in this stage."""
    if not permissions.writes_for_others(session, stage, membership):
        return []
    return [other for other in people if other != membership and permissions.may_be_quoted(stage, other)]
