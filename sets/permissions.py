"""Who may do what in a set. Each takes a present membership that is already loaded, with its set."""

from sets.models import Membership


def looks_after(membership: Membership) -> bool:
    """Facilitators look after a set; where there is none by agreement, every member does."""
    if membership.learning_set.is_self_facilitated:
        return membership.is_present and membership.is_member
    return membership.is_present and membership.is_facilitator


def takes_part(membership: Membership) -> bool:
    """Members bring topics, listen, question and suggest; one who only facilitates does not."""
    return membership.is_present and membership.is_member
