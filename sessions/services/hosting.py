"""Who facilitates or hosts a session: somebody who is present in its set. And what is left of who is not any more."""

from collections.abc import Collection
from datetime import datetime
from itertools import cycle
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from als_project.refusals import Refused
from sessions.enums import Presence, SessionState
from sessions.models import Attendance, Session, TurnRequest
from sessions.models.session import LEFT_OPEN
from sessions.services.bidding import withdraw_all
from sessions.services.freeing import free_places_of
from sessions.services.handing_over import let_go_of_running
from sessions.services.rota import in_turn
from sessions.services.stirring import stir
from sessions.services.turns import end_requests
from sets.models import LearningSet, Membership


def let_go(*, membership: Membership, now: datetime, **_: Any) -> None:
    """No scheduled session stays in the name of whom the set has lost. Those who look after the set may run it.

    Their topics wait for no session any more, nobody is asked about a turn by them or for them, and in the session that
    is going on nothing waits for them.
    """
    person, to_come = membership.user_id, Session.objects.to_come().filter(learning_set=membership.learning_set_id)
    # All are held: a topic offered at this moment is withdrawn too.
    sessions = list(to_come.order_by("pk").select_for_update(of=("self",)))
    to_come.scheduled().filter(facilitator=person).update(facilitator=None)
    of_set = TurnRequest.objects.filter(session__learning_set=membership.learning_set_id)
    end_requests(of_set.filter(Q(holder=person) | Q(taker=person)), now=now)
    for session in sessions:
        if session.is_running:
            _leave_room(session, person, now)
    withdraw_all(sessions=sessions, member=person, now=now)


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
    end_requests(TurnRequest.objects.about(sessions), now=now)
    bare.update(facilitator=None)
    for session, host in zip(sessions, cycle(in_turn(learning_set)), strict=False):
        session.facilitator = host
    Session.objects.bulk_update(sessions, ["facilitator"])


def _leave_room(session: Session, person: int, now: datetime) -> None:
    """They are absent, and the place of their topic is free. What they said stays said.

    They neither run the session nor write, and are offered no place. Call it with the session's row held.
    """
    let_go_of_running(session=session, person=person)
    if session.scribe_id == person:
        session.scribe = None
        session.save(update_fields=["scribe"])
    session.slots.filter(offered_to__member=person).update(offered_to=None)
    Attendance.objects.update_or_create(session=session, user_id=person, defaults={"presence": Presence.ABSENT})
    free_places_of(session=session, person=person, now=now)
    stir(session.pk)
