"""Finding a date, by mail: dates in the reader's own zone, and a link that answers for this reader alone."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.outbox.kinds import MessageKind, register
from als_project.outbox.models import Message
from sessions.models import Poll, PollOption
from sessions.services.poll_links import link_for
from sessions.services.poll_prompting import yet_to_answer
from sets.models import Membership
from sets.permissions import looks_after


class AboutPoll(MessageKind):
    """Leaves while the poll is open and its person is in the set."""

    def context(self, message: Message) -> dict[str, Any] | None:
        poll = Poll.objects.open().select_related("learning_set").filter(pk=message.about or 0).first()
        if poll is None or message.to is None:
            return None
        membership = Membership.objects.present_in(poll.learning_set, message.to)
        if membership is None or not self.concerns(poll, membership, message):
            return None
        return {
            "poll": poll,
            "learning_set": poll.learning_set,
            "options": list(self.dates(poll, membership)),
            "link": settings.SITE_URL + link_for(poll, membership),
        }

    def concerns(self, poll: Poll, membership: Membership, message: Message) -> bool:
        raise NotImplementedError

    def dates(self, poll: Poll, membership: Membership) -> Any:
        return poll.options.all()


class Question(AboutPoll):
    """To somebody whose answer is awaited, while it is of use."""

    needed = True

    def concerns(self, poll: Poll, membership: Membership, message: Message) -> bool:
        awaited = PollOption.objects.filter(poll=poll).without_answer_of(membership.user)
        return poll.takes_answers(timezone.now()) and awaited.exists()

    def useful_until(self, context: dict[str, Any]) -> datetime | None:
        deadline: datetime = context["poll"].deadline_at
        return deadline


@register
class PollOpened(Question):
    name = "sessions.poll_opened"
    title = _("Which date suits you?")


@register
class PollChanged(Question):
    """To who had answered a date that is another one now: only what lacks their answer."""

    name = "sessions.poll_changed"
    title = _("Dates to answer again")

    def dates(self, poll: Poll, membership: Membership) -> Any:
        return poll.options.without_answer_of(membership.user)


@register
class PollNudge(PollChanged):
    name = "sessions.poll_nudge"
    title = _("A reminder to answer which date suits you")
    needed = False


class ToCaretaker(AboutPoll):
    def concerns(self, poll: Poll, membership: Membership, message: Message) -> bool:
        return looks_after(membership)


@register
class PollAllAnswered(ToCaretaker):
    """Gone when dates were added meanwhile, or somebody who has not answered joined."""

    name = "sessions.poll_all_answered"
    title = _("Everyone has said which date suits them")

    def concerns(self, poll: Poll, membership: Membership, message: Message) -> bool:
        return super().concerns(poll, membership, message) and yet_to_answer([poll]).get(poll.pk) == []


@register
class PollDeadline(ToCaretaker):
    """Gone when people were given more time meanwhile."""

    name = "sessions.poll_deadline"
    title = _("The time to answer which date suits is over")

    def concerns(self, poll: Poll, membership: Membership, message: Message) -> bool:
        return super().concerns(poll, membership, message) and not poll.takes_answers(timezone.now())
