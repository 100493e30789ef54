"""The polls that are open for one person: which wait for their answer, which for their choice."""

from dataclasses import dataclass
from datetime import datetime

from als_project.users.models import User
from sessions import permissions
from sessions.models import Poll
from sessions.services.poll_prompting import yet_to_answer
from sets.models import LearningSet, Membership


@dataclass(frozen=True)
class OpenPoll:
    """`awaited` is None while nobody has answered at all."""

    poll: Poll
    asks_me: bool
    may_choose: bool
    awaited: list[User] | None
    takes_answers: bool

    @property
    def everyone_answered(self) -> bool:
        return self.awaited == []

    @property
    def waits_for_choice(self) -> bool:
        return self.may_choose and (self.everyone_answered or not self.takes_answers)


def open_polls_for(user: User, *, now: datetime, learning_set: LearningSet | None = None) -> list[OpenPoll]:
    """Of all the user's sets, or of one. Those that ask the user first; the same queries for one and for many."""
    mine = Membership.objects.present().filter(user=user).select_related("learning_set", "user")
    if learning_set:
        mine = mine.filter(learning_set=learning_set)
    memberships = {membership.learning_set_id: membership for membership in mine}
    polls = list(Poll.objects.open().filter(learning_set__in=memberships).select_related("learning_set"))
    awaiting = set(
        Poll.objects.awaiting(user, now).filter(pk__in=[poll.pk for poll in polls]).values_list("pk", flat=True)
    )
    awaited = yet_to_answer(polls)
    found = [
        OpenPoll(
            poll=poll,
            asks_me=poll.pk in awaiting,
            may_choose=permissions.may_schedule(memberships[poll.learning_set_id]),
            awaited=awaited.get(poll.pk),
            takes_answers=poll.takes_answers(now),
        )
        for poll in polls
    ]
    return sorted(found, key=lambda one: (not one.asks_me, one.poll.deadline_at))
