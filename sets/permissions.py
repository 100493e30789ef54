"""Who may do what in a set. Each takes what is already loaded: a present membership with its set, or the person."""

from django.conf import settings

from als_project.users.models import User
from sets.models import GroundRules, Membership


def looks_after(membership: Membership) -> bool:
    """Facilitators look after a set; where there is none by agreement, every member does."""
    if membership.learning_set.is_self_facilitated:
        return membership.is_present and membership.is_member
    return membership.is_present and membership.is_facilitator


def takes_part(membership: Membership) -> bool:
    """Members bring topics, listen, question and suggest; one who only facilitates does not."""
    return membership.is_present and membership.is_member


def may_found(user: User, *, looks_after_a_set: bool) -> bool:
    """Where anyone may sign up, anyone founds sets; else those who run the site, or look after a set already."""
    return settings.WHO_MAY_SIGN_UP == "anyone" or user.is_staff or user.is_superuser or looks_after_a_set


def may_discard(membership: Membership, proposal: GroundRules) -> bool:
    """One's own proposal, or any for those who look after the set."""
    return looks_after(membership) or (membership.is_present and proposal.proposed_by_id == membership.user_id)
