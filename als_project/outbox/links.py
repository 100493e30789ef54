"""Links in messages that do something: signed for one person and one purpose, for a time.

A link opens a page with one button; only the button changes anything, because mail scanners follow every link. What
a purpose asks and does is told by the app it belongs to, in its `emails.py`:

    @register_purpose
    class NothingThisTime(Purpose):
        name = "sessions.nothing"
        def page(self, link): ...   # None when the link has nothing to do any more
        def act(self, link, *, now): ...   # returns the path of the page that follows

    make_link(person, purpose="sessions.nothing", about=session.pk, expires=session.starts_at)
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from als_project.users.models import User

signer = Signer(salt="outbox.links", sep=".")


class LinkForged(Exception):
    """Not made by us, or not whole."""


class LinkExpired(Exception):
    """It was good once."""


class LinkForeign(Exception):
    """It is for somebody else."""


@dataclass(frozen=True)
class Link:
    purpose: str
    about: int
    person: User
    expires: datetime


@dataclass(frozen=True)
class Page:
    """What is asked, in a sentence or two, and what the one button says. Neither quotes what was said in a set."""

    heading: str
    button: str
    text: str = ""


class Purpose:
    name: ClassVar[str]

    def page(self, link: Link) -> Page | None:
        """What to ask; None when the person may not, or nothing is left to do: they left, it is over, it is done."""
        raise NotImplementedError

    def act(self, link: Link, *, now: datetime) -> str:
        """Do it, by one service, and return the path of the page to go to. May raise Refused."""
        raise NotImplementedError


_purposes: dict[str, Purpose] = {}


def register_purpose(purpose: type[Purpose]) -> type[Purpose]:
    if purpose.name in _purposes and type(_purposes[purpose.name]) is not purpose:
        raise ValueError(f"Two purposes are called {purpose.name}.")
    _purposes[purpose.name] = purpose()
    return purpose


def purpose_called(name: str) -> Purpose | None:
    return _purposes.get(name)


def make_link(person: User, *, purpose: str, about: int, expires: datetime) -> str:
    """The whole address, for a message."""
    token = signer.sign(f"{purpose}:{about}:{person.pk}:{int(expires.timestamp())}")
    return f"{settings.SITE_URL}{reverse('outbox:act', args=[token])}"


def read_link(token: str, *, reader: User, now: datetime) -> Link:
    """What a link says. Raises LinkForged, LinkForeign or LinkExpired."""
    try:
        purpose, about, person, expires = signer.unsign(token).split(":")
    except (BadSignature, ValueError) as error:
        raise LinkForged from error
    if reader.pk != int(person):
        raise LinkForeign
    link = Link(purpose, int(about), reader, datetime.fromtimestamp(int(expires), UTC))
    if link.expires <= now:
        raise LinkExpired
    return link
