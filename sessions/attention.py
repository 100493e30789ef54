"""What of sessions and dates asks for the attention of those who look after a set: for `sets.attention`."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from als_project.templatetags.clock import day
from als_project.users.models import User
from sessions.coming import Coming, coming_for
from sessions.open_polls import open_polls_for
from sets.attention import how_many, source
from sets.models import Membership


@source
def about_sessions(user: User, now: datetime) -> Iterator[tuple[int, str]]:
    """Too few coming or no word from many, no topic yet, a date to choose, and no session planned at all."""
    caring = list(Membership.objects.looking_after().filter(user=user).select_related("learning_set", "user"))
    coming, idle = coming_for(user, caring, now=now)
    people = how_many(Membership.objects.present().filter(learning_set__in=[one.learning_set_id for one in caring]))
    for one in coming:
        yield from ((one.session.learning_set_id, words) for words in _of_session(one, people))
    polls = open_polls_for(user, caring, now=now)
    for poll in polls:
        if poll.waits_for_choice:
            yield poll.poll.learning_set_id, _("A date can be chosen now.")
    asked = {poll.poll.learning_set_id for poll in polls}
    yield from ((one.pk, _("No session is planned.")) for one in idle if one.pk not in asked)


def _of_session(one: Coming, people: dict[int, int]) -> Iterator[str]:
    if not one.is_soon:
        return
    when, fewest = day(one.session.starts_at), one.session.learning_set.minimum_to_run
    silent = people.get(one.session.learning_set_id, 0) - one.replies
    if one.few:
        words = ngettext(
            "%(day)s: %(n)d person is coming; the set agreed on at least %(fewest)d.",
            "%(day)s: %(n)d people are coming; the set agreed on at least %(fewest)d.",
            one.coming,
        )
        yield words % {"day": when, "n": one.coming, "fewest": fewest}
    if silent > 0:
        words = ngettext(
            "%(day)s: %(n)d person has not said whether they are coming.",
            "%(day)s: %(n)d people have not said whether they are coming.",
            silent,
        )
        yield words % {"day": when, "n": silent}
    if one.no_topics:
        yield _("%(day)s: no topic has been offered yet.") % {"day": when}
