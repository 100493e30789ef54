"""Reminders of a session to people with accounts: with all that is asked of the database before one may leave.

What the other measurement leaves out is here: the person's address, zone, wishes and hours, how much they got this
week, whether the session still stands and they are still in its set, the links that answer it, the signed link that
turns such messages off, and the words about it.
"""

from datetime import timedelta
from statistics import median

from django.utils import timezone

from als_project.outbox.models import Message
from als_project.outbox.services import post_to_each
from als_project.users.models import User
from benchmarks.messages import ways
from benchmarks.people import people
from benchmarks.table import Figure
from benchmarks.world import circle, schedule
from sessions.models import Session

KIND = "sessions.reminder"
OF_A_SET = 8
Meeting = tuple[Session, list[User]]


def sets_that_meet(count: int) -> list[Meeting]:
    """So many people in sets of eight; each set meets in a day."""
    now = timezone.now()
    found = []
    for number in range(count // OF_A_SET):
        facilitator, *members = people(OF_A_SET + 1, f"reminded.{number}.")
        one = circle(f"Set {number}", members, facilitator, since=now - timedelta(days=90))
        found.append((schedule(one, starts_at=now + timedelta(days=1), now=now), one.members))
    return found


def post(meetings: list[Meeting]) -> list[Message]:
    Message.objects.all().delete()
    for session, members in meetings:
        post_to_each(members, kind=KIND, cause=session.occasion, about=session.pk)
    return list(Message.objects.select_related("to"))


def sending(count: int, rounds: int) -> list[Figure]:
    meetings = sets_that_meet(count)
    took: dict[str, list[float]] = {"raw": [], "letters": [], "product": []}
    for _ in range(rounds):
        for name, way in (("raw", ways.raw), ("letters", ways.raw_with_our_letters), ("product", ways.product)):
            messages = post(meetings)
            took[name].append(way(messages) / len(messages) * 1000)
        unsent = Message.objects.filter(sent_at=None).count()
        assert unsent == 0, f"{unsent} reminders did not leave."
    ms = {name: median(each) for name, each in took.items()}
    return [
        Figure("a reminder to somebody, from row to receipt (floor: smtplib)", ms["product"], "ms", ms["raw"]),
        Figure("  beside smtplib with our letters", ms["product"], "ms", ms["letters"]),
    ]
