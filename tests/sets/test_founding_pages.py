"""Founding, the set's page, changing it."""

import pytest
from django.urls import reverse

from sets.enums import Facilitation
from sets.models import LearningSet
from tests.factories import end, join, make_set, make_user, publish_rules

pytestmark = pytest.mark.django_db

FIELDS = {
    "name": "Friday set",
    "purpose": "Lead well.",
    "usual_minutes": 120,
    "place": "Room 4",
    "link": "",
    "time_zone": "Africa/Nairobi",
    "process": "open-questions",
}


def test_founding_leads_to_inviting(signed_in, asha):
    answer = signed_in(asha).post(reverse("sets:found"), {**FIELDS, "takes_part": "on"})
    founded = LearningSet.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("sets:people", args=[founded.pk]))
    assert {name: getattr(founded, name) for name in FIELDS} == FIELDS
    assert founded.memberships.get().is_member is True


def test_the_founders_own_time_zone_is_offered_first(signed_in, ben):
    form = signed_in(ben).get(reverse("sets:found")).context["form"]
    assert form["time_zone"].value() == "Africa/Nairobi"


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("usual_minutes", 10), ("usual_minutes", 999), ("time_zone", "Mars/North"), ("process", "none")],
)
def test_a_form_with_a_fault_comes_back_with_what_was_typed(signed_in, asha, field, value):
    answer = signed_in(asha).post(reverse("sets:found"), {**FIELDS, "purpose": "Typed with care.", field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
    assert "Typed with care." in answer.content.decode()
    assert not LearningSet.objects.exists()


def test_where_joining_is_by_invitation_only_those_who_look_after_a_set_found_another(
    signed_in, settings, learning_set, gita, asha, superuser
):
    settings.WHO_MAY_SIGN_UP = "invited"
    found = {p.name: signed_in(p).get(reverse("sets:found")).status_code for p in (gita, asha, superuser)}
    assert found == {"Gita": 200, "Asha": 403, "Root": 200}


def test_the_sets_page_is_for_its_present_people(signed_in, learning_set, gita, asha, cara, stranger, olu, superuser):
    answers = {
        person.name: signed_in(person).get(learning_set.get_absolute_url()).status_code
        for person in (gita, asha, cara, stranger, olu, superuser)
    }
    assert answers == {"Gita": 200, "Asha": 200, "Cara": 404, "Sam Stranger": 404, "Olu": 404, "Root": 404}


def test_who_leaves_finds_nothing_at_the_next_request(signed_in, learning_set, memberships, asha):
    client = signed_in(asha)
    assert client.get(learning_set.get_absolute_url()).status_code == 200
    end(memberships["Asha"])
    assert client.get(learning_set.get_absolute_url()).status_code == 404


def test_the_sets_page_asks_for_agreement_and_names_who_has_yet_to_agree(
    signed_in, learning_set, memberships, asha, gita
):
    publish_rules(learning_set, agreed_by=[memberships["Gita"]])
    page = signed_in(asha).get(learning_set.get_absolute_url())
    assert "First, the ground rules" in page.content.decode()
    assert [person.user.name for person in page.context["yet_to_agree"]] == ["Asha", "Ben"]
    assert "First, the ground rules" not in signed_in(gita).get(learning_set.get_absolute_url()).content.decode()


def test_who_agreed_before_is_asked_to_read_what_changed(signed_in, learning_set, memberships, asha):
    publish_rules(learning_set, agreed_by=[memberships["Asha"]])
    publish_rules(learning_set, "A new rule.")
    page = signed_in(asha).get(learning_set.get_absolute_url()).content.decode()
    assert ("A new version of the ground rules" in page, "opens to you once" in page) == (True, False)


def test_the_sets_page_costs_the_same_with_many_people(
    signed_in, learning_set, asha, django_assert_max_num_queries, django_assert_num_queries
):
    publish_rules(learning_set)
    client = signed_in(asha)
    with django_assert_max_num_queries(30) as few:
        client.get(learning_set.get_absolute_url())
    for number in range(30):
        join(learning_set, make_user(f"Person {number}"))
    with django_assert_num_queries(len(few)):
        client.get(learning_set.get_absolute_url())


def test_only_who_looks_after_the_set_changes_it(signed_in, learning_set, gita, asha):
    url = reverse("sets:change", args=[learning_set.pk])
    assert [signed_in(asha).get(url).status_code, signed_in(asha).post(url, FIELDS).status_code] == [403, 403]
    answer = signed_in(gita).post(url, {**FIELDS, "newcomers_read_past": "on"})
    learning_set.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, learning_set.get_absolute_url())
    assert (learning_set.name, learning_set.newcomers_read_past) == ("Friday set", True)


def test_any_member_changes_a_self_facilitated_set(signed_in, asha):
    together = make_set("Together", facilitation=Facilitation.SELF_FACILITATED)
    join(together, asha)
    signed_in(asha).post(reverse("sets:change", args=[together.pk]), FIELDS)
    together.refresh_from_db()
    assert together.name == "Friday set"


def test_a_link_without_a_scheme_is_taken_as_https(signed_in, learning_set, gita):
    url = reverse("sets:change", args=[learning_set.pk])
    signed_in(gita).post(url, {**FIELDS, "link": "meet.example.org/room"})
    learning_set.refresh_from_db()
    assert learning_set.link == "https://meet.example.org/room"
