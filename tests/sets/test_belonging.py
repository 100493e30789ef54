"""Roles, leaving, being removed, handing over: a set with people in it is always looked after by somebody."""

import pytest
from django.core.exceptions import PermissionDenied

from als_project.outbox.models import Message
from als_project.refusals import Refused
from sets.enums import Ending, Facilitation
from sets.models import Invitation, Membership
from sets.services import belonging, going_on, inviting
from sets.services._ground import SetIsFull
from sets.services.belonging import NobodyWouldLookAfterIt
from tests.factories import join, make_set, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def dev(learning_set):
    """A second facilitator, who takes part too."""
    return join(learning_set, make_user("Dev"), facilitates=True, is_member=True)


@pytest.fixture
def self_facilitated(learning_set, memberships):
    learning_set.facilitation = Facilitation.SELF_FACILITATED
    learning_set.save()
    memberships["Gita"].is_member, memberships["Gita"].is_facilitator = True, False
    memberships["Gita"].save()
    return learning_set


def people(learning_set):
    present = learning_set.memberships.present().select_related("user").order_by("user__name")
    return [(m.user.name, m.is_member, m.is_facilitator) for m in present]


def facilitation(learning_set):
    learning_set.refresh_from_db()
    return learning_set.facilitation


# --- Roles ---


def test_a_facilitator_gives_roles(learning_set, memberships, gita, now):
    belonging.set_roles(membership=memberships["Asha"], by=gita, is_member=True, is_facilitator=True, now=now)
    belonging.set_roles(membership=memberships["Gita"], by=gita, is_member=True, is_facilitator=False, now=now)
    assert people(learning_set) == [("Asha", True, True), ("Ben", True, False), ("Gita", True, False)]


def test_a_member_gives_no_roles(memberships, asha, now):
    with pytest.raises(PermissionDenied):
        belonging.set_roles(membership=memberships["Asha"], by=asha, is_member=True, is_facilitator=True, now=now)


def test_everyone_has_a_role(memberships, gita, now):
    with pytest.raises(Refused, match="Everyone in a set has a role"):
        belonging.set_roles(membership=memberships["Asha"], by=gita, is_member=False, is_facilitator=False, now=now)


def test_the_last_facilitator_keeps_the_role(learning_set, memberships, gita, now):
    with pytest.raises(NobodyWouldLookAfterIt):
        belonging.set_roles(membership=memberships["Gita"], by=gita, is_member=True, is_facilitator=False, now=now)
    assert people(learning_set)[-1] == ("Gita", False, True)


def test_a_full_set_makes_nobody_a_member_more(learning_set, memberships, gita, now):
    for number in range(10):
        join(learning_set, make_user(f"Filler {number}"))
    with pytest.raises(SetIsFull):
        belonging.set_roles(membership=memberships["Gita"], by=gita, is_member=True, is_facilitator=True, now=now)
    belonging.set_roles(membership=memberships["Asha"], by=gita, is_member=True, is_facilitator=True, now=now)


def test_a_self_facilitated_set_gives_the_facilitators_role_by_naming_one(self_facilitated, memberships, asha, now):
    with pytest.raises(Refused):
        belonging.set_roles(membership=memberships["Asha"], by=asha, is_member=True, is_facilitator=True, now=now)


# --- Leaving ---


def test_a_member_leaves_and_is_gone_at_once(learning_set, memberships, asha, now):
    belonging.leave(membership=memberships["Asha"], by=asha, now=now)
    left = Membership.objects.get(pk=memberships["Asha"].pk)
    assert (left.ended_at, left.ending, left.ended_by) == (now, Ending.LEFT, asha)
    assert Membership.objects.present_in(learning_set, asha) is None


def test_each_person_leaves_for_themselves_and_once(memberships, asha, gita, now):
    with pytest.raises(Refused):
        belonging.leave(membership=memberships["Asha"], by=gita, now=now)
    belonging.leave(membership=memberships["Asha"], by=asha, now=now)
    with pytest.raises(Refused, match="Asha does not belong to the set any more"):
        belonging.leave(membership=memberships["Asha"], by=asha, now=now)


def test_one_of_two_facilitators_leaves_without_more_ado(learning_set, memberships, gita, dev, now):
    belonging.leave(membership=memberships["Gita"], by=gita, now=now)
    assert people(learning_set) == [("Asha", True, False), ("Ben", True, False), ("Dev", True, True)]


def test_the_last_facilitator_does_not_vanish(learning_set, memberships, gita, now):
    with pytest.raises(NobodyWouldLookAfterIt):
        belonging.leave(membership=memberships["Gita"], by=gita, now=now)
    assert Membership.objects.present_in(learning_set, gita) is not None


def test_the_last_facilitator_leaves_by_naming_a_successor(learning_set, memberships, gita, asha, now):
    belonging.leave(membership=memberships["Gita"], by=gita, now=now, successor=memberships["Asha"])
    assert people(learning_set) == [("Asha", True, True), ("Ben", True, False)]
    assert list(Message.objects.values_list("kind", "to__name")) == [("sets.handed_over", "Asha")]


def test_the_last_facilitator_leaves_a_set_that_goes_on_self_facilitated(learning_set, memberships, gita, now):
    belonging.leave(membership=memberships["Gita"], by=gita, now=now, self_facilitated=True)
    assert facilitation(learning_set) == Facilitation.SELF_FACILITATED
    assert people(learning_set) == [("Asha", True, False), ("Ben", True, False)]
    told = Message.objects.filter(kind="sets.self_facilitated").values_list("to__name", flat=True)
    assert sorted(told) == ["Asha", "Ben"]


def test_a_successor_is_somebody_else_and_of_this_set(memberships, gita, stranger, now):
    elsewhere = stranger.memberships.get()
    for successor, refusal in ((memberships["Gita"], NobodyWouldLookAfterIt), (elsewhere, PermissionDenied)):
        with pytest.raises(refusal):
            belonging.leave(membership=memberships["Gita"], by=gita, now=now, successor=successor)


def test_a_leaving_member_names_nobody_and_changes_nothing_about_facilitation(learning_set, memberships, asha, now):
    for fields in ({"successor": memberships["Ben"]}, {"self_facilitated": True}):
        with pytest.raises(PermissionDenied):
            belonging.leave(membership=memberships["Asha"], by=asha, now=now, **fields)
    assert facilitation(learning_set) == Facilitation.FACILITATED


def test_a_successor_who_has_just_left_is_refused(memberships, gita, asha, now):
    belonging.leave(membership=memberships["Asha"], by=asha, now=now)
    with pytest.raises(Refused, match="Asha does not belong"):
        belonging.leave(membership=memberships["Gita"], by=gita, now=now, successor=memberships["Asha"])


def test_the_very_last_person_may_leave_and_nobody_can_join_an_empty_set(gita, now):
    alone = make_set("Alone")
    only = join(alone, gita, facilitates=True)
    inviting.invite(learning_set=alone, by=gita, emails=["finn@example.org"], as_facilitator=False, now=now)
    belonging.leave(membership=only, by=gita, now=now)
    assert (people(alone), alone.invitations.undecided().count()) == ([], 0)


# --- Being removed ---


def test_a_removed_person_is_gone_at_once_and_told(learning_set, memberships, gita, asha, now):
    belonging.remove(membership=memberships["Asha"], by=gita, now=now)
    ended = Membership.objects.get(pk=memberships["Asha"].pk)
    assert (ended.ended_at, ended.ending, ended.ended_by) == (now, Ending.REMOVED, gita)
    assert list(Message.objects.values_list("kind", "to__name", "about")) == [("sets.removed", "Asha", ended.pk)]


def test_nobody_removes_themselves_and_members_remove_nobody(memberships, gita, asha, now):
    with pytest.raises(Refused):
        belonging.remove(membership=memberships["Gita"], by=gita, now=now)
    with pytest.raises(PermissionDenied):
        belonging.remove(membership=memberships["Ben"], by=asha, now=now)


def test_who_was_removed_a_moment_ago_removes_nobody(learning_set, memberships, gita, dev, now):
    belonging.remove(membership=memberships["Gita"], by=dev.user, now=now)
    with pytest.raises(PermissionDenied):
        belonging.remove(membership=dev, by=gita, now=now)


# --- Handing over, going on self-facilitated ---


def test_handing_over_makes_the_giver_a_member(learning_set, memberships, gita, now):
    belonging.hand_over(learning_set=learning_set, by=gita, to=memberships["Asha"], now=now)
    assert people(learning_set) == [("Asha", True, True), ("Ben", True, False), ("Gita", True, False)]


def test_handing_over_and_leaving_is_one_step(learning_set, memberships, gita, now):
    belonging.hand_over(learning_set=learning_set, by=gita, to=memberships["Asha"], now=now, stays=False)
    assert people(learning_set) == [("Asha", True, True), ("Ben", True, False)]


def test_nobody_hands_over_to_themselves_or_without_facilitating(learning_set, memberships, gita, asha, now):
    with pytest.raises(Refused):
        belonging.hand_over(learning_set=learning_set, by=gita, to=memberships["Gita"], now=now)
    with pytest.raises(PermissionDenied):
        belonging.hand_over(learning_set=learning_set, by=asha, to=memberships["Asha"], now=now)


def test_who_hands_over_to_stay_needs_a_place_as_a_member(learning_set, memberships, gita, now):
    for number in range(10):
        join(learning_set, make_user(f"Filler {number}"))
    with pytest.raises(SetIsFull):
        belonging.hand_over(learning_set=learning_set, by=gita, to=memberships["Asha"], now=now)
    assert Membership.objects.get(pk=memberships["Asha"].pk).is_facilitator is False


def test_a_set_goes_on_self_facilitated_and_the_facilitator_who_took_no_part_leaves(learning_set, gita, now):
    going_on.go_self_facilitated(learning_set=learning_set, by=gita, now=now)
    assert facilitation(learning_set) == Facilitation.SELF_FACILITATED
    assert people(learning_set) == [("Asha", True, False), ("Ben", True, False)]


def test_a_facilitator_who_takes_part_goes_on_as_a_member(learning_set, memberships, gita, dev, now):
    with pytest.raises(Refused, match="Gita would be left without a role"):
        going_on.go_self_facilitated(learning_set=learning_set, by=dev.user, now=now)
    belonging.leave(membership=memberships["Gita"], by=gita, now=now)
    going_on.go_self_facilitated(learning_set=learning_set, by=dev.user, now=now)
    assert people(learning_set) == [("Asha", True, False), ("Ben", True, False), ("Dev", True, False)]


def test_nobody_goes_on_where_nobody_is_left(gita, now):
    alone = make_set("Alone")
    join(alone, gita, facilitates=True)
    with pytest.raises(Refused, match="Nobody would be left"):
        going_on.go_self_facilitated(learning_set=alone, by=gita, now=now)


def test_going_on_self_facilitated_changes_what_open_invitations_offer(learning_set, gita, now):
    for email, fields in [
        ("both@example.org", {"as_facilitator": True}),
        ("only@example.org", {"as_facilitator": True, "as_member": False}),
    ]:
        inviting.invite(learning_set=learning_set, by=gita, emails=[email], now=now, **fields)
    going_on.go_self_facilitated(learning_set=learning_set, by=gita, now=now)
    both, only = Invitation.objects.order_by("email")
    assert (both.as_member, both.as_facilitator, both.withdrawn_at) == (True, False, None)
    assert only.withdrawn_at == now


def test_any_member_of_a_self_facilitated_set_looks_after_it(self_facilitated, memberships, asha, now):
    belonging.remove(membership=memberships["Ben"], by=asha, now=now)
    with pytest.raises(Refused):
        going_on.go_self_facilitated(learning_set=self_facilitated, by=asha, now=now)
    belonging.leave(membership=memberships["Asha"], by=asha, now=now)
    assert people(self_facilitated) == [("Gita", True, False)]


@pytest.mark.parametrize("named", ["Asha", "Ben"])
def test_a_self_facilitated_set_names_a_facilitator_again(self_facilitated, memberships, asha, now, named):
    belonging.hand_over(learning_set=self_facilitated, by=asha, to=memberships[named], now=now)
    assert facilitation(self_facilitated) == Facilitation.FACILITATED
    expected = [("Asha", True, named == "Asha"), ("Ben", True, named == "Ben"), ("Gita", True, False)]
    assert people(self_facilitated) == expected
    assert Message.objects.filter(kind="sets.handed_over").count() == (named == "Ben")
