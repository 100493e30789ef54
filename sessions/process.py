"""The process that a session goes by."""

from dataclasses import replace

from sessions.enums import LooksBack
from sessions.models import Session
from sets.processes import Captures, Part, Process, StagePlan, process_from_data, shared_stage
from sets.tailoring import process_of_set


def process_of(session: Session) -> Process:
    """The process the session was opened with; before that, its set's, with the review that this session is to have."""
    snapshot = session.process_snapshot
    if snapshot:
        return process_from_data(snapshot)
    process = process_of_set(session.learning_set)
    stages = tuple(review_for(session.looks_back_on, plan) for plan in process.stages)
    return replace(process, stages=stages)


def review_for(looks_back_on: str, plan: StagePlan) -> StagePlan:
    """The stage in which the review is held, instead of the set's own where it looks back on more than the session."""
    if Captures.REVIEW not in plan.captures or looks_back_on == LooksBack.SESSION:
        return plan
    return shared_stage(looks_back_on, Part.CLOSING)


def uses_bids(session: Session) -> bool:
    """Whether that process does: every look at a room asks for it, and most for nothing else of the process."""
    snapshot = session.process_snapshot
    return snapshot["uses_bids"] if snapshot else process_of_set(session.learning_set).uses_bids
