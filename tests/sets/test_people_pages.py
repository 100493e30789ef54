"""The people page: who is in, who is invited, inviting more."""

from datetime import timedelta

import pytest
from django.urls import reverse

from sets.enums import Facilitation
from sets.models import Invitation
from sets.services import inviting
from tests.factories import join, make_set, make_user

pytestmark = pytest.mark.django_db


def invite(client, learning_set, addresses, role="member"):
    return client.post(
        reverse("sets:invite", args=[learning_set.pk]), {"addresses": addresses, "role": role}, follow=True
    )


def invited(learning_set):
    return sorted(learning_set.invitations.undecided().values_list("email", flat=True))


def words(answer):
    return [str(message) for message in answer.context["messages"]]


def test_many_addresses_are_invited_at_once(signed_in, learning_set, gita):
    answer = invite(signed_in(gita), learning_set, "Finn <finn@example.org>, eve@example.org\nfinn@example.org")
    assert answer.redirect_chain == [(reverse("sets:people", args=[learning_set.pk]), 302)]
    assert invited(learning_set) == ["eve@example.org", "finn@example.org"]
    assert words(answer) == [
        "Invitations are on their way to finn@example.org, eve@example.org.",
        "finn@example.org was there more than once, and counts once.",
    ]


def test_the_good_ones_are_sent_and_the_bad_ones_stay_in_the_box_each_named(signed_in, learning_set, gita):
    answer = invite(signed_in(gita), learning_set, "finn@example.org, eve@, asha@example.org, Dev at work")
    assert invited(learning_set) == ["finn@example.org"]
    form = answer.context["form"]
    assert form.errors["addresses"] == [
        "“eve@” is not an e-mail address.",
        "“Dev at work” is not an e-mail address.",
        "asha@example.org belongs to this set already.",
    ]
    assert form["addresses"].value() == "eve@\nDev at work"
    assert words(answer) == ["An invitation is on its way to finn@example.org."]


def test_an_address_invited_already_is_named(signed_in, learning_set, gita):
    invite(signed_in(gita), learning_set, "finn@example.org")
    answer = invite(signed_in(gita), learning_set, "finn@example.org")
    assert answer.context["form"].errors["addresses"] == ["finn@example.org is invited already."]


def test_an_empty_box_says_so(signed_in, learning_set, gita):
    for typed in ("", " , ; "):
        answer = invite(signed_in(gita), learning_set, typed)
        assert list(answer.context["form"].errors) == ["addresses"]


def test_too_many_are_refused_with_a_reason_and_stay_in_the_box(signed_in, learning_set, gita):
    typed = ", ".join(f"p{number}@example.org" for number in range(11))
    answer = invite(signed_in(gita), learning_set, typed)
    assert (answer.status_code, invited(learning_set)) == (409, [])
    assert "A set has room for twelve members" in answer.context["form"].errors["addresses"][0]
    assert answer.context["form"]["addresses"].value() == typed


@pytest.mark.parametrize(
    ("role", "expected"), [("member", (True, False)), ("facilitator", (False, True)), ("both", (True, True))]
)
def test_an_invitation_is_as_member_facilitator_or_both(signed_in, learning_set, gita, role, expected):
    invite(signed_in(gita), learning_set, "finn@example.org", role)
    made = Invitation.objects.get()
    assert (made.as_member, made.as_facilitator) == expected


def test_a_role_that_does_not_exist_invites_nobody(signed_in, learning_set, gita):
    answer = invite(signed_in(gita), learning_set, "finn@example.org", "owner")
    assert (list(answer.context["form"].errors), invited(learning_set)) == (["role"], [])
    assert answer.context["form"]["addresses"].value() == "finn@example.org"


def test_a_self_facilitated_set_asks_for_no_role(signed_in, asha):
    together = make_set("Together", facilitation=Facilitation.SELF_FACILITATED)
    join(together, asha)
    page = signed_in(asha).get(reverse("sets:people", args=[together.pk]))
    assert list(page.context["form"].fields) == ["addresses"]
    invite(signed_in(asha), together, "finn@example.org", "facilitator")
    assert together.invitations.get().as_facilitator is False


def test_members_see_people_and_no_invitations(signed_in, learning_set, gita, asha):
    invite(signed_in(gita), learning_set, "finn@example.org")
    url = reverse("sets:people", args=[learning_set.pk])
    page = signed_in(asha).get(url)
    assert ("Ben" in page.content.decode(), "finn@example.org" in page.content.decode()) == (True, False)
    assert "finn@example.org" in signed_in(gita).get(url).content.decode()


@pytest.mark.parametrize(
    ("size", "warning"),
    [
        (3, "Sets work best with four to ten: fewer"),
        (4, ""),
        (10, ""),
        (11, "Sets work best with four to ten: with more"),
    ],
)
def test_the_page_warns_of_a_size_outside_four_to_ten(signed_in, learning_set, gita, size, warning):
    for number in range(size - 3):
        join(learning_set, make_user(f"Filler {number}"))
    invite(signed_in(gita), learning_set, "finn@example.org")
    page = signed_in(gita).get(reverse("sets:people", args=[learning_set.pk]))
    assert page.context["size"] == size
    assert (warning in page.content.decode()) is True
    assert ("Sets work best" in page.content.decode()) is bool(warning)


@pytest.mark.parametrize("name", ["resend", "withdraw"])
def test_invitations_are_sent_again_and_withdrawn_by_who_looks_after_the_set(
    signed_in, learning_set, gita, asha, stranger, name
):
    invite(signed_in(gita), learning_set, "finn@example.org")
    made = Invitation.objects.get()
    url = reverse(f"sets:{name}", args=[learning_set.pk, made.pk])
    assert [signed_in(person).post(url).status_code for person in (asha, stranger)] == [403, 404]
    assert signed_in(gita).get(url).status_code == 405
    assert signed_in(gita).post(url).url == reverse("sets:people", args=[learning_set.pk])
    nonce, made_then = made.nonce, made.withdrawn_at
    made.refresh_from_db()
    assert (made.nonce != nonce, made.withdrawn_at != made_then) == (name == "resend", name == "withdraw")


@pytest.mark.parametrize("name", ["resend", "withdraw"])
def test_a_decided_invitation_says_so_when_it_is_touched_again(signed_in, learning_set, gita, stranger, now, name):
    invite(signed_in(gita), learning_set, "finn@example.org")
    made = Invitation.objects.get()
    inviting.accept(invitation=made, by=stranger, now=now)
    answer = signed_in(gita).post(reverse(f"sets:{name}", args=[learning_set.pk, made.pk]), follow=True)
    assert words(answer) == ["finn@example.org has accepted meanwhile."]


def test_an_invitation_of_another_set_is_not_found_here(signed_in, learning_set, gita, now):
    other = make_set("Other")
    elsewhere = Invitation.objects.create(learning_set=other, email="x@example.org", expires_at=now)
    url = reverse("sets:withdraw", args=[learning_set.pk, elsewhere.pk])
    assert signed_in(gita).post(url).status_code == 404


def test_an_expired_invitation_is_shown_as_expired(signed_in, learning_set, gita, now):
    fields = {"learning_set": learning_set, "sent_at": now - timedelta(days=31)}
    Invitation.objects.create(email="late@example.org", expires_at=now - timedelta(days=1), **fields)
    page = signed_in(gita).get(reverse("sets:people", args=[learning_set.pk])).content.decode()
    assert "Send it again to open it." in page


def test_the_page_costs_the_same_with_many_people_and_invitations(
    signed_in, learning_set, gita, now, django_assert_max_num_queries, django_assert_num_queries
):
    client, url = signed_in(gita), reverse("sets:people", args=[learning_set.pk])
    with django_assert_max_num_queries(12) as few:
        client.get(url)
    for number in range(30):
        join(learning_set, make_user(f"Person {number}"))
        Invitation.objects.create(learning_set=learning_set, email=f"x{number}@example.org", expires_at=now)
    with django_assert_num_queries(len(few)):
        client.get(url)
