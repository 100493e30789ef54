"""A session as calendars read it (RFC 5545): when and where, and nothing of what the set works on.

The entry says “Learning set session”. The set's name is in it only where the set has agreed to that.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from als_project.outbox.kinds import CalendarPart
from als_project.users.models import User
from sessions.calendar_zones import vtimezone
from sessions.enums import Reply
from sessions.models import Session

PRODUCT = "-//Action learning sets//EN"
# So far before and after a session its entry knows the clock: somebody may move their own copy.
ROUND_ABOUT = timedelta(days=200)
# What a reply is called there.
SAID = {Reply.COMING: "ACCEPTED", Reply.IF_I_CAN: "TENTATIVE", Reply.APOLOGIES: "DECLINED"}


def uid_of(session: Session) -> str:
    """The same for a session's whole life, wherever it is moved."""
    return f"session-{session.pk}@{_host(settings.SITE_URL)}"


def session_pk_in(uid: str) -> int | None:
    """The session that an entry of ours is about; None for anybody else's."""
    name, _at, host = uid.partition("@")
    number = name.removeprefix("session-")
    known = name != number and host == _host(settings.SITE_URL) and number.isdecimal() and len(number) < 19
    return int(number) if known else None


def request(session: Session, to: User, *, now: datetime, said: str = "") -> CalendarPart:
    """Puts the session into the person's calendar, or tells it the new date. `said` is what they replied so far."""
    event = _invited(session, to, now=now)
    event["attendee"].params["PARTSTAT"] = vText(SAID.get(Reply(said), "NEEDS-ACTION") if said else "NEEDS-ACTION")
    event["attendee"].params["RSVP"] = vText("TRUE")
    event.add("status", "CONFIRMED")
    _say_when(event, session)
    _say_where(event, session)
    calendar = _calendar("REQUEST")
    _add_zones(calendar, [session])
    calendar.add_component(event)
    return CalendarPart("REQUEST", _as_text(calendar))


def cancel(session: Session, to: User, *, now: datetime, says_when: bool = True) -> CalendarPart:
    """Takes the session out of the person's calendar. Who is no longer to know when it is reads no date in it."""
    event = _invited(session, to, now=now)
    event.add("status", "CANCELLED")
    calendar = _calendar("CANCEL")
    if says_when:
        _say_when(event, session)
        _add_zones(calendar, [session])
    calendar.add_component(event)
    return CalendarPart("CANCEL", _as_text(calendar))


def feed(sessions: Iterable[Session], *, owner: User, changed_at: datetime) -> str:
    """All these sessions, for a calendar that looks here from time to time."""
    sessions = list(sessions)
    calendar = _calendar()
    calendar.add("name", _("Learning set sessions"))
    calendar.add("x-wr-calname", _("Learning set sessions"))
    calendar.add("x-wr-timezone", owner.time_zone)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    _add_zones(calendar, sessions)
    if not sessions:  # a calendar with nothing in it is not valid
        calendar.add_component(vtimezone(owner.time_zone, changed_at, changed_at))
    for session in sessions:
        event = _event(session, now=changed_at)
        _say_when(event, session)
        _say_where(event, session)
        calendar.add_component(event)
    return _as_text(calendar)


def organiser_address(session: Session, to: User) -> str:
    address: str = settings.CALENDAR_ADDRESS
    return address.replace("{token}", _token(session, to))


def is_organiser_address(address: str, session: Session, to: User) -> bool:
    """Whether this is the address we gave to this person for this session."""
    return constant_time_compare(address.lower(), organiser_address(session, to).lower())


def _token(session: Session, to: User) -> str:
    return salted_hmac("sessions.calendar", f"{session.pk}.{to.pk}", algorithm="sha256").hexdigest()[:24]


def _calendar(method: str = "") -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    return calendar


def _event(session: Session, *, now: datetime) -> Event:
    event = Event()
    event.add("uid", uid_of(session))
    event.add("sequence", session.revision)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("summary", _summary(session))
    event.add("class", "PRIVATE")
    return event


def _invited(session: Session, to: User, *, now: datetime) -> Event:
    event = _event(session, now=now)
    organiser = vCalAddress(f"mailto:{organiser_address(session, to)}")
    organiser.params["CN"] = vText(_plain(session.learning_set.name) if _is_named(session) else _("Learning set"))
    event["organizer"] = organiser
    attendee = vCalAddress(f"mailto:{to.email}")
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    event["attendee"] = attendee
    return event


def _summary(session: Session) -> str:
    words = _("Learning set session")
    return f"{words}: {_plain(session.learning_set.name)}" if _is_named(session) else words


def _is_named(session: Session) -> bool:
    return session.learning_set.name_in_calendars


def _say_when(event: Event, session: Session) -> None:
    """By the clock of the session's place; in UTC where that clock shows the same time twice: readers would differ."""
    tz = ZoneInfo(session.time_zone)
    local = [at.astimezone(tz) for at in (session.starts_at, session.ends_at)]
    in_utc = session.time_zone == "UTC" or any(_shows_twice(at) for at in local)
    for name, at in zip(("dtstart", "dtend"), local, strict=True):
        event.add(name, at.astimezone(UTC) if in_utc else at)


def _shows_twice(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _say_where(event: Event, session: Session) -> None:
    page = settings.SITE_URL + session.get_absolute_url()
    link = _plain(session.link)
    where = ", ".join(part for part in (_plain(session.place), link) if part)
    if where:
        event.add("location", where)
    event.add("description", f"{link}\n\n{page}" if link else page)
    event.add("url", page)
    event.add("transp", "OPAQUE")


def _add_zones(calendar: Calendar, sessions: list[Session]) -> None:
    spans: dict[str, list[datetime]] = {}
    for session in sessions:
        spans.setdefault(session.time_zone, []).append(session.starts_at)
    for zone, starts in sorted(spans.items()):
        if zone != "UTC":
            calendar.add_component(vtimezone(zone, min(starts) - ROUND_ABOUT, max(starts) + ROUND_ABOUT))


def _plain(text: str) -> str:
    """One line of visible characters: a calendar's lines end where ours do, and nowhere else."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())


def _as_text(calendar: Calendar) -> str:
    written: Any = calendar.to_ical()
    return str(written.decode())


@lru_cache(maxsize=4)
def _host(site_url: str) -> str:
    return urlsplit(site_url).hostname or "localhost"
