"""What the set is told of its sessions: when, where, and a link. Never a topic, nor who presents."""

from typing import Any

from django.utils import timezone

from als_project.outbox.kinds import MessageKind, register
from als_project.outbox.models import Message
from sessions.models import Bid, Session
from sets.models import Membership
from sets.models.membership import MembershipQuerySet


class AboutSession(MessageKind):
    """Leaves while its person is still in the set, and the session still stands at the date it was written for."""

    def context(self, message: Message) -> dict[str, Any] | None:
        session = Session.objects.filter(pk=message.about or 0).select_related("learning_set").first()
        if session is None or not self.still_stands(session, message) or not self.concerns(session, message):
            return None
        return {"session": session, "learning_set": session.learning_set}

    def still_stands(self, session: Session, message: Message) -> bool:
        same_date = message.key.startswith(f"{self.name}:{session.occasion}:")
        return same_date and session.is_scheduled and session.starts_at > timezone.now()

    def concerns(self, session: Session, message: Message) -> bool:
        return self.memberships(session, message).exists()

    def memberships(self, session: Session, message: Message) -> MembershipQuerySet:
        return Membership.objects.present().filter(learning_set=session.learning_set, user=message.to)


@register
class Scheduled(AboutSession):
    name = "sessions.scheduled"


@register
class Moved(AboutSession):
    name = "sessions.moved"


@register
class Cancelled(AboutSession):
    name = "sessions.cancelled"

    def still_stands(self, session: Session, message: Message) -> bool:
        return session.is_cancelled


@register
class Reminder(AboutSession):
    name = "sessions.reminder"

    def concerns(self, session: Session, message: Message) -> bool:
        sent_apologies = session.attendances.apologies().filter(user=message.to)
        return super().concerns(session, message) and not sent_apologies.exists()


@register
class TopicPrompt(AboutSession):
    name = "sessions.topic_prompt"

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
