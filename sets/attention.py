"""What in a set asks for the attention of those who look after it, in sentences for their weekly mail.

Each floor adds what it knows of, in its `AppConfig.ready`. A sentence names no person, and nothing that was said: how
many, when, and what to look at.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import ngettext

from als_project.users.models import User
from sets.models import Invitation, LearningSet, Membership

# Of a set by its id. Times in the sentences are by the clock that is set at the moment: the reader's.
Sentences = Iterable[tuple[int, str]]
Source = Callable[[User, datetime], Sentences]

_sources: list[Source] = []
UNANSWERED_AFTER = timedelta(days=3)


def source(source: Source) -> Source:
    """Ask this, too, of the sets that a person looks after. It costs the same few questions for one and for many."""
    if source not in _sources:
        _sources.append(source)
    return source


def attention_for(user: User, *, now: datetime) -> list[tuple[LearningSet, list[str]]]:
    """Those of the sets the person looks after in which something asks for attention, by name."""
    sentences: dict[int, list[str]] = defaultdict(list)
    for ask in _sources:
        for set_id, sentence in ask(user, now):
            sentences[set_id].append(sentence)
    return [(one, sentences[one.pk]) for one in looked_after_by(user).filter(pk__in=sentences)]


def looked_after_by(user: User) -> QuerySet[LearningSet]:
    """Those that go on."""
    return LearningSet.objects.going_on().filter(
        pk__in=Membership.objects.looking_after().filter(user=user).values("learning_set")
    )


def read_by(user: User) -> QuerySet[LearningSet]:
    """Those of them whose ground rules the person has agreed to: of the others they hear nothing that waits for it."""
    readable = Membership.objects.may_read().filter(user=user)
    return looked_after_by(user).filter(pk__in=readable.values("learning_set"))


def how_many(rows: "QuerySet[Any]", of: str = "pk") -> "dict[int, int]":
    """By the set's id."""
    counted = rows.order_by().values("learning_set").annotate(n=Count(of, distinct=True))
    return dict(counted.values_list("learning_set", "n"))


@source
def about_people(user: User, now: datetime) -> Iterator[tuple[int, str]]:
    """Addresses that take no mail, invitations without an answer, people who have yet to agree."""
    mine = looked_after_by(user)
    people = Membership.objects.present().filter(learning_set__in=mine)
    for set_id, n in how_many(people.unreachable()).items():
        words = ngettext("Messages don’t reach %d person.", "Messages don’t reach %d people.", n)
        yield set_id, words % n
    invitations = Invitation.objects.undecided().filter(learning_set__in=mine)
    for set_id, n in how_many(invitations.unreachable()).items():
        words = ngettext("%d invitation could not be delivered.", "%d invitations could not be delivered.", n)
        yield set_id, words % n
    unanswered = invitations.filter(expires_at__gt=now, sent_at__lt=now - UNANSWERED_AFTER).reachable()
    for set_id, n in how_many(unanswered).items():
        words = ngettext("%d invitation is not answered yet.", "%d invitations are not answered yet.", n)
        yield set_id, words % n
    for set_id, n in how_many(invitations.filter(expires_at__lte=now)).items():
        words = ngettext(
            "%d invitation has expired without an answer.", "%d invitations have expired without an answer.", n
        )
        yield set_id, words % n
    for set_id, n in how_many(people.yet_to_agree()).items():
        words = ngettext(
            "%d person has yet to agree to the ground rules.", "%d people have yet to agree to the ground rules.", n
        )
        yield set_id, words % n
