"""What the set is told of a run of sessions: once, with all its dates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.outbox.kinds import CalendarPart, MessageKind, register
from als_project.outbox.models import Message
from sessions.emails.session import cancellations, invitations, sooner
from sessions.models import Run, Session
from sessions.models.session import SessionQuerySet
from sets.models import LearningSet, Membership


class AboutDates(MessageKind):
    needed = True

    def useful_until(self, context: dict[str, Any]) -> datetime | None:
        until: datetime = context["until"]
        return until


class AboutRun(AboutDates):
    """Leaves while the run stands as it was when this was written. What became of one date has a message of its own."""

    def context(self, message: Message) -> dict[str, Any] | None:
        run = Run.objects.select_related("learning_set").filter(pk=message.about or 0).first()
        if (
            run is None
            or message.to is None
            or not message.key.startswith(f"{self.name}:run:{run.pk}:r{run.revision}:")
        ):
            return None
        to_come = run.sessions.scheduled().filter(starts_at__gt=timezone.now())
        return context_of(message, run.learning_set, list(to_come))

    def calendars(self, message: Message, context: dict[str, Any]) -> Sequence[CalendarPart]:
        return invitations(context["sessions"], message)


@register
class RunScheduled(AboutRun):
    name = "sessions.run_scheduled"
    title = _("Several sessions are scheduled")


@register
class RunMoved(AboutRun):
    name = "sessions.run_moved"
    title = _("Several sessions have changed")


class CancelledTogether(AboutDates):
    """About the first of those that were cancelled at once."""

    def context(self, message: Message) -> dict[str, Any] | None:
        first = Session.objects.select_related("learning_set", "run").filter(pk=message.about or 0).first()
        if first is None or not first.is_cancelled or message.to is None:
            return None
        gone = self.of_the_same(first).filter(cancelled_at=first.cancelled_at, starts_at__gt=timezone.now())
        return context_of(message, first.learning_set, list(gone.order_by("starts_at")))

    def of_the_same(self, first: Session) -> SessionQuerySet:
        raise NotImplementedError

    def calendars(self, message: Message, context: dict[str, Any]) -> Sequence[CalendarPart]:
        return cancellations(context["sessions"], message)


@register
class RunCancelled(CancelledTogether):
    name = "sessions.run_cancelled"
    title = _("Several sessions are cancelled")

    def of_the_same(self, first: Session) -> SessionQuerySet:
        return Session.objects.exclude(run=None).filter(run=first.run_id)


@register
class AllCancelled(CancelledTogether):
    """The set has closed. Where it goes on by the time this leaves, the sessions stay cancelled all the same."""

    name = "sessions.all_cancelled"
    title = _("All sessions are cancelled, because the set has closed")

    def context(self, message: Message) -> dict[str, Any] | None:
        context = super().context(message)
        return context and context | {"has_closed": context["learning_set"].is_closed}

    def of_the_same(self, first: Session) -> SessionQuerySet:
        return Session.objects.filter(learning_set=first.learning_set_id)


def context_of(message: Message, learning_set: LearningSet, sessions: list[Session]) -> dict[str, Any] | None:
    present = Membership.objects.present().filter(learning_set=learning_set, user=message.to)
    if not sessions or not present.exists():
        return None
    first = sessions[0]
    until = sooner(message, first.starts_at)
    return {"learning_set": learning_set, "sessions": sessions, "first": first, "until": until}
