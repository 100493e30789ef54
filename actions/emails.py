"""The messages about actions. None says what the action is, whose it is or who supports it: they say where to look."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actions import replies
from actions.answers import answers_about, answers_to
from actions.enums import SupportState
from actions.models import Action
from actions.services import checking, reminding, supporting
from als_project.outbox.kinds import MessageKind, Way, register
from als_project.outbox.models import Message
from als_project.users.models import User
from sessions.models import Session
from sessions.services.prompting import key_for


@register
class CheckIn(MessageKind):
    """To an owner who asked for it. Gone when they chose another day or none, have finished, or may not read it now."""

    name = checking.KIND
    title = _("How it is going, asked in between where you wish it")
    stale_after = timedelta(days=3)
    takes_replies = True

    def ways_on(self, writer: User, about: int) -> Sequence[Way]:
        return replies.ways_on_check(writer, about)

    def context(self, message: Message) -> dict[str, Any] | None:
        if message.to is None:
            return None
        rows = Action.objects.visible_to(message.to).owed().owned_by(message.to).filter(pk=message.about or 0)
        action = rows.select_related("learning_set", "owner").first()
        if action is None or message.key != checking.key_for(action):
            return None
        answers = answers_about(action, expires=checking.asks_until(action, now=timezone.now()))
        return {"action_id": action.pk, "learning_set": action.learning_set, "answers": answers}


class AboutSupport(MessageKind):
    """Leaves while the action is under way, this asking and its answer still stand, and the reader may read it."""

    answers: tuple[SupportState, ...]

    def context(self, message: Message) -> dict[str, Any] | None:
        if message.to is None or message.about is None:
            return None
        rows = Action.objects.visible_to(message.to).owed().filter(support__in=self.answers)
        action = rows.select_related("learning_set").filter(pk=message.about).first()
        if action is None or message.key != f"{self.name}:{supporting.cause_of(action)}:to:{message.to.pk}":
            return None
        return {"action_id": action.pk, "learning_set": action.learning_set}


@register
class SupportAsked(AboutSupport):
    name = "actions.support_asked"
    title = _("Somebody would like your support")
    answers = (SupportState.ASKED,)


@register
class SupportAnswered(AboutSupport):
    name = "actions.support_answered"
    title = _("An answer from somebody you asked for support")
    answers = (SupportState.ACCEPTED, SupportState.DECLINED)


@register
class SupporterLeft(AboutSupport):
    name = "actions.supporter_left"
    title = _("Somebody you asked for support has left")
    answers = (SupportState.LEFT,)


@register
class ReportBackReminder(MessageKind):
    name = reminding.KIND
    title = _("A reminder to report back")
    takes_replies = True

    def ways_on(self, writer: User, about: int) -> Sequence[Way]:
        return replies.ways_on_reminder(writer, about)

    def useful_until(self, context: dict[str, Any]) -> datetime | None:
        starts_at: datetime = context["session"].starts_at
        return starts_at

    def context(self, message: Message) -> dict[str, Any] | None:
        """Gone when the session was moved, held or cancelled, and when the person has reported or left."""
        if message.to is None or message.about is None:
            return None
        session = Session.objects.select_related("learning_set").filter(pk=message.about).first()
        if session is None or message.key != key_for(self.name, session, message.to):
            return None
        if not session.is_scheduled or session.starts_at < timezone.now():
            return None
        if not reminding.who_owes(session).filter(pk=message.to.pk).exists():
            return None
        return {
            "session": session,
            "learning_set": session.learning_set,
            "answers": answers_to(session, message.to),
        }
