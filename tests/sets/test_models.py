"""What the database itself refuses, and what each person may see."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.utils import timezone

from sets.access import needs_agreement
from sets.models import Assent, GroundRule, GroundRules, Invitation, LearningSet, Membership, Programme
from tests.factories import end, join, make_set, make_user, publish_rules

pytestmark = pytest.mark.django_db


def refused(make) -> bool:
    try:
        with transaction.atomic():
            make()
    except IntegrityError:
        return True
    return False


def test_a_person_is_present_in_a_set_once(learning_set, asha, cara):
    assert refused(lambda: join(learning_set, asha))
    assert not refused(lambda: join(learning_set, cara))


def test_every_membership_has_a_role_and_ends_in_a_named_way(learning_set, stranger):
    assert refused(lambda: join(learning_set, stranger, is_member=False))
    assert refused(lambda: join(learning_set, stranger, ended_at=timezone.now()))
    assert refused(lambda: join(learning_set, stranger, ending="left"))


def invitation(learning_set, email="new@example.org", **fields):
    fields = {"expires_at": timezone.now(), **fields}
    return Invitation.objects.create(learning_set=learning_set, email=email, **fields)


def test_an_address_has_one_undecided_invitation_to_a_set(learning_set):
    invitation(learning_set)
    assert refused(lambda: invitation(learning_set, "NEW@example.org"))
    assert not refused(lambda: invitation(learning_set, withdrawn_at=timezone.now()))
    assert not refused(lambda: invitation(make_set("Another")))


def test_an_invitation_offers_a_role_and_is_decided_once(learning_set):
    now = timezone.now()
    assert refused(lambda: invitation(learning_set, as_member=False, as_facilitator=False))
    assert refused(lambda: invitation(learning_set, accepted_at=now, withdrawn_at=now))


def test_a_set_has_one_proposal_and_each_number_once(learning_set):
    publish_rules(learning_set)
    GroundRules.objects.create(learning_set=learning_set)
    assert refused(lambda: GroundRules.objects.create(learning_set=learning_set))
    assert refused(lambda: GroundRules.objects.create(learning_set=learning_set, number=1, published_at=timezone.now()))
    assert refused(lambda: GroundRules.objects.create(learning_set=learning_set, number=2))


def test_only_present_people_see_a_set_and_what_belongs_to_it(
    learning_set, memberships, asha, gita, cara, stranger, olu, superuser
):
    rules = publish_rules(learning_set, agreed_by=[memberships["Asha"]])
    asked = invitation(learning_set)
    for person in (asha, gita):
        assert learning_set in LearningSet.objects.visible_to(person)
        assert set(Membership.objects.visible_to(person)) == set(memberships.values())
        assert list(GroundRules.objects.visible_to(person)) == [rules]
        assert list(GroundRule.objects.visible_to(person)) == list(rules.rules.all())
        assert list(Assent.objects.visible_to(person)) == list(rules.assents.all())
    for person in (cara, stranger, olu, superuser):
        assert learning_set not in LearningSet.objects.visible_to(person)
        assert not Membership.objects.visible_to(person).filter(learning_set=learning_set).exists()
        assert not GroundRules.objects.visible_to(person).exists()
        assert not GroundRule.objects.visible_to(person).exists()
        assert not Assent.objects.visible_to(person).exists()
    seen = {p.name for p in (asha, gita, cara, stranger, olu, superuser) if asked in Invitation.objects.visible_to(p)}
    assert seen == {"Gita"}


def test_only_its_organisers_see_a_programme(programme, olu, gita, superuser):
    assert [p.name for p in (olu, gita, superuser) if programme in Programme.objects.visible_to(p)] == ["Olu"]


def rules_come_first(user, learning_set):
    request = RequestFactory().get("/")
    request.user = user
    return needs_agreement(request, learning_set)


def test_rules_come_before_what_is_said(learning_set, memberships, asha, ben, cara):
    assert rules_come_first(asha, learning_set) is False
    publish_rules(learning_set, agreed_by=[memberships["Asha"]])
    assert rules_come_first(asha, learning_set) is False
    assert rules_come_first(ben, learning_set) is True
    assert rules_come_first(cara, learning_set) is False
    assert set(Membership.objects.may_read().filter(learning_set=learning_set)) == {memberships["Asha"]}


def test_a_new_version_asks_again_and_closes_nothing_to_who_agreed_before(learning_set, memberships, asha):
    publish_rules(learning_set, agreed_by=list(memberships.values()))
    publish_rules(learning_set, "A new rule.", agreed_by=[memberships["Ben"]])
    waiting = Membership.objects.yet_to_agree().filter(learning_set=learning_set)
    assert {row.user.name for row in waiting} == {"Asha", "Gita"}
    assert rules_come_first(asha, learning_set) is False


def test_who_comes_back_agrees_anew(learning_set, cara):
    first = learning_set.memberships.get(user=cara)
    publish_rules(learning_set, agreed_by=[first])
    join(learning_set, cara)
    assert rules_come_first(cara, learning_set) is True


def test_each_row_of_home_knows_what_waits_in_its_own_set(learning_set, memberships, gita):
    now = timezone.now()
    publish_rules(learning_set, agreed_by=[memberships["Ben"]])
    later = now + timedelta(days=1)
    invitation(learning_set, "one@example.org", expires_at=later)
    invitation(learning_set, "two@example.org", expires_at=later)
    invitation(learning_set, "late@example.org", expires_at=now)
    other = make_set("Other")
    join(other, gita, facilitates=True)
    rows = Membership.objects.filter(user=gita).with_attention(now).order_by("pk")
    found = [(r.rules_number, r.has_agreed, r.waiting_invitations, r.people_yet_to_agree, r.members_now) for r in rows]
    assert found == [(1, False, 2, 2, 2), (None, False, 0, 0, 0)]


def test_present_in_finds_the_present_membership_alone(learning_set, asha, cara, stranger, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = Membership.objects.present_in(learning_set, asha)
        assert found is not None
        assert (found.learning_set.name, found.user.name) == ("Thursday set", "Asha")
    assert Membership.objects.present_in(learning_set, cara) is None
    assert Membership.objects.present_in(learning_set, stranger) is None


def test_an_ended_membership_stays_in_the_record(learning_set):
    left = end(join(learning_set, make_user("Dev")))
    assert (left.is_present, str(left)) == (False, f"membership {left.pk}")
