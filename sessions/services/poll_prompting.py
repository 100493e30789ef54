"""What the clock and the last answer ask for, while a date is being found; each once.

| message           | when                                                  | to whom                                  |
| ----------------- | ----------------------------------------------------- | ---------------------------------------- |
| nudge             | two days before the deadline (a shorter poll: sooner) | who has not answered every date          |
| everyone answered | with the last answer that was awaited                 | those who look after the set             |
| deadline passed   | at the deadline, while no date is chosen              | those who look after the set             |
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from als_project.outbox import services as outbox
from als_project.users.models import User
from sessions.models import Poll, PollAnswer, PollOption
from sessions.models.polls import PollQuerySet
from sets.models import Membership
from sets.models.membership import MembershipQuerySet


@transaction.atomic
def queue_poll_messages(*, now: datetime) -> None:
    """Whatever is due about any poll stands in the outbox. The same few queries for one poll and for a thousand."""
    tell_who_is_answered(Poll.objects.taking_answers(now), now=now)
    _nudge(list(Poll.objects.to_nudge(now)), now=now)
    # One that is just being changed may get another deadline: it is left for the next look.
    over = Poll.objects.past_deadline(now).select_for_update(skip_locked=True, of=("self",))
    _tell_of_deadline(list(over), now=now)


def tell_who_is_answered(polls: PollQuerySet, *, now: datetime) -> None:
    """Those who look after a set know when nobody's answer is awaited any more: once, and again after new dates."""
    done = list(polls.answered_by_all())
    caretakers = _caretakers(done)
    for poll in done:
        poll.round_answered = poll.round
        cause = f"poll:{poll.pk}:round{poll.round}"
        outbox.post_to_each(
            caretakers[poll.learning_set_id],
            kind="sessions.poll_all_answered",
            cause=cause,
            about=poll.pk,
            due_at=now,
        )
    Poll.objects.bulk_update(done, ["round_answered"])


def yet_to_answer(polls: Iterable[Poll]) -> dict[int, list[User]]:
    """By the poll's id, who lacks an answer to one of its dates or more. A poll that nobody has answered is left out.

    Three queries.
    """
    polls = list(polls)
    options: dict[int, set[int]] = defaultdict(set)
    for option, poll_id in PollOption.objects.filter(poll__in=polls).values_list("pk", "poll"):
        options[poll_id].add(option)
    answered: dict[tuple[int, int], set[int]] = defaultdict(set)
    answers = PollAnswer.objects.filter(option__poll__in=polls)
    for option, poll_id, person in answers.values_list("option", "option__poll", "user"):
        answered[poll_id, person].add(option)
    begun = {poll_id for poll_id, _person in answered}
    people = _people({poll.learning_set_id for poll in polls})
    return {
        poll.pk: [who for who in people[poll.learning_set_id] if answered[poll.pk, who.pk] != options[poll.pk]]
        for poll in polls
        if poll.pk in begun
    }


def _nudge(polls: list[Poll], *, now: datetime) -> None:
    if not polls:
        return
    missing = yet_to_answer(polls)
    everyone = _people({poll.learning_set_id for poll in polls})
    for poll in polls:
        poll.nudged_at = now
        silent = missing.get(poll.pk, everyone[poll.learning_set_id])
        outbox.post_to_each(silent, kind="sessions.poll_nudge", cause=f"poll:{poll.pk}", about=poll.pk, due_at=now)
    Poll.objects.bulk_update(polls, ["nudged_at"])


def _tell_of_deadline(polls: list[Poll], *, now: datetime) -> None:
    caretakers = _caretakers(polls)
    for poll in polls:
        poll.deadline_told_at = now
        outbox.post_to_each(
            caretakers[poll.learning_set_id],
            kind="sessions.poll_deadline",
            cause=f"poll:{poll.pk}:{poll.deadline_at.timestamp():.0f}",
            about=poll.pk,
            due_at=now,
        )
    Poll.objects.bulk_update(polls, ["deadline_told_at"])


def _people(set_ids: set[int]) -> dict[int, list[User]]:
    """The present people of each set, by its id."""
    return _by_set(Membership.objects.present().filter(learning_set__in=set_ids))


def _caretakers(polls: Iterable[Poll]) -> dict[int, list[User]]:
    """Those who look after each set, by its id."""
    return _by_set(Membership.objects.looking_after().filter(learning_set__in={p.learning_set_id for p in polls}))


def _by_set(memberships: MembershipQuerySet) -> dict[int, list[User]]:
    people: dict[int, list[User]] = defaultdict(list)
    for membership in memberships.filter(user__is_active=True).select_related("user"):
        people[membership.learning_set_id].append(membership.user)
    return people
