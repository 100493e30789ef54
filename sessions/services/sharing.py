"""A process without bids: everyone who is there has a slot of the same length."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from als_project.users.models import User
from sessions.models import Session, Slot, Stage
from sessions.planning import minutes_for_topics, stages_of_slot
from sessions.services.holding import hold_running
from sessions.services.running import CantChoose, ChosenMeanwhile, can_still_choose, process_of
from sessions.services.stirring import stir
from sets.models import Membership
from sets.processes import Part

SHORTEST_SLOT = 5


class TooShort(CantChoose):
    """Each would have less than a slot's shortest time."""


@transaction.atomic
def share_time(
    *,
    session: Session,
    by: User,
    presenters: Sequence[User],
    breaks: int,
    now: datetime,
    seen: Collection[int] | None = None,
    optional: Collection[str] = (),
) -> list[Slot]:
    """Each presenter, in this order, has a slot of what remains of the session less breaks, ÷ their number.

    What remains is counted beside the opening and closing stages. Sharing again replaces the slots, until the first
    has begun. Raises NotRunning, CantChoose, ChosenMeanwhile, TooShort.
    """
    session = hold_running(session)
    if seen is not None and set(seen) != set(session.slots.values_list("pk", flat=True)):
        raise ChosenMeanwhile(_("Somebody else has just shared the time. This is how; yours is still in the form."))
    process = process_of(session)
    if process.uses_bids:
        raise CantChoose(_("This set chooses among topics."))
    if not can_still_choose(session):
        raise CantChoose(_("The first turn has begun: the order stands."))
    _are_here(session, presenters)
    minutes = _minutes_each(session, len(presenters), breaks, now)
    session.slots.all().delete()
    made = [
        Slot(session=session, presenter=person, position=place, minutes=minutes)
        for place, person in enumerate(presenters, start=1)
    ]
    Slot.objects.bulk_create(made)
    plans = [plan for plan in process.stages_of(Part.TOPIC) if not plan.optional or plan.key in optional]
    Stage.objects.bulk_create(stage for slot in made for stage in stages_of_slot(slot, plans))
    stir(session.pk)
    return made


def _are_here(session: Session, presenters: Sequence[User]) -> None:
    members = Membership.objects.present().members().filter(learning_set=session.learning_set, user__in=presenters)
    here = members.exclude(user__in=session.attendances.away().values("user"))
    if here.count() < len(presenters):
        raise CantChoose(_("Somebody in this order is not here any more. Look at the list again."))


def _minutes_each(session: Session, people: int, breaks: int, now: datetime) -> int:
    remaining = max(0, minutes_for_topics(session, session.stages.filter(slot=None), now) - breaks)
    each = remaining // people if people else 0
    if each < SHORTEST_SLOT:
        raise TooShort(
            _("%(minutes)s minutes remain beside the opening, the review and the breaks: too few for %(people)s turns.")
            % {"minutes": remaining, "people": people}
        )
    return each
