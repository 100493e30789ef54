"""The admin holds nothing by which somebody could sign in as another."""

import pytest
from django.contrib import admin
from django.test import Client

from als_project.users.models import User
from tests.cast import SignedIn

pytestmark = pytest.mark.django_db
IN_IT = """
    actions.Action als_sessions.Attendance als_sessions.Session outbox.MailServer outbox.Message outbox.RefusedAddress
    sets.GroundRules sets.Invitation sets.LearningSet sets.Membership sets.Programme users.User
"""


def test_only_what_the_product_puts_there_is_in_it(client: Client) -> None:
    assert sorted(model._meta.label for model in admin.site._registry) == IN_IT.split()


@pytest.mark.parametrize("page", ["account/emailaddress", "mfa/authenticator", "auth/group"])
def test_addresses_and_second_factors_are_in_nobody_elses_hands(
    signed_in: SignedIn, superuser: User, asha: User, page: str
) -> None:
    sent = {"user": asha.pk, "email": "another@example.org", "verified": "on"}
    for answer in (
        signed_in(superuser).get(f"/admin/{page}/"),
        signed_in(superuser).post(f"/admin/{page}/add/", sent),
    ):
        assert answer.status_code == 404
