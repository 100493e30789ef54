"""Who may do what at a session. Each takes a present membership that is already loaded, with its set."""

from als_project.users.models import User
from sessions.models import Session, Stage
from sets.models import Membership
from sets.permissions import looks_after, takes_part
from sets.processes import Who


def may_schedule(membership: Membership) -> bool:
    """Schedule, move and cancel: those who look after the set."""
    return looks_after(membership)


def may_reply(membership: Membership) -> bool:
    """Everyone who is expected: members, and those who only facilitate."""
    return membership.is_present


def may_prepare(membership: Membership) -> bool:
    """Prepare, and offer a topic: members. One who only facilitates brings none."""
    return takes_part(membership)


def may_run(session: Session, membership: Membership) -> bool:
    """Open, choose, move from stage to stage, close: who looks after the set, and who facilitates or hosts today."""
    return looks_after(membership) or (membership.is_present and session.facilitator_id == membership.user_id)


def presents(stage: Stage, user: User) -> bool:
    """Theirs is the topic being worked on. The stage is loaded with its slot."""
    return stage.slot is not None and stage.slot.presenter_id == user.pk


def listens(stage: Stage, user: User) -> bool:
    """The presenter in listening mode: hears, does not speak or write to the set."""
    return stage.presenter_listens and presents(stage, user)


def may_write(stage: Stage, membership: Membership) -> bool:
    """Whether this person's words belong under the stage. One who only facilitates writes where everyone does."""
    if not membership.is_present or listens(stage, membership.user):
        return False
    match stage.writes:
        case Who.EVERYONE | Who.EVERYONE_IN_TURN:
            return True
        case Who.PRESENTER:
            return presents(stage, membership.user)
        case Who.MEMBERS:
            return takes_part(membership) and not presents(stage, membership.user)
        case Who.OWNERS:
            return takes_part(membership)
    return False
