"""A run of sessions: planned, moved and cancelled in one go. Each person is told once of the whole, not of each."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.clock import ClockError, day_in_words, to_instant, to_local, zone_in_words
from als_project.outbox import services as outbox
from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import BidState, SessionState
from sessions.models import Attendance, Run, Session
from sessions.recurrence import FEWEST_SESSIONS, MOST_SESSIONS, RunRefused
from sessions.services.bidding import carry_bids, pick_up_waiting
from sessions.services.scheduling import (
    FARTHEST,
    MOVED,
    DateRefused,
    InThePast,
    NoLongerScheduled,
    Overlaps,
    SetHasClosed,
    TooFarAhead,
    give_to,
)
from sets.models import LearningSet, Membership


class NotInARun(Refused):
    def __init__(self) -> None:
        super().__init__(_("This session stands on its own: there are no later ones of a run."))


class ClockChangesThen(DateRefused):
    """A later session of the run would fall into the night on which the clocks change."""


@transaction.atomic
def schedule_run(
    *,
    learning_set: LearningSet,
    by: User,
    rule: str,
    dates: Sequence[datetime],
    minutes: int,
    time_zone: str,
    place: str,
    link: str,
    facilitators: Sequence[User | None],
    now: datetime,
    form_key: uuid.UUID | None = None,
) -> Run:
    """The set meets on all these dates, each person present is told once, and the same form sent twice plans one run.

    `facilitators` has one for each date. Topics left unheard stand as bids for the first.
    Raises RunRefused, DateRefused.
    """
    held = LearningSet.objects.select_for_update(no_key=True).get(pk=learning_set.pk)
    if form_key and (same := held.runs.filter(form_key=form_key).first()):
        return same
    if not FEWEST_SESSIONS <= len(dates) <= MOST_SESSIONS:
        raise RunRefused(_("A run has from two to sixty sessions."))
    _check_dates(held, [(at, minutes) for at in dates], now=now)
    run = Run.objects.create(
        learning_set=held,
        rule=rule,
        time_zone=time_zone,
        scheduled_by=by,
        created_at=now,
        form_key=form_key or uuid.uuid4(),
    )
    sessions = Session.objects.bulk_create(
        Session(
            learning_set=held,
            run=run,
            starts_at=starts_at,
            minutes=minutes,
            time_zone=time_zone,
            place=place,
            link=link,
            facilitator=facilitator,
            scheduled_by=by,
            created_at=now,
        )
        for starts_at, facilitator in zip(dates, _present_ones(held, facilitators), strict=True)
    )
    pick_up_waiting(to=min(sessions, key=lambda session: session.starts_at), now=now)
    _tell(run, "sessions.run_scheduled", cause=f"run:{run.pk}:r0", about=run.pk, now=now)
    return run


def _present_ones(held: LearningSet, people: Sequence[User | None]) -> list[User | None]:
    """Nobody instead of who has left since the form was made."""
    present = set(held.memberships.present().values_list("user", flat=True))
    return [person if person and person.pk in present else None for person in people]


@transaction.atomic
def move_from_here(
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
) -> list[Session]:
    """This session and all later ones of its run, moved by as many days and to the same time on the clock.

    Length, place and link are the same for all; who facilitates changes for this one alone. Those whose date or
    length changed are asked for replies again. Raises DateRefused, NotInARun, NoLongerScheduled.
    """
    run, sessions = _hold_from_here(session)
    was = sessions[0].starts_at
    dates = _shifted(sessions, first=starts_at, zone=time_zone)
    others = {one.pk for one in sessions}
    _check_dates(run.learning_set, [(at, minutes) for at in dates], now=now, but=others)
    new_dates = {
        one.pk for one, at in zip(sessions, dates, strict=True) if (at, minutes) != (one.starts_at, one.minutes)
    }
    Attendance.objects.filter(session__in=new_dates).update(reply="", replied_at=None, reason="")
    give_to(sessions[0], facilitator, now=now)
    pairs = list(zip(sessions, dates, strict=True))
    # No two of a set ever begin at the same moment, not even on the way: whichever moves away goes first.
    for one, at in pairs if starts_at < sessions[0].starts_at else reversed(pairs):
        one.starts_at, one.minutes, one.time_zone, one.place, one.link = at, minutes, time_zone, place, link
        one.runs_anyway_at = None if one.pk in new_dates else one.runs_anyway_at
        one.revision += 1
        one.save(update_fields=[*MOVED])
    run.revision += 1
    run.save(update_fields=["revision"])
    _tell(run, "sessions.run_moved", cause=f"run:{run.pk}:r{run.revision}", about=run.pk, was=was, now=now)
    return sessions


@transaction.atomic
def cancel_from_here(*, session: Session, by: User, now: datetime) -> list[Session]:
    """This session and all later ones of its run will not take place. Topics go on to the next one that does, if any.

    Raises NotInARun, NoLongerScheduled.
    """
    run, sessions = _hold_from_here(session)
    for one in sessions:
        one.state, one.cancelled_at, one.revision = SessionState.CANCELLED, now, one.revision + 1
    Session.objects.bulk_update(sessions, ["state", "cancelled_at", "revision"])
    for one in sessions:
        one.bids.offered().update(state=BidState.CARRIED)
    following = run.learning_set.sessions.filter(state=SessionState.SCHEDULED).order_by("starts_at").first()
    if following:
        for one in sessions:
            carry_bids(session=one, to=following, now=now)
    _tell(run, "sessions.run_cancelled", cause=f"run:{run.pk}:from:{sessions[0].pk}", about=sessions[0].pk, now=now)
    return sessions


def from_here(session: Session) -> list[Session]:
    """This session and the later ones of its run that are still scheduled, in order."""
    if session.run_id is None:
        return []
    later = Session.objects.scheduled().filter(run=session.run_id, starts_at__gte=session.starts_at)
    return list(later.order_by("starts_at"))


def _hold_from_here(session: Session) -> tuple[Run, list[Session]]:
    LearningSet.objects.select_for_update(no_key=True).get(pk=session.learning_set_id)
    fresh = Session.objects.select_for_update(of=("self",)).select_related("run__learning_set").get(pk=session.pk)
    if not fresh.is_scheduled:
        raise NoLongerScheduled
    if fresh.run is None:
        raise NotInARun
    list(Session.objects.select_for_update().filter(run=fresh.run).order_by("pk"))
    return fresh.run, from_here(fresh)


def _shifted(sessions: list[Session], *, first: datetime, zone: str) -> list[datetime]:
    """When each begins if the first of them begins at `first`, by the clocks of `zone`."""
    head = sessions[0]
    was, then = to_local(head.starts_at, head.time_zone), to_local(first, zone)
    days = then.date() - was.date()
    same_clock = (then.time(), zone) == (was.time(), head.time_zone)
    dates = [first]
    for session in sessions[1:]:
        own = to_local(session.starts_at, session.time_zone)
        if same_clock and session.time_zone != zone:
            own = to_local(session.starts_at, zone)
        time = own.time() if same_clock else then.time()
        local = datetime.combine(own.date() + days, time)
        dates.append(_instant(local, zone) if days or not same_clock else session.starts_at)
    return dates


def _instant(local: datetime, zone: str) -> datetime:
    try:
        return to_instant(local, zone)
    except ClockError as error:
        raise ClockChangesThen(
            _("On %(day)s the clocks in %(place)s change at that time. Move that session by itself first.")
            % {"day": day_in_words(local), "place": zone_in_words(zone)}
        ) from error


def _check_dates(
    learning_set: LearningSet,
    dates: Sequence[tuple[datetime, int]],
    *,
    now: datetime,
    but: Collection[int] = (),
) -> None:
    """What `scheduling.check_date` asks, of all dates at once and in one query. Raises DateRefused."""
    if learning_set.is_closed:
        raise SetHasClosed
    taken = [other for other in learning_set.sessions.to_come() if other.pk not in but]
    ends = None
    for starts_at, minutes in sorted(dates):
        if starts_at <= now:
            raise InThePast
        if starts_at > now + FARTHEST:
            raise TooFarAhead
        if ends and starts_at < ends:
            raise DateRefused(_("Two sessions of the run would overlap. Let them be shorter, or farther apart."))
        ends = starts_at + timedelta(minutes=minutes)
        for other in taken:
            if other.starts_at < ends and other.ends_at > starts_at:
                raise Overlaps(other)


def _tell(run: Run, kind: str, *, cause: str, about: int, was: datetime | None = None, now: datetime) -> None:
    """Everyone present, also who did it. `was` is the first date that no longer holds."""
    present = Membership.objects.present().filter(learning_set=run.learning_set_id).select_related("user")
    sealed = was.isoformat() if was else ""
    outbox.post_to_each([m.user for m in present], kind=kind, cause=cause, about=about, sealed=sealed, due_at=now)
