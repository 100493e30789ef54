"""What is next for one person, and what needs the attention of those who look after a set."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from als_project.users.models import User
from sessions import permissions
from sessions.enums import Reply
from sessions.models import Attendance, Bid, Session
from sessions.models.session import SessionQuerySet
from sessions.services.prompting import processes_with_bids
from sessions.services.quorum import TOLD_BEFORE
from sessions.services.running import OPENS_BEFORE
from sets.models import LearningSet, Membership

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Coming:
    """The next session of one of a person's sets, and their part in it."""

    session: Session
    membership: Membership
    attendance: Attendance | None
    bid: Bid | None
    uses_bids: bool
    now: datetime

    @property
    def reply(self) -> str:
        return self.attendance.reply if self.attendance else ""

    @property
    def room_is_near(self) -> bool:
        return self.session.is_running or self.now >= self.session.starts_at - OPENS_BEFORE

    @property
    def is_overdue(self) -> bool:
        return self.session.is_scheduled and self.now > self.session.ends_at

    @property
    def asks_for_topic(self) -> bool:
        """Whether a word about a topic is still awaited from this person."""
        declined = self.attendance and (self.attendance.wants_nothing or self.reply == Reply.APOLOGIES)
        return self.uses_bids and permissions.may_prepare(self.membership) and not self.bid and not declined

    @property
    def looks_after(self) -> bool:
        return permissions.may_schedule(self.membership)

    @property
    def nobody_replied(self) -> bool:
        return self._is_soon and self.session.replies == 0  # type: ignore[attr-defined]  # annotated

    @property
    def coming(self) -> int:
        return int(self.session.coming)  # type: ignore[attr-defined]  # annotated

    @property
    def few(self) -> bool:
        """Fewer are coming than agreed, it is time to decide, and nobody has."""
        fewest = self.session.learning_set.minimum_to_run
        near = self.session.starts_at <= self.now + TOLD_BEFORE
        return self._is_soon and near and not self.session.runs_anyway_at and self.coming < (fewest or 0)

    @property
    def no_topics(self) -> bool:
        return self._is_soon and self.uses_bids and self.session.topics_offered == 0  # type: ignore[attr-defined]

    @property
    def _is_soon(self) -> bool:
        return self.session.is_scheduled and self.now < self.session.starts_at <= self.now + SOON


def coming_for(user: User, *, now: datetime) -> tuple[list[Coming], list[LearningSet]]:
    """The next session of each of the user's sets, soonest first; and the sets they look after that have none."""
    mine = Membership.objects.present().filter(user=user).select_related("learning_set", "user")
    memberships = {membership.learning_set_id: membership for membership in mine}
    to_come = Session.objects.to_come().filter(learning_set__in=memberships).select_related("learning_set")
    chosen = next_of_each(_counted(to_come), now=now)
    attendances = {a.session_id: a for a in Attendance.objects.filter(user=user, session__in=chosen)}
    standing = Bid.objects.visible_to(user).standing().filter(member=user, session__in=chosen)
    bids = {bid.session_id: bid for bid in standing.select_related("topic")}
    with_bids = processes_with_bids()
    coming = [
        Coming(
            session=session,
            membership=memberships[session.learning_set_id],
            attendance=attendances.get(session.pk),
            bid=bids.get(session.pk),
            uses_bids=session.learning_set.process in with_bids,
            now=now,
        )
        for session in chosen
    ]
    met = {session.learning_set_id for session in chosen}
    idle = [m.learning_set for pk, m in memberships.items() if pk not in met and permissions.may_schedule(m)]
    return coming, idle


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
