"""Every predicate for every kind of membership."""

import pytest

from als_project.users.models import User
from sets.enums import Ending, Facilitation
from sets.models import GroundRules, LearningSet, Membership
from sets.permissions import looks_after, may_discard, may_found, takes_part


def membership(*, member: bool, facilitator: bool, present: bool = True, self_facilitated: bool = False) -> Membership:
    how = Facilitation.SELF_FACILITATED if self_facilitated else Facilitation.FACILITATED
    row = Membership(
        learning_set=LearningSet(facilitation=how), user_id=1, is_member=member, is_facilitator=facilitator
    )
    if not present:
        row.ended_at, row.ending = row.joined_at, Ending.LEFT
    return row


@pytest.mark.parametrize(
    ("member", "facilitator", "present", "self_facilitated", "expected"),
    [
        (True, False, True, False, False),
        (False, True, True, False, True),
        (True, True, True, False, True),
        (True, False, True, True, True),
        (True, False, False, True, False),
        (False, True, False, False, False),
        (True, True, False, False, False),
    ],
)
def test_facilitators_look_after_a_set_and_in_a_self_facilitated_one_every_member(
    member, facilitator, present, self_facilitated, expected
):
    row = membership(member=member, facilitator=facilitator, present=present, self_facilitated=self_facilitated)
    assert looks_after(row) is expected


@pytest.mark.django_db
@pytest.mark.parametrize("self_facilitated", [False, True])
def test_the_database_says_the_same_of_who_looks_after_a_set(learning_set, memberships, self_facilitated):
    if self_facilitated:
        learning_set.facilitation = Facilitation.SELF_FACILITATED
        learning_set.save()
    everyone = Membership.objects.select_related("learning_set")
    assert set(Membership.objects.looking_after()) == {row for row in everyone if looks_after(row)}


def test_only_members_take_part():
    assert takes_part(membership(member=True, facilitator=True)) is True
    assert takes_part(membership(member=False, facilitator=True)) is False
    assert takes_part(membership(member=True, facilitator=False, present=False)) is False


@pytest.mark.parametrize(
    ("who_may", "person", "looks_after_a_set", "expected"),
    [
        ("anyone", User(), False, True),
        ("invited", User(), False, False),
        ("invited", User(), True, True),
        ("invited", User(is_staff=True), False, True),
        ("invited", User(is_superuser=True), False, True),
    ],
)
def test_who_may_found_a_set_follows_who_may_sign_up(settings, who_may, person, looks_after_a_set, expected):
    settings.WHO_MAY_SIGN_UP = who_may
    assert may_found(person, looks_after_a_set=looks_after_a_set) is expected


def test_a_proposal_is_discarded_by_who_made_it_or_who_looks_after_the_set():
    mine, anothers = GroundRules(proposed_by_id=1), GroundRules(proposed_by_id=2)
    member, facilitator = membership(member=True, facilitator=False), membership(member=False, facilitator=True)
    assert may_discard(member, mine) is True
    assert may_discard(member, anothers) is False
    assert may_discard(facilitator, anothers) is True
    assert may_discard(membership(member=True, facilitator=False, present=False), mine) is False
