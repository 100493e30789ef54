"""The room shows what higher floors keep, and knows nothing of it: they say when there is something new to see."""

from django.db.models import F

from sessions.enums import SessionState
from sessions.models import Session


def stir(session_id: int) -> None:
    """Every open page of the room looks again, if the session is going on."""
    Session.objects.filter(pk=session_id, state=SessionState.RUNNING).update(stirs=F("stirs") + 1)
