"""When there is something new to see in the room, its open pages look again.

Higher floors say so too: the room shows what they keep, and knows nothing of it.
"""

from django.db.models import F

from sessions.enums import SessionState
from sessions.models import Session
from sets.live import tell


def stir(session_id: int) -> None:
    """Every open page of the room looks again, if the session is going on or has just ended."""
    sessions = Session.objects.filter(pk=session_id, state__in=[SessionState.RUNNING, SessionState.CLOSED])
    if sessions.update(stirs=F("stirs") + 1):
        tell(sessions.values_list("learning_set", flat=True).get())
