"""The agreed minimum: who looks after the set hears in time when fewer are coming, and decides."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, Value
from django.db.models.functions import Coalesce

from als_project.outbox import services as outbox
from als_project.users.models import User
from sessions.enums import Reply
from sessions.models import Session
from sessions.services.holding import hold
from sessions.services.prompting import in_window, lead
from sessions.services.scheduling import NoLongerScheduled
from sets.models import LearningSet, Membership

# Before the set's reminders, so that nobody is reminded of a session that then does not take place; where it wants
# none, as if they went a day ahead.
AHEAD_OF_REMINDERS = timedelta(days=1)
TOLD_BEFORE = ExpressionWrapper(
    Coalesce(lead("reminder_days"), Value(timedelta(days=1))) + Value(AHEAD_OF_REMINDERS), DurationField()
)


def told_before(learning_set: LearningSet) -> timedelta:
    """How long before a session those who look after the set hear that too few are coming."""
    return timedelta(days=learning_set.reminder_days or 1) + AHEAD_OF_REMINDERS


@transaction.atomic
def queue_below_minimum(*, now: datetime) -> int:
    """Those who look after a set know of each session that falls short, once a date. Returns of how many sessions.

    The same few queries for one session and for a thousand.
    """
    soon = in_window(now, opens=TOLD_BEFORE, shuts=Value(timedelta(0)))
    untold = soon.filter(runs_anyway_at=None).exclude(told_few_for=F("starts_at"))
    short = list(untold.below_minimum())
    caretakers = _caretakers(short)
    for session in short:
        session.told_few_for = session.starts_at
        people = caretakers[session.learning_set_id]
        cause = session.occasion
        outbox.post_to_each(people, kind="sessions.below_minimum", cause=cause, about=session.pk, due_at=now)
    Session.objects.bulk_update(short, ["told_few_for"])
    return len(short)


@transaction.atomic
def run_anyway(*, session: Session, by: User, now: datetime) -> Session:
    """It takes place with however many come; everyone gets the usual reminder and nothing else.

    Raises NoLongerScheduled.
    """
    session = hold(session)
    if not session.is_scheduled:
        raise NoLongerScheduled
    session.runs_anyway_at = now
    session.save(update_fields=["runs_anyway_at"])
    return session


def numbers_of(session: Session) -> dict[str, int]:
    """How many present people said what, and how many have said nothing."""
    present = session.learning_set.memberships.present().filter(user__is_active=True).values_list("user", flat=True)
    words = dict(session.attendances.values_list("user", "reply"))
    said = [words.get(person, "") for person in present]
    names = {"coming": Reply.COMING, "perhaps": Reply.IF_I_CAN, "apologies": Reply.APOLOGIES, "silent": ""}
    return {name: said.count(word) for name, word in names.items()}


def is_short(session: Session) -> bool:
    fewest = session.learning_set.minimum_to_run
    return fewest is not None and numbers_of(session)["coming"] < fewest


def _caretakers(sessions: Iterable[Session]) -> dict[int, list[User]]:
    people: dict[int, list[User]] = defaultdict(list)
    caring = Membership.objects.looking_after().filter(learning_set__in={s.learning_set_id for s in sessions})
    for membership in caring.filter(user__is_active=True).select_related("user"):
        people[membership.learning_set_id].append(membership.user)
    return people
