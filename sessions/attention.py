"""What of sessions and dates asks for the attention of those who look after a set: for `sets.attention`."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from als_project.templatetags.clock import day
from als_project.users.models import User
from sessions.coming import Coming, ahead_of
from sessions.models import Attendance, Session
from sessions.open_polls import open_polls_for
from sets.attention import how_many, read_by, source
from sets.models import Membership


@source
def about_sessions(user: User, now: datetime) -> Iterator[tuple[int, str]]:
    """A session left open, too few coming or no word from many, no topic yet, a date to choose, no session planned."""
    caring = list(Membership.objects.looking_after().filter(user=user).select_related("learning_set", "user"))
    ahead = ahead_of(user, caring, now=now)
    silent = _silent_in([one.session for one in ahead.coming if one.is_soon])
    readable = set(read_by(user).values_list("pk", flat=True))
    for one in ahead.coming:
        set_id = one.session.learning_set_id
        said = _of_session(one, silent.get(set_id, 0), may_read=set_id in readable)
        yield from ((set_id, words) for words in said)
    polls = open_polls_for(user, caring, now=now)
    for poll in polls:
        if poll.waits_for_choice:
            yield poll.poll.learning_set_id, _("A date can be chosen now.")
    asked = {poll.poll.learning_set_id for poll in polls}
    yield from ((one.pk, _("No session is planned.")) for one in ahead.idle if one.pk not in asked)


def _silent_in(sessions: list[Session]) -> dict[int, int]:
    """By the set's id: how many of its present people have not replied to its session here."""
    present = Membership.objects.present().filter(user__is_active=True)
    replied = Attendance.objects.filter(session__in=sessions, session__learning_set=OuterRef("learning_set"))
    replied = replied.filter(user=OuterRef("user")).exclude(reply="")
    asked = present.filter(learning_set__in=[session.learning_set_id for session in sessions])
    return how_many(asked.exclude(Exists(replied)))


def _of_session(one: Coming, silent: int, *, may_read: bool) -> Iterator[str]:
    if one.is_left_open:
        yield _("%(day)s: the session has not been closed.") % {"day": day(one.session.starts_at)}
    if not one.is_soon:
        return
    when, fewest = day(one.session.starts_at), one.session.learning_set.minimum_to_run
    if one.few:
        words = ngettext(
            "%(day)s: %(n)d person is coming; the set agreed on at least %(fewest)d.",
            "%(day)s: %(n)d people are coming; the set agreed on at least %(fewest)d.",
            one.coming,
        )
        yield words % {"day": when, "n": one.coming, "fewest": fewest}
    if silent:
        words = ngettext(
            "%(day)s: %(n)d person has not said whether they are coming.",
            "%(day)s: %(n)d people have not said whether they are coming.",
            silent,
        )
        yield words % {"day": when, "n": silent}
    if may_read and one.no_topics:
        yield _("%(day)s: no topic has been offered yet.") % {"day": when}
