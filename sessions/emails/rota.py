"""Turns to facilitate or host, by mail: when, and a link. Never who."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.outbox.kinds import MessageKind, register
from als_project.outbox.models import Message
from sessions.enums import TurnState
from sessions.models import TurnRequest
from sets.models import Membership


class AboutTurn(MessageKind):
    """Leaves while its person is in the set, and the session is still to come."""

    def context(self, message: Message) -> dict[str, Any] | None:
        request = TurnRequest.objects.with_sessions().filter(pk=message.about or 0).first()
        if request is None or message.to is None or not self.stands(request):
            return None
        session = request.session
        present = Membership.objects.present_in(session.learning_set, message.to)
        if present is None or not session.is_scheduled or session.starts_at <= timezone.now():
            return None
        takes = message.to == request.taker
        return {
            "learning_set": session.learning_set,
            "session": session,
            "takes": session if takes else request.in_return,
            "gives": request.in_return if takes else session,
            "accepted": request.state == TurnState.ACCEPTED,
        }

    def useful_until(self, context: dict[str, Any]) -> datetime | None:
        """The first of the dates it is about begins."""
        dates = [turn.starts_at for turn in (context["takes"], context["gives"]) if turn]
        return min((date for date in dates if date > timezone.now()), default=None)

    def stands(self, request: TurnRequest) -> bool:
        raise NotImplementedError


@register
class TurnAsked(AboutTurn):
    name = "sessions.turn_asked"
    title = _("Somebody asks about your turn to facilitate or host")
    needed = True

    def stands(self, request: TurnRequest) -> bool:
        return request.is_open


@register
class TurnAnswered(AboutTurn):
    name = "sessions.turn_answered"
    title = _("An answer about a turn to facilitate or host")

    def stands(self, request: TurnRequest) -> bool:
        return request.state in (TurnState.ACCEPTED, TurnState.DECLINED)
