"""A secret ballot among the topics offered: each gives marks alone, all see the sums together. It decides nothing."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import BidState
from sessions.models import Ballot, BallotPaper, Bid, Session
from sessions.process import process_of
from sessions.services.holding import hold_running
from sessions.services.running import can_still_choose
from sessions.services.stirring import stir


class NoBallot(Refused):
    """No ballot is open, or there is nothing to choose."""


class TooManyMarks(Refused):
    """More than each has."""


class TopicGone(Refused):
    """Marks for a topic that was withdrawn."""


@transaction.atomic
def open_ballot(*, session: Session, by: User, marks_each: int, now: datetime) -> Ballot:
    """A new ballot is open, instead of an earlier one of this session. An open one stays as it is. Raises NoBallot."""
    session = hold_running(session)
    if not process_of(session).uses_bids:
        raise NoBallot(_("Everyone has a turn: there is nothing to choose."))
    if not can_still_choose(session):
        raise NoBallot(_("The first topic has begun: the choice stands."))
    ballot = Ballot.objects.filter(session=session).first()
    if ballot and ballot.is_open:
        return ballot
    if ballot:
        ballot.delete()
    stir(session.pk)
    return Ballot.objects.create(session=session, marks_each=marks_each, opened_at=now)


@transaction.atomic
def give_marks(*, session: Session, by: User, marks: Mapping[Bid, int], now: datetime) -> BallotPaper:
    """The voter's marks are exactly these, instead of earlier ones. Raises NoBallot, TooManyMarks, TopicGone."""
    session = hold_running(session)
    ballot = _open_ballot(session)
    given = {str(bid.pk): number for bid, number in marks.items() if number > 0}
    if not given.keys() <= set(_standing(session)):
        raise TopicGone(_("A topic that you marked has gone. Here are the others: give your marks again."))
    if sum(given.values()) > ballot.marks_each:
        raise TooManyMarks(_("You have %(marks)s marks in all.") % {"marks": ballot.marks_each})
    paper, _created = BallotPaper.objects.update_or_create(
        ballot=ballot, voter=by, defaults={"marks": json.dumps(given)}
    )
    stir(session.pk)
    return paper


@transaction.atomic
def close_ballot(*, session: Session, by: User, now: datetime) -> Ballot:
    """The sums are there for all to see; who gave what is gone. Raises NotRunning, NoBallot."""
    session = hold_running(session)
    ballot = _open_ballot(session)
    sums: Counter[str] = Counter()
    for paper in ballot.papers.all():
        sums.update(json.loads(paper.marks))
    ballot.marks = {bid: sums[bid] for bid in _standing(session)}
    ballot.papers_counted = ballot.papers.count()
    ballot.closed_at = now
    ballot.save(update_fields=["marks", "papers_counted", "closed_at"])
    ballot.papers.all().delete()
    stir(session.pk)
    return ballot


def _standing(session: Session) -> list[str]:
    """The bids that can be chosen, as papers name them."""
    return [str(bid.pk) for bid in session.bids.filter(state__in=[BidState.OFFERED, BidState.CHOSEN]).only("pk")]


def _open_ballot(session: Session) -> Ballot:
    ballot = Ballot.objects.filter(session=session, closed_at=None).first()
    if ballot is None:
        raise NoBallot(_("The ballot is closed."))
    return ballot
