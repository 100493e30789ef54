"""What is next for one person, and what needs the attention of those who look after a set."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from als_project.users.models import User
from als_project.written_once import written_once
from sessions import permissions
from sessions.enums import Reply
from sessions.models import Attendance, Bid, Session, TurnRequest
from sessions.models.session import LEFT_OPEN, SessionQuerySet
from sessions.services.prompting import processes_with_bids
from sessions.services.quorum import told_before
from sets.models import LearningSet, Membership

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Coming:
    """The next session of one of a person's sets, and their part in it."""

    session: Session
    membership: Membership
    uses_bids: bool
    now: datetime

    @property
    def reply(self) -> str:
        return self.session.own_reply or ""  # type: ignore[attr-defined]  # annotated

    @property
    def wants_nothing(self) -> bool:
        return bool(self.session.own_wants_nothing)  # type: ignore[attr-defined]  # annotated

    @property
    def headline(self) -> str:
        """Of the person's own topic, where they have offered one."""
        return self.session.own_headline or ""  # type: ignore[attr-defined]  # annotated

    @property
    def is_near(self) -> bool:
        """Its room is open, or can be opened, and its time has not passed."""
        return self.session.is_running or (self.now >= self.session.opens_at and not self.is_overdue)

    @property
    def is_overdue(self) -> bool:
        return self.session.is_scheduled and self.now > self.session.ends_at

    @property
    def is_left_open(self) -> bool:
        """It was opened and, long after its time, nobody has closed it: it has no record, and its notes no end."""
        return self.session.is_running and self.now > self.session.ends_at + LEFT_OPEN

    @property
    def asks_for_topic(self) -> bool:
        """Whether a word about a topic is still awaited from this person."""
        declined = self.wants_nothing or self.reply == Reply.APOLOGIES
        may_offer = permissions.may_prepare(self.membership) and self.membership.may_read
        return self.uses_bids and may_offer and not self.headline and not declined

    @property
    def looks_after(self) -> bool:
        return permissions.may_schedule(self.membership)

    @property
    def nobody_replied(self) -> bool:
        return self.is_soon and self.replies == 0

    @property
    def replies(self) -> int:
        return int(self.session.replies)  # type: ignore[attr-defined]  # annotated

    @property
    def coming(self) -> int:
        return int(self.session.coming)  # type: ignore[attr-defined]  # annotated

    @property
    def few(self) -> bool:
        """Fewer are coming than agreed, it is time to decide, and nobody has."""
        learning_set = self.session.learning_set
        decides = self._is_within(told_before(learning_set)) and not self.session.runs_anyway_at
        return decides and self.coming < (learning_set.minimum_to_run or 0)

    @property
    def no_topics(self) -> bool:
        return self.is_soon and self.uses_bids and self.session.topics_offered == 0  # type: ignore[attr-defined]

    @property
    def is_soon(self) -> bool:
        return self._is_within(SOON)

    def _is_within(self, time: timedelta) -> bool:
        return self.session.is_scheduled and self.now < self.session.starts_at <= self.now + time


@dataclass(frozen=True)
class Ahead:
    """The next session of each of a person's sets, soonest first; the sets they look after that have none; and the

    sessions about which they are asked to exchange turns, each with `turn_asked_by`, a name.
    """

    coming: list[Coming]
    idle: list[LearningSet]
    turns: list[Session]


def ahead_of(user: User, memberships: Iterable[Membership], *, now: datetime) -> Ahead:
    own = {membership.learning_set_id: membership for membership in memberships}
    sessions = _to_come(list(own), user)
    for session in sessions:
        session.learning_set = own[session.learning_set_id].learning_set
    chosen = next_of_each(sessions, now=now)
    with_bids = processes_with_bids()
    coming = [
        Coming(session, own[session.learning_set_id], session.learning_set.process in with_bids, now)
        for session in chosen
    ]
    met = {session.learning_set_id for session in chosen}
    idle = [m.learning_set for pk, m in own.items() if pk not in met and permissions.may_schedule(m)]
    return Ahead(coming, idle, [session for session in sessions if session.turn_asked_by])  # type: ignore[attr-defined]


@written_once
def _to_come(set_ids: list[int], user: User) -> QuerySet[Session]:
    """With what the user has said to each: `own_reply`, `own_wants_nothing`, the `own_headline` of their topic; and

    with who asks them about their turn there: `turn_asked_by`.
    """
    attendance = Attendance.objects.filter(session=OuterRef("pk"), user=user)
    bid = Bid.objects.standing().filter(session=OuterRef("pk"), member=user).order_by()
    turn = TurnRequest.objects.awaiting(user).filter(session=OuterRef("pk")).order_by()
    return _counted(Session.objects.to_come().filter(learning_set__in=set_ids)).annotate(
        own_reply=Subquery(attendance.values("reply")),
        own_wants_nothing=Subquery(attendance.values("wants_nothing")),
        own_headline=Subquery(bid.values("topic__headline")),
        turn_asked_by=Subquery(turn.values("asked_by__name")),
    )


def next_of_each(sessions: Iterable[Session], *, now: datetime) -> list[Session]:
    """One session a set, soonest first: the running one, else the first not over, else the last that was missed."""

    def rank(session: Session) -> tuple[bool, bool, datetime]:
        return (not session.is_running, session.ends_at < now, session.starts_at)

    by_set = groupby(sorted(sessions, key=lambda s: s.learning_set_id), key=lambda s: s.learning_set_id)
    return sorted((min(group, key=rank) for _set, group in by_set), key=rank)


def _counted(sessions: SessionQuerySet) -> SessionQuerySet:
    """Each row knows how many `replies` it has, how many are `coming`, and how many `topics_offered`."""
    replies = Attendance.objects.filter(session=OuterRef("pk")).exclude(reply="")
    topics = Bid.objects.standing().filter(session=OuterRef("pk"))
    coming = replies.filter(reply=Reply.COMING)
    return sessions.annotate(replies=_count(replies), coming=_count(coming), topics_offered=_count(topics))


def _count(rows: object) -> Coalesce:
    counted = rows.order_by().values("session").annotate(n=Count("pk")).values("n")  # type: ignore[attr-defined]
    return Coalesce(Subquery(counted), 0)
