"""Panels of this floor that pages of any floor may place."""

from datetime import datetime
from typing import Any

from django import template
from django.db.models import QuerySet
from django.utils import timezone

from als_project.users.models import User
from als_project.written_once import written_once
from sets.access import own_memberships
from sets.models import Assent, Invitation, Membership, Programme
from sets.permissions import looks_after, may_found
from sets.rule_changes import by_category
from sets.services.inviting import link_for
from sets.services.ruling import as_pairs

register = template.Library()


@register.inclusion_tag("sets/panels/to_agree.html", takes_context=True)
def sets_to_agree(context: template.Context) -> dict[str, Any]:
    """The ground rules that wait for my word: they come before everything else."""
    return {"memberships": [one for one in own_memberships(context["request"]) if one.awaits_agreement]}


@register.inclusion_tag("sets/panels/home.html", takes_context=True)
def sets_home(context: template.Context) -> dict[str, Any]:
    """My sets, what in them waits for me, and what asks for attention in those I look after."""
    user = _reader(context)
    mine = own_memberships(context["request"])
    memberships = sorted(mine, key=lambda m: (m.learning_set.is_closed, not m.owes_agreement))
    cared_for = [m for m in memberships if looks_after(m)]
    # Most people have neither: their rows say so. Who is in no set yet is asked about both.
    is_asked = not memberships or memberships[0].is_asked
    organises = not memberships or memberships[0].organises
    invitations = _invitations(user.email, timezone.now()) if is_asked else []
    present_in = {m.learning_set_id for m in memberships}
    return {
        "memberships": memberships,
        "cared_for": {m.pk for m in cared_for if not m.learning_set.is_closed},
        "invitations": [(i, link_for(i)) for i in invitations if i.learning_set_id not in present_in],
        "programmes": _programmes(user) if organises else [],
        "may_found": may_found(user, looks_after_a_set=bool(cared_for)),
    }


@register.simple_tag(takes_context=True)
def has_written_by_mail(context: template.Context) -> bool:
    """Whether something waits for me that I wrote by mail. Who is in no set is asked about it."""
    memberships = own_memberships(context["request"])
    return not memberships or memberships[0].written_by_mail is not None


@written_once
def _invitations(email: str, now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.open(now).to_address(email).select_related("learning_set", "invited_by")


@written_once
def _programmes(user: User) -> QuerySet[Programme]:
    return Programme.objects.visible_to(user)


@register.inclusion_tag("sets/panels/mine.txt", takes_context=True)
def sets_mine(context: template.Context) -> dict[str, Any]:
    """My sets, my roles since when, and what I agreed to, as plain text to take along."""
    user = _reader(context)
    memberships = Membership.objects.present().filter(user=user).select_related("learning_set")
    given = Assent.objects.visible_to(user).filter(membership__in=memberships).order_by("given_at")
    assents: dict[int, list[tuple[Assent, list[tuple[str, list[str]]]]]] = {}
    for assent in given.select_related("ground_rules").prefetch_related("ground_rules__rules"):
        text = by_category(as_pairs(assent.ground_rules))
        assents.setdefault(assent.membership_id, []).append((assent, text))
    return {"mine": [(membership, assents.get(membership.pk, [])) for membership in memberships]}


def _reader(context: template.Context) -> User:
    user: User = context["request"].user
    return user
