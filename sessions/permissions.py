"""Who may do what at a session. Each takes a present membership that is already loaded, with its set."""

from sets.models import Membership
from sets.permissions import looks_after, takes_part


def may_schedule(membership: Membership) -> bool:
    """Schedule, move and cancel: those who look after the set."""
    return looks_after(membership)


def may_reply(membership: Membership) -> bool:
    """Everyone who is expected: members, and those who only facilitate."""
    return membership.is_present


def may_prepare(membership: Membership) -> bool:
    """Prepare, and offer a topic: members. One who only facilitates brings none."""
    return takes_part(membership)
