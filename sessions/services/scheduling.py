"""Giving a set its sessions: schedule, move, cancel. Everyone in the set is told once of each."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from als_project.clock import in_words
from als_project.outbox import services as outbox
from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import BidState, SessionState
from sessions.models import Attendance, Session, TurnRequest
from sessions.services.bidding import carry_bids, pick_up_waiting
from sessions.services.holding import hold, hold_set
from sessions.services.turns import end_requests
from sets.models import LearningSet, Membership

LONGEST = timedelta(minutes=480)
# What a move may change.
MOVED = ("starts_at", "minutes", "time_zone", "place", "link", "facilitator", "revision", "runs_anyway_at")
FARTHEST = timedelta(days=2 * 366)


class DateRefused(Refused):
    """The date can't be had; the words belong beside it."""


class InThePast(DateRefused):
    def __init__(self) -> None:
        super().__init__(_("That time is past. Choose one that is still to come."))


class TooFarAhead(DateRefused):
    def __init__(self) -> None:
        super().__init__(_("That is more than two years ahead. Is the year right?"))


class SetHasClosed(DateRefused):
    def __init__(self) -> None:
        super().__init__(_("This set has closed: it meets no more. Whoever looks after it can open it again."))


class Overlaps(DateRefused):
    def __init__(self, other: Session) -> None:
        words = in_words(other.starts_at, other.time_zone)
        super().__init__(
            _("This set already has a session then: %(when)s, for %(minutes)s minutes.")
            % {"when": words, "minutes": other.minutes}
        )


class NoLongerScheduled(Refused):
    def __init__(self) -> None:
        super().__init__(_("This session has begun, is over or was cancelled, so its date stands as it is."))


@transaction.atomic
def schedule_session(
    *,
    learning_set: LearningSet,
    by: User,
    starts_at: datetime,
    minutes: int,
    time_zone: str,
    place: str,
    link: str,
    facilitator: User | None,
    now: datetime,
) -> Session:
    """The set meets once more, everyone present in it is told, and topics left unheard stand as bids for it.

    Raises DateRefused. The set's row is locked, so that two people can't take the same time at once.
    """
    held = LearningSet.objects.select_for_update(no_key=True).get(pk=learning_set.pk)
    check_date(held, starts_at=starts_at, minutes=minutes, now=now)
    session = Session.objects.create(
        learning_set=learning_set,
        starts_at=starts_at,
        minutes=minutes,
        time_zone=time_zone,
        place=place,
        link=link,
        facilitator=if_present(held, facilitator),
        scheduled_by=by,
        created_at=now,
    )
    pick_up_waiting(to=session, now=now)
    _tell_everyone(session, "sessions.scheduled", now=now)
    return session


@transaction.atomic
def move_session(
    *,
    session: Session,
    by: User,
    starts_at: datetime,
    minutes: int,
    time_zone: str,
    place: str,
    link: str,
    now: datetime,
    facilitator: User | None = None,
) -> Session:
    """The session stands at its new date or place, and everyone is told once, unless nothing changed.

    A new date or length asks everyone for their reply again; bids and preparation stay. `facilitator` None leaves
    who facilitates as it was. Raises DateRefused, NoLongerScheduled.
    """
    hold_set(session)
    session = _hold_scheduled(session)
    before, was = _announced(session), session.starts_at
    if (starts_at, minutes) != before[:2]:
        check_date(session.learning_set, starts_at=starts_at, minutes=minutes, now=now, but=session)
        Attendance.objects.filter(session=session).update(reply="", replied_at=None, reason="")
        session.runs_anyway_at = None
    session.starts_at, session.minutes, session.time_zone = starts_at, minutes, time_zone
    session.place, session.link = place, link
    give_to(session, facilitator, now=now)
    if _announced(session) != before:
        session.revision += 1
        _tell_everyone(session, "sessions.moved", was=was, now=now)
    session.save(update_fields=[*MOVED])
    return session


@transaction.atomic
def cancel_session(*, session: Session, by: User, now: datetime) -> Session:
    """The session will not take place and everyone is told. Topics offered to it go on to the next one scheduled.

    Raises NoLongerScheduled.
    """
    hold_set(session)
    session = _hold_scheduled(session)
    session.state, session.cancelled_at = SessionState.CANCELLED, now
    session.revision += 1
    session.save(update_fields=["state", "cancelled_at", "revision"])
    session.bids.offered().update(state=BidState.CARRIED)
    following = session.learning_set.sessions.filter(state=SessionState.SCHEDULED).order_by("starts_at").first()
    if following:
        carry_bids(session=session, to=following, now=now)
    _tell_everyone(session, "sessions.cancelled", now=now)
    return session


def if_present(held: LearningSet, person: User | None) -> User | None:
    """Nobody instead of who has left since the form was made. Call it with the set's row held."""
    return person if person and Membership.objects.present_in(held, person) else None


def give_to(session: Session, facilitator: User | None, *, now: datetime) -> None:
    """Who facilitates it is somebody else, whom nobody has asked yet; None leaves it as it was. It is not saved."""
    facilitator = if_present(session.learning_set, facilitator)
    if facilitator and facilitator.pk != session.facilitator_id:
        session.facilitator = facilitator
        end_requests(TurnRequest.objects.about([session]), now=now)


def _hold_scheduled(session: Session) -> Session:
    session = hold(session)
    if not session.is_scheduled:
        raise NoLongerScheduled
    return session


def _announced(session: Session) -> tuple[object, ...]:
    """What everyone was told."""
    return (
        session.starts_at,
        session.minutes,
        session.time_zone,
        session.place,
        session.link,
        session.facilitator_id,
    )


def check_date(
    learning_set: LearningSet, *, starts_at: datetime, minutes: int, now: datetime, but: Session | None = None
) -> None:
    if learning_set.is_closed:
        raise SetHasClosed
    if starts_at <= now:
        raise InThePast
    if starts_at > now + FARTHEST:
        raise TooFarAhead
    ends_at = starts_at + timedelta(minutes=minutes)
    # A closed session is over, however long it was planned for.
    near = learning_set.sessions.to_come().filter(starts_at__gt=starts_at - LONGEST, starts_at__lt=ends_at)
    for other in near:
        if other != but and other.ends_at > starts_at:
            raise Overlaps(other)


def _tell_everyone(session: Session, kind: str, *, was: datetime | None = None, now: datetime) -> None:
    """Also the person who did it: their copy is the confirmation that the others have theirs.

    `was` is the date that no longer holds: who sets out for it has to know before.
    """
    present = session.learning_set.memberships.present().select_related("user")
    outbox.post_to_each(
        [membership.user for membership in present],
        kind=kind,
        cause=session.occasion,
        about=session.pk,
        sealed=was.isoformat() if was else "",
        due_at=now,
    )
