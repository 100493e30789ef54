"""Ground rules are proposed, published as versions, and agreed to by each person."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from als_project.outbox.models import Message
from als_project.refusals import Refused
from sets.enums import Facilitation
from sets.models import Assent, GroundRules
from sets.services import ruling
from sets.services.ruling import ChangedMeanwhile
from tests.factories import publish_rules

pytestmark = pytest.mark.django_db

RULES = [("time", "We end on time."), ("notes", "Each keeps their own.")]


def propose(learning_set, by, now, rules=RULES, seen=None):
    return ruling.propose(learning_set=learning_set, by=by, rules=rules, now=now, seen=seen)


@pytest.fixture
def proposal(learning_set, asha, now):
    return propose(learning_set, asha, now)


def test_anyone_present_proposes(proposal, asha):
    assert (proposal.proposed_by, proposal.number, ruling.as_pairs(proposal)) == (asha, None, RULES)


def test_who_is_not_present_proposes_nothing(learning_set, cara, stranger, now):
    for person in (cara, stranger):
        with pytest.raises(PermissionDenied):
            propose(learning_set, person, now)


def test_a_proposal_has_at_least_one_rule(learning_set, asha, now):
    with pytest.raises(Refused, match="at least one rule"):
        propose(learning_set, asha, now, rules=[])


def test_another_hand_edits_the_proposal_it_has_read(learning_set, proposal, asha, ben, now):
    again = propose(learning_set, ben, now + timedelta(minutes=1), rules=RULES[:1], seen=proposal.changed_at)
    assert (again.pk, again.proposed_by, again.changed_by) == (proposal.pk, asha, ben)
    assert ruling.as_pairs(again) == RULES[:1]


def test_the_later_of_two_hands_hears_of_the_earlier(learning_set, proposal, asha, ben, now):
    later = now + timedelta(minutes=1)
    propose(learning_set, ben, later, rules=RULES[:1], seen=proposal.changed_at)
    for seen in (proposal.changed_at, None):
        with pytest.raises(ChangedMeanwhile, match="Ben changed the proposal meanwhile"):
            propose(learning_set, asha, later, seen=seen)
    assert ruling.as_pairs(GroundRules.objects.get()) == RULES[:1]


def test_an_edit_of_a_proposal_that_is_gone_says_so(learning_set, proposal, asha, gita, now):
    ruling.publish(ground_rules=proposal, by=gita, now=now)
    with pytest.raises(ChangedMeanwhile, match="published or discarded meanwhile"):
        propose(learning_set, asha, now, seen=proposal.changed_at)


def test_publishing_makes_the_next_version_and_asks_everyone_else(learning_set, proposal, gita, now):
    published = ruling.publish(ground_rules=proposal, by=gita, now=now, seen=proposal.changed_at)
    assert (published.number, published.published_at, published.published_by) == (1, now, gita)
    asked = Message.objects.filter(kind="sets.rules_changed", about=published.pk)
    assert sorted(asked.values_list("to__name", flat=True)) == ["Asha", "Ben"]
    assert not Assent.objects.exists()
    second = ruling.publish(ground_rules=propose(learning_set, gita, now, rules=RULES[:1]), by=gita, now=now)
    assert second.number == 2


def test_the_publisher_may_agree_in_the_same_act(proposal, memberships, gita, now):
    published = ruling.publish(ground_rules=proposal, by=gita, now=now, agrees=True)
    assert list(published.assents.values_list("membership", "given_at")) == [(memberships["Gita"].pk, now)]


def test_a_member_publishes_only_in_a_self_facilitated_set(learning_set, proposal, asha, ben, now):
    with pytest.raises(PermissionDenied):
        ruling.publish(ground_rules=proposal, by=asha, now=now)
    learning_set.facilitation = Facilitation.SELF_FACILITATED
    learning_set.save()
    assert ruling.publish(ground_rules=proposal, by=ben, now=now).published_by == ben


def test_what_was_not_read_is_not_published(learning_set, proposal, ben, gita, now):
    read = proposal.changed_at
    propose(learning_set, ben, now + timedelta(minutes=1), rules=RULES[:1], seen=read)
    with pytest.raises(ChangedMeanwhile, match="Ben changed"):
        ruling.publish(ground_rules=proposal, by=gita, now=now, seen=read)
    assert not GroundRules.objects.published().exists()


def test_the_same_rules_are_not_published_twice(learning_set, proposal, gita, now):
    ruling.publish(ground_rules=proposal, by=gita, now=now)
    with pytest.raises(ChangedMeanwhile, match="published meanwhile, as version 1"):
        ruling.publish(ground_rules=proposal, by=gita, now=now)
    with pytest.raises(Refused, match="the same as version 1"):
        ruling.publish(ground_rules=propose(learning_set, gita, now), by=gita, now=now)


def test_a_published_version_never_changes(learning_set, proposal, gita, asha, now):
    first = ruling.publish(ground_rules=proposal, by=gita, now=now)
    propose(learning_set, asha, now, rules=[("time", "Something else.")])
    assert ruling.as_pairs(GroundRules.objects.get(pk=first.pk)) == RULES


@pytest.mark.parametrize(("name", "may"), [("Asha", True), ("Gita", True), ("Ben", False)])
def test_a_proposal_is_discarded_by_its_proposer_or_the_facilitator(proposal, memberships, now, name, may):
    by = memberships[name].user
    if may:
        ruling.discard(ground_rules=proposal, by=by, now=now)
    else:
        with pytest.raises(PermissionDenied):
            ruling.discard(ground_rules=proposal, by=by, now=now)
    assert GroundRules.objects.exists() is not may


def test_a_proposer_who_left_discards_nothing(learning_set, proposal, memberships, asha, now):
    memberships["Asha"].delete()
    with pytest.raises(PermissionDenied):
        ruling.discard(ground_rules=proposal, by=asha, now=now)


def test_a_proposal_is_discarded_once(proposal, asha, now):
    ruling.discard(ground_rules=proposal, by=asha, now=now)
    with pytest.raises(ChangedMeanwhile, match="discarded meanwhile"):
        ruling.discard(ground_rules=proposal, by=asha, now=now)


def test_agreeing_twice_is_agreeing_once(learning_set, memberships, asha, now):
    rules = publish_rules(learning_set)
    for moment in (now, now + timedelta(days=1)):
        ruling.agree(ground_rules=rules, membership=memberships["Asha"], by=asha, now=moment)
    assert list(Assent.objects.values_list("membership", "given_at")) == [(memberships["Asha"].pk, now)]


def test_each_person_agrees_for_themselves(learning_set, memberships, asha, cara, now):
    rules = publish_rules(learning_set)
    former = learning_set.memberships.get(user=cara)
    for membership, by in ((memberships["Ben"], asha), (former, cara)):
        with pytest.raises(PermissionDenied):
            ruling.agree(ground_rules=rules, membership=membership, by=by, now=now)


def test_an_earlier_version_can_not_be_agreed_to_any_more(learning_set, memberships, asha, proposal, now):
    first = publish_rules(learning_set)
    publish_rules(learning_set, "A second version.")
    for rules in (first, proposal):
        with pytest.raises(Refused, match="changed meanwhile"):
            ruling.agree(ground_rules=rules, membership=memberships["Asha"], by=asha, now=now)
    assert not Assent.objects.exists()
