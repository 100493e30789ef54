"""Calendars as their readers see them: two parsers that know nothing of what wrote the text, and of each other."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import icalendar
import vobject
from dateutil.tz import tzical
from django.core.mail import EmailMultiAlternatives

from als_project.users.models import User


def calendar_text(mail: EmailMultiAlternatives) -> str:
    """The calendar's part of a mail, as it arrives."""
    (text,) = calendar_texts(mail)
    return text


def calendar_texts(mail: EmailMultiAlternatives) -> list[str]:
    """Decoded from the bytes that were sent."""
    parts = [part for part in mail.message().walk() if part.get_content_type() == "text/calendar"]
    return [bytes(part.get_payload(decode=True)).decode(part.get_content_charset() or "") for part in parts]


def method_of(mail: EmailMultiAlternatives) -> str:
    """As the mail's headers say it: calendars look there first."""
    (part,) = [part for part in mail.message().walk() if part.get_content_type() == "text/calendar"]
    return str(part.get_param("method"))


def to(person: User, mailbox: list[EmailMultiAlternatives]) -> list[EmailMultiAlternatives]:
    return [mail for mail in mailbox if mail.to == [person.email]]


def the_event(text: str) -> icalendar.Event:
    (event,) = icalendar.Calendar.from_ical(text).events
    return event


def by_vobject(text: str) -> Any:
    return vobject.readOne(text).vevent


def starts_of(text: str) -> set[datetime]:
    """When the entry begins, by each of three readers."""
    return _instants(text, "dtstart")


def ends_of(text: str) -> set[datetime]:
    return _instants(text, "dtend")


def _instants(text: str, name: str) -> set[datetime]:
    """icalendar takes the clock from the zone's name; dateutil and vobject from the VTIMEZONE in the text alone."""
    at = the_event(text)[name]
    read = vobject.readOne(text)
    shown = getattr(read.vevent, name).value
    if "TZID" not in at.params:
        return {at.dt.astimezone(UTC), shown.astimezone(UTC)}
    zone = tzical(StringIO(text)).get(at.params["TZID"])
    clocks = (at.dt, at.dt.replace(tzinfo=zone), shown.replace(tzinfo=read.vtimezone.tzinfo))
    return {clock.astimezone(UTC) for clock in clocks}
