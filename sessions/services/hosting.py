"""Who facilitates or hosts a session: somebody who is present in its set. And what is left of who is not any more."""

from collections.abc import Collection
from datetime import datetime
from itertools import cycle
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from als_project.refusals import Refused
from sessions.enums import Presence, SessionState, TurnState
from sessions.models import Attendance, Session, TurnRequest
from sessions.models.session import LEFT_OPEN
from sessions.services.handing_over import let_go_of_running
from sessions.services.holding import hold
from sessions.services.rota import in_turn
from sessions.services.stirring import stir
from sets.models import LearningSet, Membership


def let_go(*, membership: Membership, **_: Any) -> None:
    """No scheduled session stays in the name of whom the set has lost. Those who look after the set may run it.

    In the one that is going on nothing waits for them.
    """
    theirs = Session.objects.scheduled().filter(learning_set=membership.learning_set_id, facilitator=membership.user_id)
    theirs.update(facilitator=None)
    going_on = Session.objects.filter(learning_set=membership.learning_set_id, state=SessionState.RUNNING).first()
    if going_on is not None:
        _leave_room(going_on, membership.user_id)


def wait_for_the_session(*, learning_set: LearningSet, now: datetime, **_others: Any) -> None:
    """Nobody is sent out of a room in which they are. Raises Refused while one is in use; one left open is not."""
    for session in learning_set.sessions.filter(state=SessionState.RUNNING):
        if now <= session.ends_at + LEFT_OPEN:
            raise Refused(gettext("A session is going on."))


def take_turns(*, learning_set: LearningSet, former: Collection[int], now: datetime, **_others: Any) -> None:
    """Who facilitated the set hosts its sessions to come no more: its members do, in turn.

    Nobody is asked any more about a turn that has changed hands.
    """
    to_come = Session.objects.scheduled().filter(learning_set=learning_set, starts_at__gt=now)
    bare = to_come.filter(Q(facilitator=None) | Q(facilitator__in=former)).order_by("starts_at")
    sessions = list(bare)
    if not sessions:
        return
    asked = TurnRequest.objects.open().filter(Q(session__in=sessions) | Q(in_return__in=sessions))
    asked.update(state=TurnState.WITHDRAWN, answered_at=now)
    bare.update(facilitator=None)
    for session, host in zip(sessions, cycle(in_turn(learning_set)), strict=False):
        session.facilitator = host
    Session.objects.bulk_update(sessions, ["facilitator"])


def _leave_room(session: Session, person: int) -> None:
    """They are absent: their place can be freed. They neither run the session nor write, and are offered no place.

    What they said stays said.
    """
    session = hold(session)
    if not session.is_running:
        return
    let_go_of_running(session=session, person=person)
    if session.scribe_id == person:
        session.scribe = None
        session.save(update_fields=["scribe"])
    session.slots.filter(offered_to__member=person).update(offered_to=None)
    Attendance.objects.update_or_create(session=session, user_id=person, defaults={"presence": Presence.ABSENT})
    stir(session.pk)
