"""Answers that calendars send back (iTIP METHOD:REPLY): read with suspicion, then taken as the person's own reply.

Anybody can write to the mailbox. An answer counts when it comes from the address of a present member, about the date
the session has now, after anything they have said since. What is ignored is logged by its reason, never its content.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message as Mail
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.db import transaction
from icalendar import Calendar, Event

from als_project.inbox import senders
from als_project.inbox import services as inbox
from als_project.users.models import User
from sessions import calendar
from sessions.enums import Reply
from sessions.models import Attendance, Session
from sessions.services import replying
from sessions.services.holding import hold
from sets.models import Membership

log = logging.getLogger(__name__)

# An answer is a page of text. More is not read.
MOST_BYTES, MOST_LINES = 200_000, 2_000
TYPES = ("text/calendar", "application/ics")
MEANS = {partstat: reply for reply, partstat in calendar.SAID.items()}


class Ignored(Exception):
    """It changes nothing, and why: in our words, none of theirs."""


@dataclass(frozen=True)
class Answer:
    """What somebody's calendar says they said. Nothing in it is known to be true."""

    session_pk: int
    sequence: int
    sender: str
    attendee: str
    organiser: str
    said: Reply
    said_at: datetime


def read_mailbox(*, now: datetime) -> int:
    """Every unread answer of a calendar or a person has been taken or ignored, and put away. Returns how many."""
    return inbox.read_mailbox(otherwise=lambda mail: handle(mail, now=now), now=now)


def handle(mail: Mail | None, *, now: datetime) -> None:
    """One message, None for one that is too large; what it did is logged by ids and reasons."""
    try:
        if mail is None:
            raise Ignored("it is too long")
        taken = take(read(mail), now=now)
    except Ignored as reason:
        log.info("A calendar's answer was ignored: %s.", reason)
    else:
        log.info("A calendar's answer was taken for session %s.", taken.session_id)


def read(mail: Mail) -> Answer:
    """The answer in a mail. Raises Ignored for any other mail, and for what can't be read or trusted."""
    try:
        if senders.is_disowned(mail):
            raise Ignored("its sender's domain disowns it")
        return _answer(mail, _event_in(_calendar_text(mail)))
    except Ignored:
        raise
    except Exception as error:  # a mail can hold anything, and its parsers raise whatever they stumble over
        raise Ignored("it can't be read") from error


@transaction.atomic
def take(answer: Answer, *, now: datetime) -> Attendance:
    """The person's reply stands as they said in their calendar. Raises Ignored. Taken twice it is taken once."""
    person = _member(answer)
    session = hold(Session(pk=answer.session_pk))
    if not calendar.is_organiser_address(answer.organiser, session, person) and "{token}" in settings.CALENDAR_ADDRESS:
        raise Ignored("it answers nothing we sent them")
    if answer.sequence != session.revision:
        raise Ignored("it answers an earlier date")
    before = Attendance.objects.filter(session=session, user=person).first()
    said_at = min(answer.said_at, now)
    if before and before.replied_at and said_at <= before.replied_at:
        raise Ignored("they have said something since")
    try:
        return replying.reply(session=session, by=person, reply=answer.said, now=said_at)
    except replying.TooLateToReply as refusal:
        raise Ignored("it comes too late") from refusal


def _member(answer: Answer) -> User:
    """The present member whom the mail came from and is about."""
    sets = Session.objects.filter(pk=answer.session_pk).values("learning_set")
    present = Membership.objects.present().filter(learning_set__in=sets, user__is_active=True)
    membership = present.select_related("user").filter(user__email__iexact=answer.sender).first()
    if membership is None or answer.attendee != answer.sender:
        raise Ignored("it is not from somebody who was invited")
    return membership.user


def _calendar_text(mail: Mail) -> str:
    for part in mail.walk():
        if part.get_content_type() in TYPES:
            content = part.get_payload(decode=True)
            if not isinstance(content, bytes) or len(content) > MOST_BYTES or content.count(b"\n") > MOST_LINES:
                raise Ignored("it is too long")
            return content.decode(errors="replace")
    raise Ignored("it holds no calendar")


def _event_in(text: str) -> Event:
    read = Calendar.from_ical(text)
    if str(read.get("method", "")).upper() != "REPLY" or len(read.events) != 1:
        raise Ignored("it is no answer")
    return read.events[0]


def _answer(mail: Mail, event: Event) -> Answer:
    session_pk = calendar.session_pk_in(str(event["uid"]))
    if session_pk is None:
        raise Ignored("it is about nothing of ours")
    attendee = event["attendee"]
    sender = senders.sender_of(mail)
    if isinstance(attendee, list) or not sender:
        raise Ignored("it speaks for several people")
    said = MEANS.get(str(attendee.params.get("PARTSTAT", "")).upper())
    if said is None:
        raise Ignored("it says neither yes nor no nor perhaps")
    return Answer(
        session_pk=session_pk,
        sequence=int(event.get("sequence", 0)),
        sender=sender,
        attendee=_address(attendee),
        organiser=_address(event.get("organizer", "")),
        said=said,
        said_at=max(_said_at(mail, event)),
    )


def _address(value: object) -> str:
    return str(value).strip().lower().removeprefix("mailto:")


def _said_at(mail: Mail, event: Event) -> list[datetime]:
    """Some calendars stamp their answer with the invitation's time: then the mail's own counts."""
    stamp = getattr(event["dtstamp"], "dt", None)
    times = [stamp] if isinstance(stamp, datetime) else []
    if mail["Date"]:
        times.append(parsedate_to_datetime(str(mail["Date"])))
    return [(at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC) for at in times]
