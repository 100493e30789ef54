"""The link in a mail by which one person answers one poll, without signing in.

It is signed over the poll and the membership: it works until the deadline, for that person, while they belong to the
set. Looking at it changes nothing. As with the other links in messages its person hears of an answer for which nobody
had signed in: their mail may have gone on to others.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from als_project.outbox import pressing
from als_project.outbox import services as outbox
from als_project.outbox.links import Link, Page, Purpose, register_purpose
from als_project.refusals import Refused
from als_project.users.models import User
from sessions.enums import Answer
from sessions.models import Poll, PollAnswer
from sessions.services import polling
from sets.models import Membership

signer = Signer(salt="sessions.poll", sep=".")


class LinkForged(Exception):
    """The link was not made by us, or not whole; or its person has left the set."""


class LinkGone(Refused):
    """The link was good once."""


@register_purpose
class SaysWhichDates(Purpose):
    """For what its person hears: the link has a page and a signature of its own, and is none of `outbox.links`."""

    name = "sessions.poll"
    says = gettext_lazy("which dates suit you")

    def page(self, link: Link, *, now: datetime) -> Page | None:
        return None


def link_for(poll: Poll, membership: Membership) -> str:
    """The path of the page, without the site's address."""
    return reverse("sessions:answer_by_link", args=[signer.sign(f"{poll.pk}.{membership.pk}")])


def asked_by(token: str, *, now: datetime) -> tuple[Poll, Membership]:
    """The poll that still takes answers, and whose answer is meant. Raises LinkForged, LinkGone."""
    try:
        poll_id, membership_id = signer.unsign(token).split(".")
    except (BadSignature, ValueError) as error:
        raise LinkForged from error
    present = Membership.objects.present().filter(pk=membership_id, user__is_active=True)
    membership = present.select_related("user", "learning_set").first()
    if membership is None:
        raise LinkForged
    poll = Poll.objects.filter(pk=poll_id, learning_set=membership.learning_set_id).first()
    if poll is None:
        raise LinkForged
    if not poll.is_open:
        raise LinkGone(_("This poll is over. Sign in to see what came of it."))
    if not poll.takes_answers(now):
        raise LinkGone(_("The time for answers is over. Whoever looks after the set can give more time."))
    return poll, membership


@transaction.atomic
def answer_by_link(*, poll: Poll, person: User, answers: Mapping[int, Answer], signed_in: bool, now: datetime) -> None:
    """The answers stand. Who did not sign in hears of it, unless they stood already. Raises PollOver, DatesChanged."""
    Poll.objects.select_for_update().get(pk=poll.pk)  # of two presses at once the second finds what stands
    stood = dict(PollAnswer.objects.filter(option__poll=poll, user=person).values_list("option", "answer"))
    polling.answer_poll(poll=poll, by=person, answers=answers, now=now)
    if signed_in or stood == dict(answers):
        return
    key = f"{pressing.KIND}:{SaysWhichDates.name}:{poll.pk}:{now.isoformat()}:to:{person.pk}"
    sealed = json.dumps({"purpose": SaysWhichDates.name, "path": poll.get_absolute_url()})
    outbox.post(kind=pressing.KIND, key=key, to=person, sealed=sealed, due_at=now)
