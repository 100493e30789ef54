"""The link in a mail by which one person answers one poll, without signing in.

It is signed over the poll and the membership: it works until the deadline, for that person, while they belong to the
set. Looking at it changes nothing.
"""

from datetime import datetime

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import gettext as _

from als_project.refusals import Refused
from sessions.models import Poll
from sets.models import Membership

signer = Signer(salt="sessions.poll", sep=".")


class LinkForged(Exception):
    """The link was not made by us, or not whole; or its person has left the set."""


class LinkGone(Refused):
    """The link was good once."""


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
