"""What members bring: private preparation, and topics offered to a session."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from als_project.inbox.models import MailedReply
from als_project.inbox.services import settle
from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import BidState, Urgency
from sessions.models import Attendance, Bid, Preparation, Session, Topic
from sessions.models.topics import BidQuerySet, validate_ten_lines
from sessions.services.holding import hold
from sessions.services.stirring import stir
from sets.models import Membership


class NothingMoreToOffer(Refused):
    """Offering, changing and withdrawing are over for this session."""


class SentApologies(Refused):
    def __init__(self) -> None:
        super().__init__(_("You have sent apologies for this session. Say that you are coming, then offer your topic."))


class SessionIsOver(Refused):
    def __init__(self) -> None:
        super().__init__(_("This session is over or was cancelled. Prepare for the next one instead."))


@transaction.atomic
def save_preparation(
    *, session: Session, by: User, text: str, now: datetime, mailed: MailedReply | None = None
) -> Preparation | None:
    """The lines stand for their author alone; an empty text takes them away. The mail they came from is settled.

    Raises SessionIsOver, and ValidationError on an eleventh line.
    """
    session = hold(session)
    if session.is_closed or session.is_cancelled:
        raise SessionIsOver
    text = text.strip()
    validate_ten_lines(text)
    settle(mailed, by=by, now=now)
    if not text:
        Preparation.objects.filter(session=session, author=by).delete()
        return None
    preparation, _created = Preparation.objects.update_or_create(
        session=session, author=by, defaults={"text": text, "saved_at": now}
    )
    return preparation


@transaction.atomic
def offer_topic(
    *,
    session: Session,
    by: User,
    headline: str,
    question: str,
    urgency: Urgency,
    minutes_wanted: int,
    now: datetime,
    mailed: MailedReply | None = None,
) -> Bid:
    """The member's bid stands for this session with these words; offering again changes it, or brings it back.

    The mail that the words came from is settled.

    Raises NothingMoreToOffer once topics were chosen, SentApologies.
    """
    session = _open_for_bids(session)
    if session.attendances.apologies().filter(user=by).exists():
        raise SentApologies
    bid = Bid.objects.of(by, session) or _new(session, by, (headline, question), now=now)
    bid.topic = _topic_in_words(bid, headline=headline, question=question, now=now)
    bid.urgency, bid.minutes_wanted = urgency, minutes_wanted
    bid.state, bid.withdrawn_at = BidState.OFFERED, None
    bid.save()
    Attendance.objects.filter(session=session, user=by).update(wants_nothing=False)
    settle(mailed, by=by, now=now)
    stir(session.pk)
    return bid


@transaction.atomic
def withdraw_bid(*, bid: Bid, by: User, now: datetime) -> Bid:
    """The bid stands for nobody any more; topic and preparation stay its owner's. Raises NothingMoreToOffer."""
    _open_for_bids(bid.session)
    bid = Bid.objects.get(pk=bid.pk, member=by)
    if bid.state == BidState.OFFERED:
        _withdraw(bid, now=now)
        stir(bid.session_id)
    return bid


@transaction.atomic
def want_nothing(*, session: Session, by: User, now: datetime) -> Attendance:
    """The member brings no topic this time and is not asked again; a standing bid is withdrawn.

    Raises NothingMoreToOffer.
    """
    session = _open_for_bids(session)
    withdraw_standing(session=session, member=by, now=now)
    stir(session.pk)
    attendance, _created = Attendance.objects.update_or_create(
        session=session, user=by, defaults={"wants_nothing": True}
    )
    return attendance


def withdraw_standing(*, session: Session, member: User, now: datetime) -> None:
    """Whatever the member offers to this session is withdrawn. Call it with the session's row locked."""
    for bid in session.bids.offered().filter(member=member):
        _withdraw(bid, now=now)


def withdraw_all(*, sessions: Collection[Session], member: int, now: datetime) -> None:
    """Whatever they offer to any of these sessions is withdrawn. Call it with the sessions' rows held."""
    for bid in Bid.objects.offered().filter(session__in=sessions, member=member):
        _withdraw(bid, now=now)
        stir(bid.session_id)


def carry_bids(*, session: Session, to: Session, now: datetime) -> list[Bid]:
    """What stayed unheard at `session` stands as bids for `to`, which is held. Call it with the set's row locked."""
    return _carry(Bid.objects.waiting().filter(session=session), to=hold(to), now=now)


def pick_up_waiting(*, to: Session, now: datetime) -> list[Bid]:
    """What stayed unheard at earlier sessions of the set, when none was scheduled yet, stands as bids for `to`."""
    return _carry(Bid.objects.waiting().filter(session__learning_set=to.learning_set), to=to, now=now)


def _carry(waiting: BidQuerySet, *, to: Session, now: datetime) -> list[Bid]:
    """One bid a member; whoever has bid for `to` already, or said they bring nothing or can't come, is left alone."""
    has_bid = Bid.objects.filter(session=to, member=OuterRef("member"))
    has_declined = Attendance.objects.declining_topics().filter(session=to, user=OuterRef("member"))
    takes_part = Membership.objects.present().members().filter(learning_set=to.learning_set, user=OuterRef("member"))
    oldest: dict[int, Bid] = {}
    for bid in waiting.filter(Exists(takes_part), ~Exists(has_bid), ~Exists(has_declined)).order_by("offered_at", "pk"):
        oldest.setdefault(bid.member_id, bid)
    carried = Bid.objects.bulk_create(_carried(bid, to=to, now=now) for bid in oldest.values())
    _copy_preparation(oldest.values(), to=to, now=now)
    return carried


def _carried(bid: Bid, *, to: Session, now: datetime) -> Bid:
    return Bid(
        session=to,
        topic_id=bid.topic_id,
        member_id=bid.member_id,
        urgency=bid.urgency,
        minutes_wanted=bid.minutes_wanted,
        offered_at=now,
        carried_from=bid,
    )


def _copy_preparation(bids: Iterable[Bid], *, to: Session, now: datetime) -> None:
    """A member's lines go along with their topic, unless they have already written some for `to`."""
    sources = {(bid.session_id, bid.member_id) for bid in bids}
    written = Preparation.objects.filter(
        session__in={session for session, _author in sources}, author__in={author for _session, author in sources}
    )
    Preparation.objects.bulk_create(
        [
            Preparation(session=to, author_id=lines.author_id, text=lines.text, saved_at=now)
            for lines in written
            if (lines.session_id, lines.author_id) in sources
        ],
        ignore_conflicts=True,
    )


def why_no_bids(session: Session) -> NothingMoreToOffer | None:
    """Why nothing can be offered, changed or withdrawn any more; None while the set has not chosen."""
    if session.is_closed or session.is_cancelled:
        return NothingMoreToOffer(_("This session is over or was cancelled. Offer your topic to the next one."))
    if session.is_running and session.slots.exists():
        return NothingMoreToOffer(_("The topics for this session have been chosen. Offer yours to the next one."))
    return None


def _open_for_bids(session: Session) -> Session:
    session = hold(session)
    if refusal := why_no_bids(session):
        raise refusal
    return session


def _new(session: Session, member: User, words: tuple[str, str], *, now: datetime) -> Bid:
    """A bid; of the topic kept from a session at which they could not be, where these are its words. Its lines come."""
    bid = Bid(session=session, member=member, offered_at=now)
    kept = Bid.objects.kept_back(member, session.learning_set).last()
    if kept and (kept.topic.headline, kept.topic.question) == words:
        bid.topic = kept.topic
        _copy_preparation([kept], to=session, now=now)
    return bid


def _topic_in_words(bid: Bid, *, headline: str, question: str, now: datetime) -> Topic:
    """The bid's topic in these words. One that an earlier session saw keeps its words there: the new ones are new."""
    topic = bid.topic if bid.topic_id else None
    if topic is None or (
        (topic.headline, topic.question) != (headline, question) and topic.bids.exclude(pk=bid.pk).exists()
    ):
        return Topic.objects.create(
            learning_set=bid.session.learning_set,
            owner=bid.member,
            headline=headline,
            question=question,
            created_at=now,
        )
    topic.headline, topic.question, topic.written_by = headline, question, None
    topic.save(update_fields=["headline", "question", "written_by"])
    return topic


def _withdraw(bid: Bid, *, now: datetime) -> None:
    bid.state, bid.withdrawn_at = BidState.WITHDRAWN, now
    bid.save(update_fields=["state", "withdrawn_at"])
