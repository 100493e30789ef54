"""Who facilitates or hosts a session: somebody who is present in its set."""

from typing import Any

from sessions.models import Session
from sets.models import Membership


def let_go(*, membership: Membership, **_: Any) -> None:
    """No scheduled session stays in the name of whom the set has lost. Those who look after the set may run it."""
    theirs = Session.objects.scheduled().filter(learning_set=membership.learning_set_id, facilitator=membership.user_id)
    theirs.update(facilitator=None)
