"""Invented words for every message, so that all of them can be looked at without anything having happened.

Templates ask for `session.starts_at` or `learning_set.name`: an `Example` answers by the name alone.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings

from als_project.devmail.account_mails import CARRIERS, account_mail, carrier_of, prefixes
from als_project.outbox.kinds import MessageKind, all_kinds, kind_called
from als_project.outbox.letter import Letter
from als_project.outbox.models import Message
from als_project.outbox.writing import write
from als_project.users.models import User


@dataclass(frozen=True)
class Named:
    pk: int
    name: str


TUESDAY = datetime(2027, 2, 9, 14, 0, tzinfo=UTC)
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
    "count": 3,
    "from_elsewhere": False,
    "coming": 2,
    "perhaps": 1,
    "silent": 1,
    "minimum_to_run": 4,
    "notes_live_months": 3,
    "notes_safe_until": TUESDAY,
    "notes_end_at": TUESDAY,
    "self_facilitated_from": TUESDAY.date(),
    "noted_by": "Gita",
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
SAID["parts"] = [
    {"subject": "The record of Tuesday 9 February 2027 is ready", "link": f"{settings.SITE_URL}/sessions/7/record/"},
    {"subject": "“Thursday set” has changed its ground rules", "link": f"{settings.SITE_URL}/sets/7/rules/"},
]


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


ABOUT_AN_ACCOUNT = {
    "email": "asha@example.org",
    "code": "W4K9-7QXT",
    "timestamp": TUESDAY,
    "ip": "203.0.113.7",
    "from_email": "asha@example.org",
    "to_email": "asha@example.net",
    "deleted_email": "asha@example.com",
}


@dataclass(frozen=True)
class Sample:
    """One message of the gallery. `called` is its subject where several go as one kind."""

    name: str
    called: str
    kind: MessageKind
    templates: str
    letter: Letter

    @property
    def calendars(self) -> list[str]:
        """What calendars read of it, from beside the words or from its files."""
        parts = [*self.letter.alternatives, *(content[1:] for content in self.letter.attachments)]
        return [str(text) for text, kind in parts if str(kind).startswith("text/calendar")]


def all_samples() -> list[str]:
    """Their names: each kind of message, and for the kinds that carry any words each of allauth's."""
    return [*(name for name in all_kinds() if name not in CARRIERS), *prefixes()]


def sample_called(name: str) -> Sample | None:
    prefix = prefixes().get(name)
    kind = kind_called(carrier_of(prefix) if prefix else name)
    if kind is None or name not in all_samples():
        return None
    if prefix:
        letter = account_mail(prefix, ABOUT_AN_ACCOUNT)
        return Sample(name, str(letter.subject), kind, f"templates/{prefix}_*.txt", letter)
    return Sample(name, kind.called, kind, f"templates/emails/{name.replace('.', '/')}/", example_of(name))


def example_of(kind: str) -> Letter:
    """What a message of this kind looks like to somebody in Nairobi; of those that carry several, the first."""
    if kind in CARRIERS:
        return account_mail(next(p for p in prefixes().values() if carrier_of(p) == kind), ABOUT_AN_ACCOUNT)
    reader = User(pk=7, name="Asha", email="asha@example.org", time_zone="Africa/Nairobi")
    said = Examples(answers=ABOUT_AN_ACTION if kind.startswith("actions.") else ABOUT_A_SESSION)
    if carries_calendars(kind_called(kind)):
        said.update(_sessions())
    return write(Message(pk=7, kind=kind, key=f"example:{kind}", to=reader, about=7), said)


def carries_calendars(kind: MessageKind | None) -> bool:
    return kind is not None and type(kind).calendars is not MessageKind.calendars


def _sessions() -> dict[str, Any]:
    """What calendars read is written from rows: two that are nowhere kept."""
    learning_set = apps.get_model("sets", "LearningSet")(pk=7, name="Thursday set")
    where = {name: SAID[name] for name in ("minutes", "place", "link", "time_zone")}
    model = apps.get_model("als_sessions", "Session")
    made = [
        model(pk=7 + weeks, learning_set=learning_set, starts_at=TUESDAY + timedelta(weeks=weeks), **where)
        for weeks in (0, 5)
    ]
    return {"session": made[0], "first": made[0], "sessions": made, "learning_set": learning_set}
