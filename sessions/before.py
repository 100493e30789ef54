"""What the page of a session to come shows one person: who comes, who has offered what, and what is theirs to do."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from als_project.users.models import User
from als_project.written_once import written_once
from sessions import permissions
from sessions.during import During, during_session
from sessions.enums import AWAY, BidState, Reply, SlotState
from sessions.models import Attendance, Bid, Session, Slot
from sessions.models.topics import kept_back_by
from sets.models import LearningSet, Membership
from sets.processes import process_called


@dataclass(frozen=True)
class Before:
    """All of it is loaded: the template asks the database nothing. `bid` stands; `kept` is one withdrawn.

    That one may be of an earlier session, at which they could not be.
    """

    session: Session
    coming: list[User]
    if_they_can: list[User]
    apologies: list[User]
    not_replied: list[User]
    bids: list[Bid]
    # Of an open session: who has offered a topic and is absent. It stays theirs, unread.
    unread: list[User]
    nothing_this_time: list[User]
    not_said: list[User]
    attendance: Attendance | None
    bid: Bid | None
    kept: Bid | None
    prepared_at: datetime | None
    rules_first: bool
    uses_bids: bool
    may_prepare: bool
    may_schedule: bool
    room_is_near: bool
    is_overdue: bool
    # Only for those who look after the set: why somebody can't come, where they said so.
    reasons: list[tuple[User, str]]
    # Only while the session is going on.
    during: During | None

    @property
    def reply(self) -> str:
        return self.attendance.reply if self.attendance else ""

    @property
    def reason(self) -> str:
        return self.attendance.reason if self.attendance else ""

    @property
    def fewest(self) -> int | None:
        """The agreed minimum, where fewer are coming and it has not been said that it takes place all the same."""
        agreed = self.session.learning_set.minimum_to_run
        return agreed if agreed and len(self.coming) < agreed and not self.session.runs_anyway_at else None

    @property
    def wants_nothing(self) -> bool:
        return bool(self.attendance and self.attendance.wants_nothing)

    @property
    def may_offer(self) -> bool:
        is_over = self.during is not None and self.during.has_chosen
        may = self.may_prepare and self.uses_bids and not self.rules_first and not is_over
        return may and self.reply != Reply.APOLOGIES

    @property
    def has_part(self) -> bool:
        """Whether there is anything to look back at or change: not for one who only facilitates and has not replied."""
        return self.may_prepare or bool(self.reply)

    @property
    def next_step(self) -> str:
        """What the page puts first for this person."""
        if self.room_is_near:
            return "room"
        if not self.reply:
            return "reply"
        if self.rules_first:
            return "rules"
        return "topic" if self.may_offer and not self.bid and not self.wants_nothing else "ready"


def before_session(session: Session, membership: Membership, people: list[Membership], *, now: datetime) -> Before:
    """`people` of the set come by name, and `membership` is the reader's, `with_agreement()`. Two queries, or three."""
    said = {attendance.user_id: attendance for attendance in _said(session)}
    found = _bids(session, membership.user, session.learning_set)
    bids = [bid for bid in found if bid.session_id == session.pk]
    standing = [bid for bid in bids if bid.state != BidState.WITHDRAWN]
    unread = [bid for bid in standing if bid.member_id != membership.user_id and _is_unread(bid, said)]
    own = next((bid for bid in bids if bid.member_id == membership.user_id), None)
    kept = own or next((bid for bid in found if bid.session_id != session.pk), None)
    have_offered = {bid.member_id for bid in standing}
    members = [m.user for m in people if m.is_member and m.user_id not in have_offered]
    looks_after = permissions.may_schedule(membership)
    return Before(
        session=session,
        coming=_who(people, said, Reply.COMING),
        if_they_can=_who(people, said, Reply.IF_I_CAN),
        apologies=_who(people, said, Reply.APOLOGIES),
        not_replied=_who(people, said, ""),
        bids=[bid for bid in standing if bid not in unread],
        unread=[bid.member for bid in unread],
        nothing_this_time=[u for u in members if u.pk in said and said[u.pk].wants_nothing],
        not_said=[u for u in members if u.pk not in said or _may_still_offer(said[u.pk])],
        attendance=said.get(membership.user_id),
        bid=own if own in standing else None,
        kept=kept if kept not in standing else None,
        prepared_at=session.prepared_at,  # type: ignore[attr-defined]  # annotated
        rules_first=not membership.may_read,
        uses_bids=process_called(session.learning_set.process).uses_bids,
        may_prepare=permissions.may_prepare(membership),
        may_schedule=looks_after,
        room_is_near=session.is_running or now >= session.opens_at,
        is_overdue=session.is_scheduled and now > session.ends_at,
        reasons=_reasons(people, said) if looks_after else [],
        during=during_session(session, membership.user, people, said, standing, unread) if session.is_running else None,
    )


@written_once
def _said(session: Session) -> QuerySet[Attendance]:
    return Attendance.objects.filter(session=session)


@written_once
def _bids(session: Session, user: User, learning_set: LearningSet) -> QuerySet[Bid]:
    """Those of the session, and one that the user may offer to it again."""
    wanted = Q(session=session) | kept_back_by(user, learning_set)
    return Bid.objects.visible_to(user).filter(wanted).select_related("topic", "member", "slot")


def _is_unread(bid: Bid, said: dict[int, Attendance]) -> bool:
    slot: Slot | None = getattr(bid, "slot", None)
    has_begun = slot is not None and slot.state in (SlotState.RUNNING, SlotState.HEARD)
    return not has_begun and bid.member_id in said and said[bid.member_id].presence in AWAY


def _reasons(people: list[Membership], said: dict[int, Attendance]) -> list[tuple[User, str]]:
    return [(m.user, said[m.user_id].reason) for m in people if m.user_id in said and said[m.user_id].reason]


def _who(people: list[Membership], said: dict[int, Attendance], reply: str) -> list[User]:
    return [m.user for m in people if (said[m.user_id].reply if m.user_id in said else "") == reply]


def _may_still_offer(attendance: Attendance) -> bool:
    return not attendance.wants_nothing and attendance.reply != Reply.APOLOGIES
