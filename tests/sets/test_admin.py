"""The admin shows that rows exist, never what they say, and opens no door into a set."""

import pytest
from django.urls import reverse

from sets.models import Invitation, Programme
from tests.factories import make_set, publish_rules

pytestmark = pytest.mark.django_db

LOOKED_AT = ["membership", "invitation", "groundrules"]


@pytest.fixture
def rows(learning_set, memberships, now):
    return {
        "learningset": learning_set,
        "membership": memberships["Asha"],
        "invitation": Invitation.objects.create(learning_set=learning_set, email="x@example.org", expires_at=now),
        "groundrules": publish_rules(learning_set, "We never speak of purple."),
    }


@pytest.mark.parametrize("name", ["learningset", *LOOKED_AT])
def test_metadata_is_shown_and_no_words(signed_in, superuser, rows, name):
    client = signed_in(superuser)
    row = rows[name]
    for page in (
        reverse(f"admin:sets_{name}_changelist"),
        reverse(f"admin:sets_{name}_change", args=[row.pk]),
    ):
        answer = client.get(page)
        assert answer.status_code == 200
        shown = answer.content.decode()
        for secret in ("purple", "Work on what we really face", rows["invitation"].nonce):
            assert secret not in shown


@pytest.mark.parametrize("name", LOOKED_AT)
def test_nobody_is_put_into_a_set_or_taken_out_from_here(signed_in, superuser, rows, name):
    client = signed_in(superuser)
    assert client.get(reverse(f"admin:sets_{name}_add")).status_code == 403
    row = rows[name]
    for page in ("change", "delete"):
        assert client.post(reverse(f"admin:sets_{name}_{page}", args=[row.pk]), {}).status_code == 403


def test_a_set_is_put_into_a_programme_and_nothing_else_changes(signed_in, superuser, rows):
    other = Programme.objects.create(name="Other")
    page = reverse("admin:sets_learningset_change", args=[rows["learningset"].pk])
    signed_in(superuser).post(page, {"programme": other.pk, "name": "Taken over", "newcomers_read_past": "on"})
    learning_set = type(rows["learningset"]).objects.get(pk=rows["learningset"].pk)
    assert (learning_set.programme, learning_set.name, learning_set.newcomers_read_past) == (
        other,
        "Thursday set",
        False,
    )


def test_a_programme_begins_in_the_admin(signed_in, superuser, olu):
    page = reverse("admin:sets_programme_add")
    signed_in(superuser).post(page, {"name": "New", "purpose": "", "organisers": [olu.pk]})
    assert list(Programme.objects.get().organisers.all()) == [olu]


def test_lists_cost_the_same_with_many_rows(
    signed_in, superuser, rows, django_assert_max_num_queries, django_assert_num_queries
):
    client, page = signed_in(superuser), reverse("admin:sets_learningset_changelist")
    with django_assert_max_num_queries(12) as few:
        client.get(page)
    for number in range(30):
        make_set(f"Set {number}", programme=rows["learningset"].programme)
    with django_assert_num_queries(len(few)):
        client.get(page)
