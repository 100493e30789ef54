"""The page behind an invitation's link, for everyone who may come along."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from als_project.outbox.models import Message
from als_project.users.models import SignIn
from sets.models import Invitation
from sets.services import inviting
from tests.factories import join, make_user, publish_rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation(learning_set, gita, now):
    emails = ["finn@example.org"]
    return inviting.invite(learning_set=learning_set, by=gita, emails=emails, as_facilitator=False, now=now)[0]


@pytest.fixture
def link(invitation):
    return inviting.link_for(invitation)


@pytest.fixture
def finn(db):
    return make_user("Finn")


def test_looking_changes_nothing(invitation, link):
    before = Invitation.objects.values().get()
    page = Client().get(link)
    assert (page.status_code, page.templates[0].name) == (200, "sets/invitation.html")
    assert "Gita invites you" in page.content.decode()
    assert Invitation.objects.values().get() == before
    assert (SignIn.objects.count(), page.cookies.get("sessionid")) == (0, None)


@pytest.mark.parametrize("joined", [False, True])
def test_in_a_programme_people_read_what_its_organisers_see(signed_in, learning_set, link, asha, joined):
    def page():
        answer = signed_in(asha).get(reverse("sets:people", args=[learning_set.pk])) if joined else Client().get(link)
        return " ".join(answer.content.decode().split())

    told = page()
    assert "The set belongs to the programme “Leading well”." in told
    assert "It is organised by Olu." in told
    learning_set.programme = None
    learning_set.save()
    assert "programme" not in page()


@pytest.mark.parametrize(("way", "page"), [("sign_up", "account_signup"), ("sign_in", "account_login")])
def test_a_visitor_goes_on_to_an_account_and_comes_back(link, way, page):
    client = Client()
    answer = client.post(link, {"way": way})
    assert answer.url == f"{reverse(page)}?next={link.replace('/', '%2F')}"
    assert client.session["invited_email"] == "finn@example.org"


def test_an_invited_visitor_may_sign_up_where_joining_is_by_invitation(settings, link):
    settings.WHO_MAY_SIGN_UP = "invited"
    client = Client()
    assert 'name="email"' not in client.get(reverse("account_signup")).content.decode()
    assert 'name="email"' in client.post(link, {"way": "sign_up"}, follow=True).content.decode()


def test_the_invited_person_joins(signed_in, learning_set, link, finn):
    client = signed_in(finn)
    assert "confirm" not in client.get(link).context["form"].fields
    answer = client.post(link)
    assert (answer.status_code, answer.url) == (302, learning_set.get_absolute_url())
    assert learning_set.memberships.present().get(user=finn).is_member is True


def test_who_joins_a_set_with_rules_reads_them_first(signed_in, learning_set, link, finn):
    publish_rules(learning_set)
    assert signed_in(finn).post(link).url == reverse("sets:rules", args=[learning_set.pk])


def test_under_another_address_only_after_confirming(signed_in, learning_set, link, stranger):
    client = signed_in(stranger)
    page = client.get(link)
    assert "confirm" in page.context["form"].fields
    refused = client.post(link)
    assert list(refused.context["form"].errors) == ["confirm"]
    assert not learning_set.memberships.filter(user=stranger).exists()
    client.post(link, {"confirm": "on"})
    assert learning_set.memberships.present().filter(user=stranger).exists()


def test_the_address_is_the_same_however_it_is_written(signed_in, link, finn):
    finn.email = "Finn@Example.org"
    finn.save()
    assert "confirm" not in signed_in(finn).get(link).context["form"].fields


def test_a_member_is_led_to_their_set_and_the_invitation_stays_open(signed_in, learning_set, invitation, link, asha):
    client = signed_in(asha)
    for answer in (client.get(link), client.post(link, {"confirm": "on"})):
        assert (answer.status_code, answer.url) == (302, learning_set.get_absolute_url())
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_a_forged_link_is_not_found(link):
    answer = Client().get(link[:-3] + "AA/")
    assert (answer.status_code, answer.templates[0].name) == (404, "sets/invitation_forged.html")


def use_up(invitation, gita, now):
    inviting.accept(invitation=invitation, by=make_user("Eve"), now=now)


def withdraw(invitation, gita, now):
    inviting.withdraw(invitation=invitation, by=gita, now=now)


def send_again(invitation, gita, now):
    inviting.resend(invitation=invitation, by=gita, now=now)


def let_expire(invitation, gita, now):
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=now - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("befalls", "reason"),
    [
        (use_up, "This invitation has been accepted. It works once."),
        (withdraw, "This invitation was withdrawn."),
        (send_again, "This invitation was sent again later: use the link in the newest message."),
        (let_expire, "This invitation has expired. Ask whoever invited you to send it again."),
    ],
)
def test_a_link_that_was_good_once_says_what_became_of_it(
    signed_in, learning_set, invitation, link, gita, finn, now, befalls, reason
):
    befalls(invitation, gita, now)
    for client in (Client(), signed_in(finn)):
        for answer in (client.get(link), client.post(link)):
            assert (answer.status_code, answer.templates[0].name) == (410, "sets/invitation_gone.html")
            assert answer.context["reason"] == reason
    assert not learning_set.memberships.filter(user=finn).exists()


def test_a_full_set_says_so(signed_in, learning_set, link, finn):
    for number in range(10):
        join(learning_set, make_user(f"Filler {number}"))
    answer = signed_in(finn).post(link)
    assert answer.status_code == 409
    assert "room for twelve members" in answer.content.decode()
    assert not learning_set.memberships.filter(user=finn).exists()


def test_the_page_is_kept_by_no_cache_and_its_address_told_to_no_other_site(link):
    answer = Client().get(link)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def code_for(address):
    """The code in the newest message to the address, as it waits sealed in the outbox."""
    sealed = json.loads(Message.objects.filter(kind="users.code", address=address).latest("pk").sealed)
    found = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", sealed["body"], re.MULTILINE)
    assert found, sealed["body"]
    return found.group(1)


def test_a_person_without_an_account_signs_up_comes_back_and_joins(settings, learning_set, link):
    settings.WHO_MAY_SIGN_UP = "invited"
    client = Client()
    page = client.post(link, {"way": "sign_up"}, follow=True)
    back = page.context["redirect_field_value"]
    answer = client.post(
        reverse("account_signup"), {"name": "Finn", "email": "finn@example.org", "next": back}, follow=True
    )
    answer = client.post(answer.redirect_chain[-1][0], {"code": code_for("finn@example.org")}, follow=True)
    assert answer.redirect_chain[-1][0] == link
    assert "Join the set" in answer.content.decode()
    assert client.post(link).url == learning_set.get_absolute_url()
    assert learning_set.memberships.present().get(user__email="finn@example.org").user.name == "Finn"
