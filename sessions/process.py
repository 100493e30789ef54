"""The process that a session goes by."""

from sessions.models import Session
from sets.processes import Process, process_from_data
from sets.tailoring import process_of_set


def process_of(session: Session) -> Process:
    """The process the session was opened with; before that, its set's."""
    snapshot = session.process_snapshot
    return process_from_data(snapshot) if snapshot else process_of_set(session.learning_set)


def uses_bids(session: Session) -> bool:
    """Whether that process does: every look at a room asks for it, and most for nothing else of the process."""
    snapshot = session.process_snapshot
    return snapshot["uses_bids"] if snapshot else process_of_set(session.learning_set).uses_bids
