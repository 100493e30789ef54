"""Whose turn it is."""

from datetime import UTC, datetime
from itertools import cycle, islice

from django.db.models import F, Max, Q

from als_project.users.models import User
from sessions.enums import SessionState
from sets.models import LearningSet, Membership

NEVER = datetime.min.replace(tzinfo=UTC)


def in_turn(learning_set: LearningSet) -> list[User]:
    """The members: whoever has not hosted first, then the one whose last turn lies farthest back; by name if equal."""
    standing = ~Q(learning_set__sessions__state=SessionState.CANCELLED)
    theirs = Q(learning_set__sessions__facilitator=F("user"))
    members = Membership.objects.present().members().filter(learning_set=learning_set, user__is_active=True)
    annotated = members.select_related("user").annotate(
        last_turn=Max("learning_set__sessions__starts_at", filter=standing & theirs)
    )

    def rank(membership: Membership) -> tuple[datetime, str, int]:
        return (membership.last_turn or NEVER, membership.user.name, membership.pk)  # type: ignore[attr-defined]

    return [membership.user for membership in sorted(annotated, key=rank)]


def turns(learning_set: LearningSet, *, first: User, count: int) -> list[User]:
    """So many turns, beginning with `first`, each member once before anybody is asked again."""
    order = in_turn(learning_set)
    others = [person for person in order if person != first]
    return list(islice(cycle([first, *others]), count))
