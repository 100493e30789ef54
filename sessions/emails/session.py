"""What the set is told of its sessions: when, where, and a link. Never a topic, nor who presents."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.outbox.kinds import CalendarPart, MessageKind, Way, register
from als_project.outbox.models import Message
from als_project.users.models import User
from sessions import calendar
from sessions.emails import replies
from sessions.emails.answers import answers_to
from sessions.enums import SessionState
from sessions.models import Attendance, Bid, Session
from sessions.services.quorum import is_short, numbers_of
from sets.models import Membership
from sets.models.membership import MembershipQuerySet


class AboutSession(MessageKind):
    """Leaves while its person is still in the set, and the session still stands at the date it was written for."""

    def context(self, message: Message) -> dict[str, Any] | None:
        session = Session.objects.filter(pk=message.about or 0).select_related("learning_set").first()
        if session is None or not self.still_stands(session, message) or not self.concerns(session, message):
            return None
        return {"session": session, "learning_set": session.learning_set}

    def useful_until(self, context: dict[str, Any]) -> datetime | None:
        starts_at: datetime = context["session"].starts_at
        return starts_at

    def still_stands(self, session: Session, message: Message) -> bool:
        same_date = message.key.startswith(f"{self.name}:{session.occasion}:")
        return same_date and session.is_scheduled and session.starts_at > timezone.now()

    def concerns(self, session: Session, message: Message) -> bool:
        return self.memberships(session, message).exists()

    def memberships(self, session: Session, message: Message) -> MembershipQuerySet:
        return Membership.objects.present().filter(learning_set=session.learning_set, user=message.to)


class IntoCalendars(AboutSession):
    """The reader's calendar is told the same. Left out or sent once a week, it would show a date that is wrong."""

    needed = True

    def calendars(self, message: Message, context: dict[str, Any]) -> Sequence[CalendarPart]:
        return invitations([context["session"]], message)


def invitations(sessions: Iterable[Session], message: Message) -> list[CalendarPart]:
    """For the message's reader, each with what they have said of it."""
    sessions, to, now = _with_sets(sessions), message.to, timezone.now()
    said = dict(Attendance.objects.filter(session__in=sessions, user=to).values_list("session", "reply"))
    return [calendar.request(one, to, now=now, said=said.get(one.pk, "")) for one in sessions if to]


def cancellations(sessions: Iterable[Session], message: Message, *, say_when: bool = True) -> list[CalendarPart]:
    to, now = message.to, timezone.now()
    return [calendar.cancel(one, to, now=now, says_when=say_when) for one in _with_sets(sessions) if to]


def _with_sets(sessions: Iterable[Session]) -> list[Session]:
    """One question for the sets of all, instead of one for each."""
    loaded = list(sessions)
    prefetch_related_objects(loaded, "learning_set")
    return loaded


@register
class Scheduled(IntoCalendars):
    name = "sessions.scheduled"
    title = _("A session is scheduled")


def sooner(message: Message, starts_at: datetime) -> datetime:
    """The earlier of the date that the message gives up, sealed in it, and the new one. What is past doesn't count."""
    was = datetime.fromisoformat(message.sealed) if message.sealed else starts_at
    return min(was, starts_at) if was > timezone.now() else starts_at


@register
class Moved(IntoCalendars):
    """Of use until people would set out for the earlier date."""

    name = "sessions.moved"
    title = _("A session has changed")

    def context(self, message: Message) -> dict[str, Any] | None:
        context = super().context(message)
        return {**context, "until": sooner(message, context["session"].starts_at)} if context else None

    def useful_until(self, context: dict[str, Any]) -> datetime | None:
        until: datetime = context["until"]
        return until


@register
class Cancelled(IntoCalendars):
    name = "sessions.cancelled"
    title = _("A session is cancelled")

    def still_stands(self, session: Session, message: Message) -> bool:
        """Also while it would have been going on: who is there, and waits, may still look."""
        return session.is_cancelled and session.ends_at > timezone.now()

    def calendars(self, message: Message, context: dict[str, Any]) -> Sequence[CalendarPart]:
        return cancellations([context["session"]], message)


@register
class Joined(IntoCalendars):
    """To a newcomer, of what was scheduled before they came."""

    name = "sessions.joined"
    title = _("A session that was scheduled before you came")


@register
class Left(IntoCalendars):
    """To somebody whose time in the set has ended: the entry goes, and says nothing that they have not been told."""

    name = "sessions.left"
    title = _("A session is taken out of your calendar")

    def still_stands(self, session: Session, message: Message) -> bool:
        return session.starts_at > timezone.now() and (session.is_scheduled or session.is_cancelled)

    def concerns(self, session: Session, message: Message) -> bool:
        return not super().concerns(session, message)

    def context(self, message: Message) -> dict[str, Any] | None:
        context = super().context(message)
        return {"session": context["session"]} if context else None

    def calendars(self, message: Message, context: dict[str, Any]) -> Sequence[CalendarPart]:
        session = context["session"]
        return cancellations([session], message, say_when=message.sealed == str(session.revision))


class WithAnswers(AboutSession):
    """Can be answered from the mail."""

    def context(self, message: Message) -> dict[str, Any] | None:
        context = super().context(message)
        membership = context and message.to and Membership.objects.present_in(context["learning_set"], message.to)
        return {**context, "answers": answers_to(context["session"], membership)} if context and membership else None


@register
class Reminder(WithAnswers):
    name = "sessions.reminder"
    title = _("A reminder of the next session")

    def concerns(self, session: Session, message: Message) -> bool:
        sent_apologies = session.attendances.apologies().filter(user=message.to)
        return super().concerns(session, message) and not sent_apologies.exists()


@register
class TopicPrompt(WithAnswers):
    name = "sessions.topic_prompt"
    title = _("Would you like to bring a topic?")
    takes_replies = True

    def ways_on(self, writer: User, about: int) -> Sequence[Way]:
        return replies.ways_on(writer, about)

    def concerns(self, session: Session, message: Message) -> bool:
        """A member who has neither bid nor said that there is nothing this time."""
        return (
            self.memberships(session, message).members().exists()
            and not session.attendances.declining_topics().filter(user=message.to).exists()
            and not Bid.objects.standing().filter(session=session, member=message.to).exists()
        )


@register
class TopicNudge(TopicPrompt):
    name = "sessions.topic_nudge"
    title = _("Would you like to bring a topic? Asked once more")


@register
class BelowMinimum(AboutSession):
    """To those who look after the set. Gone when enough are coming after all, or they have decided."""

    name = "sessions.below_minimum"
    title = _("Fewer are coming than your set agreed on")

    def context(self, message: Message) -> dict[str, Any] | None:
        context = super().context(message)
        return {**context, **numbers_of(context["session"])} if context else None

    def concerns(self, session: Session, message: Message) -> bool:
        caring = Membership.objects.looking_after().filter(learning_set=session.learning_set, user=message.to)
        return caring.exists() and session.runs_anyway_at is None and is_short(session)


@register
class RecordReady(MessageKind):
    """To those who took part. Gone when they may not read it any more."""

    name = "sessions.record_ready"
    title = _("The record of a session is ready")
    stale_after = timedelta(days=7)

    def context(self, message: Message) -> dict[str, Any] | None:
        if message.to is None:
            return None
        readable = Session.objects.readable_by(message.to).filter(state=SessionState.CLOSED)
        session = readable.select_related("learning_set").filter(pk=message.about or 0).first()
        return {"session": session, "learning_set": session.learning_set} if session else None
