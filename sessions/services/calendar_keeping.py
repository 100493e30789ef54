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
from sessions.models import Session
from sessions.services.prompting import TOLD_OF_DATE, key_for
from sets.models import Membership

# A clock that was stopped for so long catches up.
LOOK_BACK = timedelta(days=3)
JOINED, LEFT = "sessions.joined", "sessions.left"


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
    went = Membership.objects.filter(~Exists(back), ended_at__gt=now - LOOK_BACK).select_related("user")
    due = {f"{LEFT}:session:{s.pk}:m{m.pk}:to:{m.user_id}": (m, s) for m, s in _with_sessions(went, now=now)}
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
    sets = {membership.learning_set_id for membership in memberships}
    ahead: dict[int, list[Session]] = defaultdict(list)
    if sets:
        for session in Session.objects.scheduled().filter(learning_set__in=sets, starts_at__gt=now):
            ahead[session.learning_set_id].append(session)
    for membership in memberships:
        turn = membership.ended_at or membership.joined_at
        yield from ((membership, session) for session in ahead[membership.learning_set_id] if session.created_at < turn)


def _told_by(membership: Membership, session: Session) -> list[str]:
    """The keys of messages that would have told this person of the session's present date."""
    joined = f"{JOINED}:{session.occasion}:m{membership.pk}:to:{membership.user_id}"
    return [joined, *(key_for(kind, session, membership.user) for kind in TOLD_OF_DATE)]


def _written(keys: Iterable[str]) -> dict[str, datetime]:
    """Those of the keys that stand in the outbox already, and since when."""
    return dict(Message.objects.filter(key__in=list(keys)).values_list("key", "created_at"))
