"""Asking people into a set by mail, and their answer.

A link is signed over the invitation's id and nonce. Sending again changes the nonce: only the newest link works.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from als_project.outbox import services as outbox
from als_project.refusals import Refused
from als_project.users.models import User
from sets.models import Invitation, LearningSet, Membership
from sets.models.membership import new_nonce
from sets.services._ground import caretaker, hold, make_room

LASTS = timedelta(days=30)
signer = Signer(salt="sets.invitation", sep=".")


class InvitationForged(Exception):
    """The link was not made by us, or not whole."""


class InvitationGone(Refused):
    """The link was good once."""


class InvitationUsed(InvitationGone):
    pass


class InvitationWithdrawn(InvitationGone):
    pass


class InvitationExpired(InvitationGone):
    pass


class InvitationReplaced(InvitationGone):
    pass


def link_for(invitation: Invitation) -> str:
    """The path of the invitation's page, without the site's address."""
    return reverse("sets:invitation", args=[signer.sign(f"{invitation.pk}.{invitation.nonce}")])


def invitation_for(token: str, now: datetime) -> Invitation:
    """The open invitation a link leads to. Raises InvitationForged, or an InvitationGone saying what became of it."""
    try:
        pk, nonce = signer.unsign(token).split(".")
    except (BadSignature, ValueError) as error:
        raise InvitationForged from error
    invitation = Invitation.objects.select_related("learning_set", "invited_by").filter(pk=pk).first()
    if invitation is None:
        raise InvitationForged
    _check_open(invitation, nonce=nonce, now=now)
    return invitation


def _check_open(invitation: Invitation, *, nonce: str, now: datetime) -> None:
    if invitation.accepted_at:
        raise InvitationUsed(_("This invitation has been accepted. It works once."))
    if invitation.withdrawn_at:
        raise InvitationWithdrawn(_("This invitation was withdrawn."))
    if invitation.nonce != nonce:
        raise InvitationReplaced(_("This invitation was sent again later: use the link in the newest message."))
    if invitation.expires_at <= now:
        raise InvitationExpired(_("This invitation has expired. Ask whoever invited you to send it again."))


@transaction.atomic
def invite(
    *,
    learning_set: LearningSet,
    by: User,
    emails: Sequence[str],
    as_facilitator: bool,
    now: datetime,
    as_member: bool = True,
) -> list[Invitation]:
    """One open invitation for each address, its message queued. An expired one to the same address is begun anew.

    Raises SetIsFull, or Refused for an address that is in the set or invited already; then nobody is invited.
    """
    held = hold(learning_set)
    caretaker(held, by)
    if held.is_closed:
        raise Refused(_("This set has closed. Open it again before you invite anybody."))
    addresses = list(dict.fromkeys(email.lower() for email in emails))
    refuse_known(held, addresses, now=now)
    if as_facilitator and held.is_self_facilitated:
        raise Refused(_("This set goes on without a facilitator. Invite members, or name a facilitator first."))
    make_room(held, for_more=len(addresses) if as_member else 0, now=now)
    held.invitations.undecided().filter(email__in=addresses).update(withdrawn_at=now)
    invitations = Invitation.objects.bulk_create(
        Invitation(
            learning_set=held,
            email=address,
            as_member=as_member,
            as_facilitator=as_facilitator,
            invited_by=by,
            sent_at=now,
            expires_at=now + LASTS,
        )
        for address in addresses
    )
    for invitation in invitations:
        _post(invitation)
    return invitations


def known(learning_set: LearningSet, *, now: datetime) -> dict[str, str]:
    """Addresses that need no invitation, each with the reason why."""
    invited = learning_set.invitations.open(now).values_list("email", flat=True)
    present = learning_set.memberships.present().values_list("user__email", flat=True)
    reasons = dict.fromkeys((email.lower() for email in invited), _("is invited already"))
    return reasons | dict.fromkeys((email.lower() for email in present), _("belongs to this set already"))


def refuse_known(learning_set: LearningSet, addresses: Sequence[str], *, now: datetime) -> None:
    reasons = known(learning_set, now=now)
    for address in addresses:
        if address in reasons:
            raise Refused(f"{address} {reasons[address]}.")


@transaction.atomic
def resend(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """The invitation open for another thirty days under a new link; links sent before say that they were replaced."""
    held = hold(invitation.learning_set)
    caretaker(held, by)
    fresh = _undecided(invitation)
    if fresh.as_member and fresh.expires_at <= now:
        make_room(held, for_more=1, now=now)
    fresh.nonce, fresh.sent_at, fresh.expires_at, fresh.invited_by = new_nonce(), now, now + LASTS, by
    fresh.save(update_fields=["nonce", "sent_at", "expires_at", "invited_by"])
    _post(fresh)
    return fresh


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User, now: datetime) -> None:
    """The invitation can't be accepted any more; a message that has not left yet does not leave."""
    caretaker(hold(invitation.learning_set), by)
    fresh = _undecided(invitation)
    fresh.withdrawn_at = now
    fresh.save(update_fields=["withdrawn_at"])


@transaction.atomic
def accept(*, invitation: Invitation, by: User, now: datetime) -> Membership:
    """The acting person belongs to the set in the roles they were invited to. Of two who accept at once, one does."""
    held = hold(invitation.learning_set)
    fresh = Invitation.objects.select_for_update().get(pk=invitation.pk)
    _check_open(fresh, nonce=invitation.nonce, now=now)
    if held.memberships.present().filter(user=by).exists():
        raise Refused(_("You belong to this set already."))
    fresh.accepted_at, fresh.accepted_by = now, by
    fresh.save(update_fields=["accepted_at", "accepted_by"])
    make_room(held, for_more=1 if fresh.as_member else 0, now=now)
    return Membership.objects.create(
        learning_set=held, user=by, is_member=fresh.as_member, is_facilitator=fresh.as_facilitator, joined_at=now
    )


def _undecided(invitation: Invitation) -> Invitation:
    fresh = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if fresh.accepted_at:
        raise InvitationUsed(_("%(email)s has accepted meanwhile.") % {"email": fresh.email})
    if fresh.withdrawn_at:
        raise InvitationWithdrawn(_("The invitation to %(email)s was withdrawn already.") % {"email": fresh.email})
    return fresh


def _post(invitation: Invitation) -> None:
    key = f"sets.invitation:{invitation.pk}:{invitation.nonce}"
    outbox.post(kind="sets.invitation", key=key, address=invitation.email, about=invitation.pk)
