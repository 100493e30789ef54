"""Ground rules: proposed together, published as a numbered version, agreed to by each person."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from als_project.outbox import services as outbox
from als_project.refusals import Refused
from als_project.users.models import User
from sets.live import tell
from sets.models import Assent, GroundRule, GroundRules, LearningSet, Membership
from sets.services._ground import caretaker, hold

Rule = tuple[str, str]


class ChangedMeanwhile(Refused):
    """Another hand saved, published or discarded the proposal after this one began to write."""


@transaction.atomic
def propose(
    *, learning_set: LearningSet, by: User, rules: Sequence[Rule], now: datetime, seen: datetime | None
) -> GroundRules:
    """The set's proposal holds exactly these rules, as (category, text).

    `seen` is `changed_at` of the proposal the writer began from, None where there was none. Raises
    ChangedMeanwhile when it is not that any more, Refused when there is nothing in it.
    """
    held = hold(learning_set)
    if Membership.objects.present_in(held, by) is None:
        raise PermissionDenied
    _check_goes_on(held)
    if not rules:
        raise Refused(_("Write at least one rule."))
    proposal = held.ground_rules.proposed().select_related("changed_by").first()
    _check_seen(proposal, seen)
    if proposal is None:
        proposal = GroundRules(learning_set=held, proposed_by=by, created_at=now)
    proposal.changed_by, proposal.changed_at = by, now
    proposal.save()
    proposal.rules.all().delete()
    GroundRule.objects.bulk_create(
        GroundRule(ground_rules=proposal, category=category, text=text, position=position)
        for position, (category, text) in enumerate(rules)
    )
    return proposal


@transaction.atomic
def discard(*, ground_rules: GroundRules, by: User, now: datetime) -> None:
    """The proposal is gone: by one who looks after the set, or by who first proposed it."""
    held = hold(ground_rules.learning_set)
    proposal = _proposal(ground_rules)
    if proposal.proposed_by_id != by.pk or Membership.objects.present_in(held, by) is None:
        caretaker(held, by)
    proposal.delete()


@transaction.atomic
def publish(
    *, ground_rules: GroundRules, by: User, now: datetime, seen: datetime | None = None, agrees: bool = False
) -> GroundRules:
    """The proposal is the next version, in force from now; everyone else is asked by mail to read and agree.

    Open pages of the set look again: rules come before them, for whoever has agreed to none yet.

    `agrees` is the publisher's own agreement, given in the same act. Raises ChangedMeanwhile when the proposal is
    not the one `seen`, Refused when it says the same as the version in force.
    """
    held = hold(ground_rules.learning_set)
    acting = caretaker(held, by)
    _check_goes_on(held)
    proposal = _proposal(ground_rules)
    if seen is not None:
        _check_seen(proposal, seen)
    in_force = held.ground_rules.published().first()
    if in_force and as_pairs(in_force) == as_pairs(proposal):
        raise Refused(
            _("This says the same as version %(number)s: there is nothing to publish.") % {"number": in_force.number}
        )
    proposal.number = in_force.number + 1 if in_force and in_force.number else 1
    proposal.published_at, proposal.published_by = now, by
    proposal.save(update_fields=["number", "published_at", "published_by"])
    if agrees:
        Assent.objects.create(ground_rules=proposal, membership=acting, given_at=now)
    people = User.objects.filter(memberships__in=held.memberships.present()).exclude(pk=by.pk)
    outbox.post_to_each(people, kind="sets.rules_changed", cause=str(proposal.pk), about=proposal.pk)
    tell(held.pk)
    return proposal


def ask_anew(held: LearningSet, *, by: User | None, now: datetime) -> None:
    """The rules in force, if any, are a new version in the same words, to which everyone is asked to agree.

    Call it with the set's row held, and tell people of it.
    """
    in_force = held.ground_rules.published().first()
    if in_force is None or in_force.number is None:
        return
    anew = GroundRules.objects.create(
        learning_set=held,
        number=in_force.number + 1,
        proposed_by=by,
        changed_by=by,
        published_by=by,
        created_at=now,
        changed_at=now,
        published_at=now,
    )
    GroundRule.objects.bulk_create(
        GroundRule(ground_rules=anew, category=category, text=text, position=position)
        for position, (category, text) in enumerate(as_pairs(in_force))
    )
    tell(held.pk)


@transaction.atomic
def agree(*, ground_rules: GroundRules, membership: Membership, by: User, now: datetime) -> Assent:
    """The person has agreed to this version, which is the one in force. Agreeing again changes nothing."""
    held = hold(ground_rules.learning_set)
    present = Membership.objects.present_in(held, by)
    if present is None or present.pk != membership.pk:
        raise PermissionDenied
    in_force = held.ground_rules.published().first()
    if in_force is None or in_force.pk != ground_rules.pk:
        raise Refused(_("The ground rules have changed meanwhile. Please read them as they are now, and agree again."))
    assent, _made = Assent.objects.get_or_create(
        ground_rules=ground_rules, membership=present, defaults={"given_at": now}
    )
    return assent


def as_pairs(ground_rules: GroundRules) -> list[Rule]:
    return [(rule.category, rule.text) for rule in ground_rules.rules.all()]


def _proposal(ground_rules: GroundRules) -> GroundRules:
    fresh = GroundRules.objects.select_related("changed_by").filter(pk=ground_rules.pk).first()
    if fresh is None:
        raise ChangedMeanwhile(_("This proposal was discarded meanwhile."))
    if fresh.number:
        raise ChangedMeanwhile(
            _("This proposal was published meanwhile, as version %(number)s.") % {"number": fresh.number}
        )
    return fresh


def _check_goes_on(held: LearningSet) -> None:
    if held.is_closed:
        raise Refused(_("This set has closed: its ground rules stay as they are."))


def _check_seen(proposal: GroundRules | None, seen: datetime | None) -> None:
    now_stands = proposal.changed_at if proposal else None
    if now_stands == seen:
        return
    if proposal is None:
        raise ChangedMeanwhile(_("The proposal you began from was published or discarded meanwhile."))
    name = proposal.changed_by.name if proposal.changed_by else _("Somebody")
    raise ChangedMeanwhile(_("%(name)s changed the proposal meanwhile.") % {"name": name})
