"""Inviting, and what becomes of an invitation."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import resolve

from als_project.outbox.models import Message
from als_project.refusals import Refused
from sets.enums import Facilitation
from sets.models import Invitation
from sets.services import inviting
from sets.services._ground import SetIsFull
from tests.factories import join, make_user

pytestmark = pytest.mark.django_db


def invite(learning_set, gita, now, *emails, **fields):
    fields = {"as_facilitator": False, **fields}
    return inviting.invite(learning_set=learning_set, by=gita, emails=emails, now=now, **fields)


@pytest.fixture
def invitation(learning_set, gita, now):
    return invite(learning_set, gita, now, "finn@example.org")[0]


@pytest.fixture
def finn(db):
    return make_user("Finn")


def token(invitation):
    return resolve(inviting.link_for(invitation)).kwargs["token"]


def fill(learning_set, members):
    here = learning_set.memberships.present().members().count()
    for number in range(members - here):
        join(learning_set, make_user(f"Filler {number}"))


def test_each_address_gets_an_invitation_for_thirty_days_and_a_message(learning_set, gita, now):
    made = invite(learning_set, gita, now, "Finn@Example.org", "eve@example.org", "finn@example.org")
    assert [(i.email, i.expires_at - now, i.invited_by) for i in made] == [
        ("finn@example.org", timedelta(days=30), gita),
        ("eve@example.org", timedelta(days=30), gita),
    ]
    sent = Message.objects.filter(kind="sets.invitation").order_by("pk")
    assert [(m.address, m.about, m.to) for m in sent] == [(i.email, i.pk, None) for i in made]


def test_a_member_of_a_facilitated_set_invites_nobody(learning_set, asha, now):
    with pytest.raises(PermissionDenied):
        invite(learning_set, asha, now, "finn@example.org")
    assert not Invitation.objects.exists()


def test_somebody_in_the_set_or_invited_already_is_named_and_nobody_invited(learning_set, gita, asha, now, invitation):
    for email, reason in [
        ("ASHA@example.org", "asha@example.org belongs to this set already."),
        ("finn@example.org", "finn@example.org is invited already."),
    ]:
        with pytest.raises(Refused, match=reason):
            invite(learning_set, gita, now, "eve@example.org", email)
    assert list(Invitation.objects.all()) == [invitation]


def test_an_expired_invitation_is_begun_anew(learning_set, gita, now, invitation):
    later = invitation.expires_at
    again = invite(learning_set, gita, later, "finn@example.org")[0]
    invitation.refresh_from_db()
    assert (invitation.withdrawn_at, again.expires_at) == (later, later + timedelta(days=30))


def test_twelve_members_counting_open_invitations_are_the_most(learning_set, gita, now):
    fill(learning_set, 9)
    invite(learning_set, gita, now, "one@example.org", "two@example.org")
    with pytest.raises(SetIsFull, match="this one has 11, counting open invitations, and this would make 13"):
        invite(learning_set, gita, now, "three@example.org", "four@example.org")
    invite(learning_set, gita, now, "three@example.org")
    assert learning_set.invitations.open(now).count() == 3


def test_who_only_facilitates_takes_no_members_place(learning_set, gita, now):
    fill(learning_set, 12)
    made = invite(learning_set, gita, now, "eve@example.org", as_member=False, as_facilitator=True)
    assert [(i.as_member, i.as_facilitator) for i in made] == [(False, True)]


def test_a_self_facilitated_set_invites_no_facilitator(learning_set, asha, now):
    learning_set.facilitation = Facilitation.SELF_FACILITATED
    learning_set.save()
    with pytest.raises(Refused):
        invite(learning_set, asha, now, "eve@example.org", as_facilitator=True)
    assert invite(learning_set, asha, now, "eve@example.org")[0].invited_by == asha


def test_a_link_leads_to_its_invitation(invitation, now):
    assert inviting.invitation_for(token(invitation), now) == invitation


@pytest.mark.parametrize("change", [lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), lambda t: t[1:], lambda t: "x"])
def test_a_forged_link_leads_nowhere(invitation, now, change):
    with pytest.raises(inviting.InvitationForged):
        inviting.invitation_for(change(token(invitation)), now)


def test_a_link_signed_for_another_purpose_leads_nowhere(invitation, now, settings):
    from django.core.signing import Signer

    foreign = Signer(salt="something.else", sep=".").sign(f"{invitation.pk}.{invitation.nonce}")
    with pytest.raises(inviting.InvitationForged):
        inviting.invitation_for(foreign, now)


def test_a_link_of_a_deleted_invitation_leads_nowhere(invitation, now):
    link = token(invitation)
    invitation.delete()
    with pytest.raises(inviting.InvitationForged):
        inviting.invitation_for(link, now)


def test_sending_again_opens_it_under_a_new_link_and_closes_the_old(invitation, gita, now):
    old, later = token(invitation), now + timedelta(days=31)
    again = inviting.resend(invitation=invitation, by=gita, now=later)
    assert again.expires_at == later + timedelta(days=30)
    assert inviting.invitation_for(token(again), later) == invitation
    with pytest.raises(inviting.InvitationReplaced):
        inviting.invitation_for(old, later)
    assert Message.objects.filter(kind="sets.invitation").count() == 2


def test_an_expired_invitation_is_sent_again_only_where_there_is_room(learning_set, invitation, gita, now):
    fill(learning_set, 12)
    inviting.resend(invitation=invitation, by=gita, now=now)
    with pytest.raises(SetIsFull):
        inviting.resend(invitation=invitation, by=gita, now=now + timedelta(days=30))


def test_an_expired_link_says_so(invitation):
    with pytest.raises(inviting.InvitationExpired):
        inviting.invitation_for(token(invitation), invitation.expires_at)


def test_a_withdrawn_invitation_is_neither_accepted_nor_sent_again(invitation, gita, finn, now):
    inviting.withdraw(invitation=invitation, by=gita, now=now)
    for act in (
        lambda: inviting.invitation_for(token(invitation), now),
        lambda: inviting.accept(invitation=invitation, by=finn, now=now),
        lambda: inviting.resend(invitation=invitation, by=gita, now=now),
        lambda: inviting.withdraw(invitation=invitation, by=gita, now=now),
    ):
        with pytest.raises(inviting.InvitationWithdrawn):
            act()


def test_only_who_looks_after_the_set_sends_again_or_withdraws(invitation, asha, now):
    for act in (inviting.resend, inviting.withdraw):
        with pytest.raises(PermissionDenied):
            act(invitation=invitation, by=asha, now=now)


@pytest.mark.parametrize(("as_member", "as_facilitator"), [(True, False), (False, True), (True, True)])
def test_accepting_gives_the_roles_invited_to(learning_set, gita, finn, now, as_member, as_facilitator):
    made = invite(learning_set, gita, now, finn.email, as_member=as_member, as_facilitator=as_facilitator)[0]
    joined = inviting.accept(invitation=made, by=finn, now=now)
    assert (joined.user, joined.learning_set) == (finn, learning_set)
    assert (joined.is_member, joined.is_facilitator, joined.joined_at) == (as_member, as_facilitator, now)
    made.refresh_from_db()
    assert (made.accepted_at, made.accepted_by) == (now, finn)


def test_an_invitation_works_once(learning_set, invitation, finn, stranger, gita, now):
    inviting.accept(invitation=invitation, by=finn, now=now)
    for person in (finn, stranger):
        with pytest.raises(inviting.InvitationUsed):
            inviting.accept(invitation=invitation, by=person, now=now)
    with pytest.raises(inviting.InvitationUsed):
        inviting.withdraw(invitation=invitation, by=gita, now=now)
    assert not learning_set.memberships.filter(user=stranger).exists()


def test_who_belongs_already_uses_up_no_invitation(invitation, asha, now):
    with pytest.raises(Refused, match="You belong to this set already"):
        inviting.accept(invitation=invitation, by=asha, now=now)
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_a_full_set_takes_nobody_in_and_the_invitation_stays_open(learning_set, invitation, finn, now):
    fill(learning_set, 12)
    with pytest.raises(SetIsFull):
        inviting.accept(invitation=invitation, by=finn, now=now)
    invitation.refresh_from_db()
    assert (invitation.accepted_at, learning_set.memberships.filter(user=finn).count()) == (None, 0)


def test_who_left_comes_back_by_a_new_invitation(learning_set, gita, cara, now):
    made = invite(learning_set, gita, now, cara.email)[0]
    inviting.accept(invitation=made, by=cara, now=now)
    assert [m.is_present for m in learning_set.memberships.filter(user=cara)] == [False, True]
