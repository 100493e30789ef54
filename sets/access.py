"""What stands between a person and what is said in a set."""

from als_project.users.models import User
from sets.models import LearningSet, Membership


def needs_agreement(user: User, learning_set: LearningSet) -> bool:
    """True while a present person has agreed to no version of the published ground rules: those come first."""
    present = Membership.objects.present().filter(user=user, learning_set=learning_set)
    return present.exists() and not Membership.objects.may_read().filter(pk__in=present).exists()
