"""How it was on the day: who was there, late, or not."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.users.models import User
from sessions.enums import Presence
from sessions.models import Attendance, Session
from sessions.services.holding import NotRunning, hold
from sessions.services.stirring import stir


class NothingToNote(NotRunning):
    """The session has not begun, or was cancelled."""


@transaction.atomic
def note_presence(
    *,
    session: Session,
    by: User,
    presences: Mapping[int, Presence],
    now: datetime,
    seen: Mapping[int, str] | None = None,
) -> list[Attendance]:
    """What is said of these people, by id, stands; of all others nothing changes. Also after the session has closed.

    `seen` is what the sender's page knew of each (None: whichever): where another word was noted meanwhile, that one
    stands, and is answered. Raises NothingToNote.
    """
    session = hold(session)
    if not (session.is_running or session.is_closed):
        raise NothingToNote(_("Who is here is noted once the session has begun."))
    people = set(session.learning_set.memberships.filter(user__in=presences).values_list("user", flat=True))
    known = {row.user_id: row for row in session.attendances.filter(user__in=people).select_related("user")}
    noted = {person: row.presence for person, row in known.items()}
    stale = [p for p in people if seen is not None and noted.get(p, "") not in (seen.get(p, ""), presences[p])]
    Attendance.objects.bulk_create(
        [Attendance(session=session, user_id=p, presence=presences[p]) for p in people.difference(stale)],
        update_conflicts=True,
        unique_fields=["session", "user"],
        update_fields=["presence"],
    )
    stir(session.pk)
    return [known[person] for person in stale if person in known]
