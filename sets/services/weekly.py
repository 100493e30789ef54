"""Once a week each of those who look after a set hears what in their sets needs attention, if anything does."""

from datetime import datetime

from django.db import transaction

from als_project.clock import to_local
from als_project.outbox import quiet
from als_project.outbox import services as outbox
from als_project.users.models import User
from sets.models import Membership
from sets.permissions import looks_after

KIND = "sets.weekly_view"
A_TIME = 1000


@transaction.atomic
def queue_weekly_views(*, now: datetime) -> int:
    """Whose Monday morning has come has their weekly view in the outbox, once a week. Returns how many were looked at.

    Each membership is looked at once a week and found by its index, so that nobody need tell this of a change of
    roles. A clock that was stopped for a month sends one. Who has just come waits for their first Monday.
    """
    present = Membership.objects.present().select_for_update(skip_locked=True, of=("self",))
    newcomers = present.filter(weekly_view_at=None)
    due = present.filter(weekly_view_at__lte=now).order_by("weekly_view_at")
    # Two questions: an index answers no “or”.
    found = [list(rows.select_related("user", "learning_set")[:A_TIME]) for rows in (due, newcomers)]
    for user in {m.user for m in found[0] if m.user.is_active and looks_after(m)}:
        outbox.post(kind=KIND, key=key_for(user, now=now), to=user, due_at=now)
    memberships = [*found[0], *found[1]]
    for membership in memberships:
        membership.weekly_view_at = quiet.next_weekly(now, membership.user.time_zone, quiet.NONE)
    Membership.objects.bulk_update(memberships, ["weekly_view_at"])
    return len(memberships)


def key_for(user: User, *, now: datetime) -> str:
    """One a week of the person's own calendar, however many sets they look after."""
    return f"{KIND}:{to_local(now, user.time_zone):%G-W%V}:to:{user.pk}"
