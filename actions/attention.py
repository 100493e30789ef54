"""What of actions asks for the attention of those who look after a set: for `sets.attention`."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import ngettext

from actions.models import Action
from als_project.users.models import User
from sessions.coming import SOON
from sessions.models import Session
from sets.attention import how_many, read_by, source


@source
def about_report_backs(user: User, now: datetime) -> Iterator[tuple[int, str]]:
    """Of how many people a report-back is awaited in the week to come: never whose."""
    soon = Session.objects.scheduled_between(now, now + SOON).filter(learning_set__in=read_by(user))
    owed = Action.objects.awaiting_report().whose_owner_can_answer()
    for set_id, n in how_many(owed.filter(learning_set__in=soon.values("learning_set")), of="owner").items():
        words = ngettext(
            "%d person has not reported back since the last session.",
            "%d people have not reported back since the last session.",
            n,
        )
        yield set_id, words % n
