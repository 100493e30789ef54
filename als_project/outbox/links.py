"""Links in messages that do something: signed for one person and one purpose, for a time.

A link opens a page with one button; only the button changes anything, because mail scanners follow every link. Nobody
needs to sign in for it, so whoever holds the mail may see the page and press the button: it says nothing that was said
in a set, its person hears of it, and what stands is shown only to them, signed in. What a purpose asks and does is told
by the app it belongs to, in its `emails`:

    @register_purpose
    class NothingThisTime(Purpose):
        name = "sessions.nothing"
        says = gettext_lazy("that you bring no topic to a session")
        def page(self, link, *, now): ...   # None once the link is over; without a button once its answer stands
        def act(self, link, *, now): ...

    make_link(person, purpose="sessions.nothing", about=(session.pk, membership.pk), expires=session.starts_at)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.functional import Promise

from als_project.users.models import User

signer = Signer(salt="outbox.links", sep=".")


class LinkForged(Exception):
    """Not made by us, or not whole."""


class LinkExpired(Exception):
    """It was good once."""


@dataclass(frozen=True)
class Link:
    purpose: str
    about: tuple[int, ...]
    person: User
    expires: datetime
    # Its person, and not only somebody who holds the mail.
    signed_in: bool = False


@dataclass(frozen=True)
class Answer:
    """One that a message offers: its words and its address, each for a line of its own."""

    words: str
    address: str


@dataclass(frozen=True)
class Page:
    """What is asked, in a sentence or two, and what the one button says; without a button, what stands already.

    None of it quotes what was said in a set, or says whether anything was. `onward` is the path of the page, for people
    who have signed in, where more can be said; `onward_says` what its link is called.
    """

    heading: str
    text: str
    onward: str
    onward_says: str
    button: str = ""


class Purpose:
    name: ClassVar[str]
    # What its person hears was said by the link, after “we were told”: nothing that was said in a set.
    says: ClassVar[str | Promise]

    def page(self, link: Link, *, now: datetime) -> Page | None:
        """What to ask, or what stands. None when the person may no more: they left, it has moved, it is over."""
        raise NotImplementedError

    def act(self, link: Link, *, now: datetime) -> None:
        """Do it, by one service. May raise Refused."""
        raise NotImplementedError


_purposes: dict[str, Purpose] = {}


def register_purpose(purpose: type[Purpose]) -> type[Purpose]:
    if purpose.name in _purposes and type(_purposes[purpose.name]) is not purpose:
        raise ValueError(f"Two purposes are called {purpose.name}.")
    _purposes[purpose.name] = purpose()
    return purpose


def purpose_called(name: str) -> Purpose | None:
    return _purposes.get(name)


def make_link(person: User, *, purpose: str, about: Iterable[int], expires: datetime) -> str:
    """The whole address, for a message. It names ids, and ends to the second when it expires."""
    numbers = ".".join(str(number) for number in about)
    token = signer.sign(f"{purpose}:{numbers}:{person.pk}:{int(expires.timestamp())}")
    return f"{settings.SITE_URL}{reverse('outbox:act', args=[token])}"


def read_link(token: str, *, now: datetime) -> Link:
    """What a link says. Raises LinkForged, also when its person's account is gone, or LinkExpired."""
    try:
        purpose, numbers, person_pk, expires = signer.unsign(token).split(":")
    except (BadSignature, ValueError) as error:
        raise LinkForged from error
    person = User.objects.filter(pk=person_pk, is_active=True).first()
    if person is None:
        raise LinkForged
    about = tuple(int(number) for number in numbers.split("."))
    link = Link(purpose, about, person, datetime.fromtimestamp(int(expires), UTC))
    if link.expires <= now:
        raise LinkExpired
    return link
