"""The messages of this floor. Each looks again, as it leaves, whether its reason still stands."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from als_project.outbox import services as outbox
from als_project.outbox.addresses import when_refused
from als_project.outbox.kinds import MessageKind, register
from als_project.outbox.models import Message
from sets.attention import attention_for
from sets.enums import Ending
from sets.models import GroundRules, Invitation, LearningSet, Membership
from sets.services import weekly
from sets.services.inviting import link_for


def _own_set(message: Message) -> LearningSet | None:
    """What the message is about, while the person it goes to belongs to it."""
    learning_set = LearningSet.objects.filter(pk=message.about or 0).first()
    if learning_set is None or message.to is None:
        return None
    return learning_set if Membership.objects.present_in(learning_set, message.to) else None


@register
class InvitationToASet(MessageKind):
    """To an address, with the link that accepts. Gone when it is decided, expired or sent again under a newer link."""

    name = "sets.invitation"
    title = _("An invitation to a set")
    needed = True

    def context(self, message: Message) -> dict[str, Any] | None:
        open_ones = Invitation.objects.open(timezone.now()).select_related("learning_set", "invited_by")
        invitation = open_ones.filter(pk=message.about or 0).first()
        if invitation is None or not message.key.endswith(f":{invitation.nonce}"):
            return None
        return {
            "invitation": invitation,
            "learning_set": invitation.learning_set,
            "link": settings.SITE_URL + link_for(invitation),
            "time_zone": invitation.learning_set.time_zone,
        }


@register
class RulesChanged(MessageKind):
    """To each present person but the publisher. Gone when they agreed already, or a newer version is in force."""

    name = "sets.rules_changed"
    title = _("The ground rules of your set have changed")
    needed = True

    def context(self, message: Message) -> dict[str, Any] | None:
        rules = GroundRules.objects.published().select_related("learning_set").filter(pk=message.about or 0).first()
        if rules is None:
            return None
        waiting = Membership.objects.yet_to_agree().filter(learning_set=rules.learning_set, user=message.to)
        in_force = rules.learning_set.ground_rules.published().first()
        if rules != in_force or not waiting.exists():
            return None
        return {"learning_set": rules.learning_set, "number": rules.number}


@register
class Removed(MessageKind):
    """To someone who was removed, without reasons. Gone when they belong to the set again."""

    name = "sets.removed"
    title = _("You no longer belong to a set")
    needed = True

    def context(self, message: Message) -> dict[str, Any] | None:
        ended = Membership.objects.filter(pk=message.about or 0, ending=Ending.REMOVED).select_related("learning_set")
        membership = ended.first()
        if membership is None or Membership.objects.present_in(membership.learning_set, membership.user):
            return None
        return {"learning_set": membership.learning_set}


@register
class HandedOver(MessageKind):
    """To whom the facilitation was handed. Gone when they no longer facilitate."""

    name = "sets.handed_over"
    title = _("You now facilitate a set")
    needed = True

    def context(self, message: Message) -> dict[str, Any] | None:
        facilitating = Membership.objects.present().facilitators().select_related("learning_set")
        membership = facilitating.filter(pk=message.about or 0).first()
        return {"learning_set": membership.learning_set} if membership else None


@register
class SelfFacilitated(MessageKind):
    """To each member of a set that goes on without a facilitator. Gone when it has one again, or they left."""

    name = "sets.self_facilitated"
    title = _("Your set goes on self-facilitated")
    needed = True

    def context(self, message: Message) -> dict[str, Any] | None:
        learning_set = _own_set(message)
        if learning_set is None or not learning_set.is_self_facilitated:
            return None
        return {"learning_set": learning_set, "rules": learning_set.ground_rules.published().exists()}


class Agreed(MessageKind):
    """What somebody has noted that the set agreed on, to its people. Gone when it holds no more, or they left."""

    needed = True

    def context(self, message: Message) -> dict[str, Any] | None:
        learning_set = _own_set(message)
        if learning_set is None or f":{self.agreement(learning_set)}:" not in message.key:
            return None
        return {"learning_set": learning_set, "noted_by": message.sealed}

    def agreement(self, learning_set: LearningSet) -> str:
        """Names what holds, as the message's key does what held."""
        raise NotImplementedError


@register
class EndOfFacilitation(Agreed):
    """To everyone: from what day the set goes on by itself, or that it does not after all.

    Of several in one night the last counts, also where an earlier one named the same day. While the set is closed no
    such day comes; when it is opened again, that message says which holds.
    """

    name = "sets.end_of_facilitation"
    title = _("From when your set goes on self-facilitated")

    def context(self, message: Message) -> dict[str, Any] | None:
        context = super().context(message)
        later = Message.objects.filter(kind=self.name, to=message.to, about=message.about, pk__gt=message.pk)
        if context is None or later.exists():
            return None
        learning_set = context["learning_set"]
        return None if learning_set.is_closed and learning_set.self_facilitated_from else context

    def agreement(self, learning_set: LearningSet) -> str:
        return learning_set.end_of_facilitation


@register
class NotesAgreed(Agreed):
    """To everyone but who noted it."""

    name = "sets.notes_agreed"
    title = _("How long notes are kept in your set has changed")

    def agreement(self, learning_set: LearningSet) -> str:
        return learning_set.notes_agreement


@register
class Closed(Agreed):
    """To everyone but who closed the set. It names the day that holds when it leaves."""

    name = "sets.closed"
    title = _("Your set has closed")

    def agreement(self, learning_set: LearningSet) -> str:
        return learning_set.closing


@register
class ReadLonger(Agreed):
    """To everyone but who noted that what was said in the closed set can be read until a later day.

    Gone where they heard only after that, by night for one, that the set has closed: of the later day already.
    """

    name = "sets.read_longer"
    title = _("What was said in your set can be read longer")

    def context(self, message: Message) -> dict[str, Any] | None:
        told_since = Message.objects.filter(to=message.to, sent_at__gt=message.created_at)
        if told_since.filter(kind=Closed.name, about=message.about).exists():
            return None
        return super().context(message)

    def agreement(self, learning_set: LearningSet) -> str:
        return learning_set.reading


@register
class OpenedAgain(MessageKind):
    """To each present person but who opened the set again. Gone when it has closed once more, or they left."""

    name = "sets.opened_again"
    title = _("Your set goes on")
    needed = True

    def context(self, message: Message) -> dict[str, Any] | None:
        learning_set = _own_set(message)
        if learning_set is None or learning_set.is_closed:
            return None
        return {"learning_set": learning_set, "noted_by": message.sealed}


@register
class AddressRefused(MessageKind):
    """To those who look after a set of somebody whose address takes no mail. Gone when it does, or they have left."""

    name = "sets.address_refused"
    title = _("Messages don’t reach somebody in your set")

    def context(self, message: Message) -> dict[str, Any] | None:
        unreachable = Membership.objects.present().unreachable().select_related("learning_set")
        membership = unreachable.filter(pk=message.about or 0).first()
        if membership is None:
            return None
        caring = Membership.objects.looking_after().filter(learning_set=membership.learning_set, user=message.to)
        return {"learning_set": membership.learning_set} if caring.exists() else None


@register
class InvitationRefused(MessageKind):
    """To those who look after a set that has invited an address which takes no mail. Gone when either is over."""

    name = "sets.invitation_refused"
    title = _("An invitation could not be delivered")

    def context(self, message: Message) -> dict[str, Any] | None:
        if message.to is None:
            return None
        undelivered = Invitation.objects.open(timezone.now()).unreachable().visible_to(message.to)
        invitation = undelivered.select_related("learning_set").filter(pk=message.about or 0).first()
        return {"learning_set": invitation.learning_set} if invitation else None


@register
class WeeklyView(MessageKind):
    """To those who look after sets. Gone when nothing in any of them needs attention."""

    name = weekly.KIND
    title = _("What in your sets needs attention, once a week")
    is_weekly = True
    stale_after = timedelta(days=6)

    def context(self, message: Message) -> dict[str, Any] | None:
        if message.to is None:
            return None
        with timezone.override(ZoneInfo(message.to.time_zone)):
            found = attention_for(message.to, now=timezone.now())
        return {"looks": found} if found else None


@when_refused
def tell_caretakers(address: str, since: datetime, now: datetime) -> None:
    """Once for each set of its owner, and each that has invited it: whoever looks after it can reach them otherwise.

    Also when its owner came to the set after it had been refused.
    """
    memberships = Membership.objects.present().filter(user__email=address)
    _tell_others(memberships, AddressRefused.name, address, since=since, now=now)
    invitations = Invitation.objects.undecided().to_address(address)
    _tell_others(invitations, InvitationRefused.name, address, since=since, now=now)


def _tell_others(
    rows: Iterable[Membership | Invitation], kind: str, address: str, *, since: datetime, now: datetime
) -> None:
    caring = Membership.objects.looking_after().filter(learning_set__in=[row.learning_set_id for row in rows])
    others = caring.exclude(user__email=address).select_related("user")
    for row in rows:
        people = [one.user for one in others if one.learning_set_id == row.learning_set_id]
        cause = f"{row.pk}:{since.isoformat()}"
        outbox.post_to_each(people, kind=kind, cause=cause, about=row.pk, due_at=now)
