"""Calendars of people who come and go: a newcomer is invited to what is scheduled, a leaver's entries are taken out.

Found by looking at memberships now and then: the floor below does not know of sessions.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from als_project.outbox import services as outbox
from als_project.outbox.models import Message
from sessions.enums import SessionState
from sessions.models import Session
from sessions.models.session import SessionQuerySet
from sessions.services.prompting import TOLD_OF_DATE, key_for
from sets.models import Membership

# A clock that was stopped for so long catches up.
LOOK_BACK = timedelta(days=3)
JOINED, LEFT = "sessions.joined", "sessions.left"
# What takes a session out of calendars while its set has them. The latter two are about the first of several.
CANCELLED = ("sessions.cancelled", "sessions.run_cancelled", "sessions.all_cancelled")


@transaction.atomic
def queue_calendars(*, now: datetime) -> int:
    """Who came or went lately has their messages in the outbox, once each. Returns how many were added."""
    return _invite_newcomers(now=now) + _clear_leavers(now=now)


def _invite_newcomers(*, now: datetime) -> int:
    came = Membership.objects.present().filter(joined_at__gt=now - LOOK_BACK).select_related("user")
    due = list(_with_sessions(came, now=now))
    told = _written({key for membership, session in due for key in _told_by(membership, session)})
    count = 0
    for membership, session in due:
        if not any(told[key] >= membership.joined_at for key in _told_by(membership, session) if key in told):
            cause = f"{session.occasion}:m{membership.pk}"
            outbox.post_to_each([membership.user], kind=JOINED, cause=cause, about=session.pk, due_at=now)
            count += 1
    return count


def _clear_leavers(*, now: datetime) -> int:
    back = Membership.objects.present().filter(learning_set=OuterRef("learning_set"), user=OuterRef("user"))
    went = list(Membership.objects.filter(~Exists(back), ended_at__gt=now - LOOK_BACK).select_related("user"))
    to_clear = [*_with_sessions(went, now=now), *_cancelled_untold(went, now=now)]
    due = {f"{LEFT}:session:{s.pk}:m{m.pk}:to:{m.user_id}": (m, s) for m, s in to_clear}
    for key in _written(due):
        del due[key]
    for key, (membership, session) in due.items():
        # What they knew as the date: a later one is no business of theirs.
        known = str(session.revision)
        outbox.post(kind=LEFT, key=key, to=membership.user, about=session.pk, sealed=known, due_at=now)
    return len(due)


def _with_sessions(memberships: Iterable[Membership], *, now: datetime) -> Iterator[tuple[Membership, Session]]:
    """Each with the sessions still to come that were scheduled before they came, or before they went."""
    memberships = list(memberships)
    ahead = _of_their_sets(Session.objects.scheduled(), memberships, now=now)
    for membership in memberships:
        turn = membership.ended_at or membership.joined_at
        yield from ((membership, session) for session in ahead[membership.learning_set_id] if session.created_at < turn)


def _cancelled_untold(went: list[Membership], *, now: datetime) -> list[tuple[Membership, Session]]:
    """Each with the sessions cancelled shortly before they went, where no word of it has left: now none will."""
    lately = Session.objects.filter(state=SessionState.CANCELLED, cancelled_at__gt=now - 2 * LOOK_BACK)
    gone = _of_their_sets(lately, went, now=now)
    pairs = [(m, s) for m in went for s in gone[m.learning_set_id] if _was_in_their_calendar(s, m)]
    told = _told_of_cancelling({membership.user_id for membership, _session in pairs})
    return [(m, s) for m, s in pairs if (m.user_id, s.learning_set_id, s.cancelled_at) not in told]


def _was_in_their_calendar(session: Session, membership: Membership) -> bool:
    came, went, cancelled_at = membership.joined_at, membership.ended_at, session.cancelled_at
    return bool(went and cancelled_at and session.created_at < went and came < cancelled_at)


def _told_of_cancelling(people: set[int]) -> set[tuple[int | None, int, datetime | None]]:
    """To whom a message has been sent about what was cancelled in which set, and at which moment."""
    if not people:
        return set()
    sent = Message.objects.filter(kind__in=CANCELLED, to__in=people, sent_at__isnull=False)
    heard = list(sent.values_list("to", "about"))
    sessions = Session.objects.in_bulk({about for _to, about in heard if about})
    found = ((to, sessions.get(about or 0)) for to, about in heard)
    return {(to, session.learning_set_id, session.cancelled_at) for to, session in found if session}


def _of_their_sets(
    sessions: SessionQuerySet, memberships: list[Membership], *, now: datetime
) -> dict[int, list[Session]]:
    """Those of the sessions that are still to come, by set."""
    sets = {membership.learning_set_id for membership in memberships}
    ahead: dict[int, list[Session]] = defaultdict(list)
    if sets:
        for session in sessions.filter(learning_set__in=sets, starts_at__gt=now):
            ahead[session.learning_set_id].append(session)
    return ahead


def _told_by(membership: Membership, session: Session) -> list[str]:
    """The keys of messages that would have told this person of the session's present date."""
    joined = f"{JOINED}:{session.occasion}:m{membership.pk}:to:{membership.user_id}"
    return [joined, *(key_for(kind, session, membership.user) for kind in TOLD_OF_DATE)]


def _written(keys: Iterable[str]) -> dict[str, datetime]:
    """Those of the keys that stand in the outbox already, and since when."""
    return dict(Message.objects.filter(key__in=list(keys)).values_list("key", "created_at"))
