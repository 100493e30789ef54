"""What can be done with a reply by mail to a prompt for topics: offer it, or keep it for oneself."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from als_project.outbox.kinds import Way
from als_project.users.models import User
from sessions.models import Session
from sessions.services.bidding import why_no_bids
from sets.models import Membership
from sets.permissions import takes_part

KINDS = ("sessions.topic_prompt", "sessions.topic_nudge")


def replies_about(session: Session) -> Q:
    return Q(kind__in=KINDS, about=session.pk)


def ways_on(writer: User, session_pk: int) -> list[Way]:
    """Nothing for somebody who has left, or once the session is over."""
    session = Session.objects.select_related("learning_set").filter(pk=session_pk).first()
    if session is None or session.is_closed or session.is_cancelled:
        return []
    membership = Membership.objects.present_in(session.learning_set, writer)
    if membership is None or not takes_part(membership):
        return []
    prepare = Way(_("Keep it as my preparation"), reverse("sessions:preparation", args=[session.pk]))
    offer = Way(_("Offer it as a topic"), reverse("sessions:offer", args=[session.pk]))
    return [prepare] if why_no_bids(session) else [offer, prepare]
