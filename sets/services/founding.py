"""A set comes to be, and changes."""

from datetime import datetime
from typing import Any

from django.db import transaction

from als_project.users.models import User
from sets.models import LEAD_TIMES, LearningSet, Membership
from sets.services._ground import caretaker, hold

CHANGEABLE = frozenset(
    [
        "name",
        "purpose",
        "usual_minutes",
        "place",
        "link",
        "time_zone",
        "minimum_to_run",
        "country",
        "process",
        "presenter_reads_later",
        "newcomers_read_past",
        "name_in_calendars",
        *LEAD_TIMES,
    ]
)


@transaction.atomic
def found_set(
    *,
    by: User,
    name: str,
    purpose: str,
    usual_minutes: int,
    place: str,
    link: str,
    time_zone: str,
    process: str,
    takes_part: bool,
    now: datetime,
) -> LearningSet:
    """A new set whose founder facilitates it, and is a member too where they take part."""
    learning_set = LearningSet.objects.create(
        name=name,
        purpose=purpose,
        usual_minutes=usual_minutes,
        place=place,
        link=link,
        time_zone=time_zone,
        process=process,
        is_demo=by.is_demo,
        created_at=now,
    )
    Membership.objects.create(
        learning_set=learning_set, user=by, is_facilitator=True, is_member=takes_part, joined_at=now
    )
    return learning_set


@transaction.atomic
def change_set(*, learning_set: LearningSet, by: User, now: datetime, **fields: Any) -> LearningSet:
    """The set with these fields changed; sessions already scheduled keep their own place, link and length."""
    if unknown := fields.keys() - CHANGEABLE:
        raise TypeError(f"A set's {', '.join(sorted(unknown))} can't be changed here.")
    held = hold(learning_set)
    caretaker(held, by)
    for field, value in fields.items():
        setattr(held, field, value)
    held.save(update_fields=list(fields))
    return held
