"""Invented words for every message, so that all of them can be looked at without anything having happened.

Templates ask for `session.starts_at` or `learning_set.name`: an `Example` answers by the name alone.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from als_project.outbox.letter import Letter
from als_project.outbox.models import Message
from als_project.outbox.writing import letter_of
from als_project.users.models import User


@dataclass(frozen=True)
class Named:
    pk: int
    name: str


SAID: dict[str, Any] = {
    "pk": 7,
    "id": 7,
    "number": 2,
    "minutes": 120,
    "name": "Thursday set",
    "place": "Room 4, the old mill",
    "link": "https://meet.example.org/thursday",
    "time_zone": "Africa/Nairobi",
    "answered": "that you can’t come to a session",
    "page": f"{settings.SITE_URL}/sessions/7/",
    "subject": "Your code",
    "body": "Type this code: 123456\n\nIt works for a quarter of an hour.",
    "count": 3,
    "coming": 2,
    "perhaps": 1,
    "silent": 1,
    "minimum_to_run": 4,
}
DO = f"{settings.SITE_URL}/messages/do/example:7.7:7:1802181600.R0Fq1pX2mYbq7tqUOV0Nn5q3gkqfTgLhTj3sT8WcZ2I/"
ABOUT_A_SESSION = [
    {"words": "Offer a topic", "address": f"{settings.SITE_URL}/sessions/7/topic/"},
    {"words": "Nothing this time", "address": DO},
    {"words": "I can’t come", "address": DO},
]
ABOUT_AN_ACTION = [{"words": words, "address": DO} for words in ("Done", "Still on it", "Changed")]
SAID["looks"] = [
    (Named(7, "Thursday set"), ["Tuesday 9 February 2027: 3 people have not said whether they are coming."]),
    (Named(8, "Leading well"), ["1 invitation is not answered yet.", "No session is planned."]),
]
TUESDAY = datetime(2027, 2, 9, 14, 0, tzinfo=UTC)


class Example:
    """Whatever it is asked for it has, by the name's ending."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("resolve_expression", "as_sql"):
            raise AttributeError(name)
        return value_of(name)

    def __str__(self) -> str:
        return "an example"

    def __iter__(self) -> Any:
        return iter([Example(), Example()])


def value_of(name: str) -> Any:
    if name.endswith("_at"):
        return TUESDAY
    if name.endswith("_on"):
        return TUESDAY.date()
    if name.endswith(("_id", "_pk")):
        return 7
    if name.startswith(("is_", "has_")):
        return True
    return SAID.get(name, Example())


class Examples(dict[str, Any]):
    """A template's words of which none is lacking."""

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.isidentifier()

    def __missing__(self, key: str) -> Any:
        return value_of(key)


def example_of(kind: str) -> Letter:
    """What a message of this kind looks like to somebody in Nairobi."""
    reader = User(pk=7, name="Asha", email="asha@example.org", time_zone="Africa/Nairobi")
    said = Examples(answers=ABOUT_AN_ACTION if kind.startswith("actions.") else ABOUT_A_SESSION)
    return letter_of(Message(pk=7, kind=kind, key=f"example:{kind}", to=reader, about=7), said)
