"""The polls that are open for one person: which wait for their answer, which for their choice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from als_project.users.models import User
from als_project.written_once import written_once
from sessions import permissions
from sessions.models import Poll, PollOption
from sets.models import Membership


@dataclass(frozen=True)
class OpenPoll:
    poll: Poll
    asks_me: bool
    may_choose: bool
    everyone_answered: bool
    takes_answers: bool

    @property
    def waits_for_choice(self) -> bool:
        return self.may_choose and (self.everyone_answered or not self.takes_answers)


def open_polls_for(user: User, memberships: Iterable[Membership], *, now: datetime) -> list[OpenPoll]:
    """Of the user's sets, given as their memberships in them. Those that ask the user first."""
    own = {membership.learning_set_id: membership for membership in memberships}
    found = [
        OpenPoll(
            poll=poll,
            asks_me=poll.takes_answers(now) and bool(poll.lacks_own),  # type: ignore[attr-defined]  # annotated
            may_choose=permissions.may_schedule(own[poll.learning_set_id]),
            everyone_answered=bool(poll.is_begun) and not poll.lacks_any,  # type: ignore[attr-defined]  # annotated
            takes_answers=poll.takes_answers(now),
        )
        for poll in _open(list(own), user)
    ]
    return sorted(found, key=lambda one: (not one.asks_me, one.poll.deadline_at))


@written_once
def _open(set_ids: list[int], user: User) -> QuerySet[Poll]:
    """Each says whether anybody has answered, and whether an answer to one of its dates is still awaited from anyone

    who is asked, and from the user.
    """
    dates = PollOption.objects.filter(poll=OuterRef("pk"))
    asked = Membership.objects.present().filter(learning_set=OuterRef("learning_set"), user__is_active=True)
    unanswered = PollOption.objects.filter(poll=OuterRef(OuterRef("pk"))).without_answer_of(OuterRef(OuterRef("user")))
    polls = Poll.objects.open().filter(learning_set__in=set_ids).select_related("learning_set")
    return polls.annotate(
        is_begun=_first(dates.filter(answers__isnull=False)),
        lacks_own=_first(dates.without_answer_of(user)),
        lacks_any=_first(asked.filter(Exists(unanswered))),
    )


def _first(rows: QuerySet[Any]) -> Subquery:
    """One of them, if there is any. Of `Exists`, PostgreSQL may make a list of everybody's rows first."""
    return Subquery(rows.order_by().values("pk")[:1])
