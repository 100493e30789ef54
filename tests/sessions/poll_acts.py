"""What people do to find a date, said shortly."""

from datetime import datetime, timedelta
from typing import Any

from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.enums import Answer
from sessions.models import Poll, PollOption
from sessions.services import polling
from sets.models import LearningSet

WORDS = {"y": Answer.YES, "i": Answer.IF_NEED_BE, "n": Answer.NO}


def ask(
    learning_set: LearningSet, by: User, *, now: datetime, days: tuple[float, ...] = (14, 15), **fields: Any
) -> Poll:
    return polling.open_poll(
        learning_set=learning_set,
        by=by,
        now=now,
        **{
            "dates": [now + timedelta(days=day) for day in days],
            "minutes": 120,
            "time_zone": "Europe/London",
            "place": "Room 4",
            "link": "",
            "facilitator": by,
            "deadline_at": now + timedelta(days=9),
            **fields,
        },
    )


def answer(poll: Poll, by: User, words: str, *, now: datetime) -> Poll:
    """One letter for each date in order: yes, if need be, no."""
    options = poll.options.all()
    assert len(options) == len(words)
    said = {option.pk: WORDS[word] for option, word in zip(options, words, strict=True)}
    return polling.answer_poll(poll=poll, by=by, answers=said, now=now)


def change(poll: Poll, by: User, *dates: tuple[PollOption | None, datetime], now: datetime, **fields: Any) -> Poll:
    same = ("place", "link", "facilitator", "deadline_at", "minimum")
    return polling.change_poll(
        poll=poll,
        by=by,
        now=now,
        dates=[(option.pk if option else None, at) for option, at in dates],
        **{**{name: getattr(poll, name) for name in same}, **fields},
    )


def said(poll: Poll) -> dict[str, str]:
    """By person, their letters for the dates in order; a dot where they have not answered."""
    words: dict[str, str] = {}
    options = list(poll.options.prefetch_related("answers__user"))
    people = sorted({row.user.name for option in options for row in option.answers.all()})
    for person in people:
        words[person] = "".join(
            next((row.answer[0] for row in option.answers.all() if row.user.name == person), ".") for option in options
        )
    return words


def told_of(poll: Poll, kind: str) -> list[str]:
    return sorted(Message.objects.filter(kind=f"sessions.{kind}", about=poll.pk).values_list("to__name", flat=True))
