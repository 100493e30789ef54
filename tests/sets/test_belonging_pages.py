"""Roles, removing, leaving, facilitation."""

from datetime import timedelta

import pytest
from django.urls import reverse

from sets.enums import Facilitation
from sets.models import Membership
from tests.factories import join, make_set, make_user

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"sets:{name}", args=args)


def words(answer):
    return [str(message) for message in answer.context["messages"]]


def people(learning_set):
    present = learning_set.memberships.present().select_related("user").order_by("user__name")
    return [(m.user.name, m.is_member, m.is_facilitator) for m in present]


@pytest.mark.parametrize("name", ["roles", "remove"])
def test_only_who_looks_after_the_set_changes_who_is_in_it(signed_in, learning_set, memberships, asha, stranger, name):
    page = url(name, learning_set.pk, memberships["Ben"].pk)
    for person, status in ((asha, 403), (stranger, 404)):
        client = signed_in(person)
        assert [client.get(page).status_code, client.post(page).status_code] == [status, status]
    assert len(people(learning_set)) == 3


@pytest.mark.parametrize("name", ["roles", "remove"])
def test_somebody_who_is_not_in_the_set_is_not_found(signed_in, learning_set, gita, cara, stranger, name):
    client = signed_in(gita)
    for membership in (learning_set.memberships.get(user=cara), stranger.memberships.get()):
        assert client.get(url(name, learning_set.pk, membership.pk)).status_code == 404


def test_roles_are_given_on_a_page(signed_in, learning_set, memberships, gita):
    page = url("roles", learning_set.pk, memberships["Asha"].pk)
    assert signed_in(gita).get(page).context["form"].initial == {"is_member": True, "is_facilitator": False}
    signed_in(gita).post(page, {"is_member": "on", "is_facilitator": "on"})
    assert people(learning_set)[0] == ("Asha", True, True)


def test_no_role_and_no_facilitator_are_refused_on_the_page(signed_in, learning_set, memberships, gita):
    none = signed_in(gita).post(url("roles", learning_set.pk, memberships["Asha"].pk))
    assert (none.status_code, "Choose at least one role" in none.content.decode()) == (200, True)
    last = signed_in(gita).post(url("roles", learning_set.pk, memberships["Gita"].pk), {"is_member": "on"})
    assert (last.status_code, "Name a successor" in last.content.decode()) == (409, True)


def test_a_self_facilitated_set_has_one_page_for_roles(signed_in, asha):
    together = make_set("Together", facilitation=Facilitation.SELF_FACILITATED)
    mine = join(together, asha)
    assert signed_in(asha).get(url("roles", together.pk, mine.pk)).url == url("facilitation", together.pk)


def test_removing_asks_first_and_then_does_it(signed_in, learning_set, memberships, gita, asha):
    page = url("remove", learning_set.pk, memberships["Asha"].pk)
    assert "Remove Asha from the set?" in signed_in(gita).get(page).content.decode()
    assert Membership.objects.present_in(learning_set, asha) is not None
    answer = signed_in(gita).post(page, follow=True)
    assert words(answer) == ["Asha no longer belongs to the set."]
    assert signed_in(asha).get(learning_set.get_absolute_url()).status_code == 404


def test_removing_oneself_is_leaving(signed_in, learning_set, memberships, gita):
    page = url("remove", learning_set.pk, memberships["Gita"].pk)
    assert signed_in(gita).post(page).url == url("leave", learning_set.pk)


def test_leaving_says_what_happens_and_offers_the_export_first(signed_in, learning_set, asha):
    client = signed_in(asha)
    page = client.get(url("leave", learning_set.pk))
    assert (reverse("my_data") in page.content.decode(), page.context["form"]) == (True, None)
    answer = client.post(url("leave", learning_set.pk))
    assert (answer.status_code, answer.url) == (302, reverse("home"))
    assert client.get(url("leave", learning_set.pk)).status_code == 404


def test_the_last_facilitator_says_who_looks_after_the_set_next(signed_in, learning_set, memberships, gita):
    client, page = signed_in(gita), url("leave", learning_set.pk)
    form = client.get(page).context["form"]
    assert [label for _pk, label in form.fields["successor"].choices] == ["Choose a person", "Asha", "Ben"]
    for typed, fault in (({}, "way"), ({"way": "successor"}, "successor"), ({"way": "nobody"}, "way")):
        assert list(client.post(page, typed).context["form"].errors) == [fault]
    assert Membership.objects.present_in(learning_set, gita) is not None
    client.post(page, {"way": "successor", "successor": memberships["Ben"].pk})
    assert people(learning_set) == [("Asha", True, False), ("Ben", True, True)]


def test_the_last_facilitator_leaves_a_self_facilitated_set_behind(signed_in, learning_set, gita):
    signed_in(gita).post(url("leave", learning_set.pk), {"way": "self_facilitated"})
    learning_set.refresh_from_db()
    assert (learning_set.is_self_facilitated, len(people(learning_set))) == (True, 2)


def test_a_successor_from_elsewhere_is_no_choice(signed_in, learning_set, gita, stranger, cara):
    for membership in (stranger.memberships.get(), learning_set.memberships.get(user=cara)):
        typed = {"way": "successor", "successor": membership.pk}
        answer = signed_in(gita).post(url("leave", learning_set.pk), typed)
        assert list(answer.context["form"].errors) == ["successor"]


def test_members_do_not_hand_over_what_is_not_theirs(signed_in, learning_set, asha):
    client, page = signed_in(asha), url("facilitation", learning_set.pk)
    assert [client.get(page).status_code, client.post(page).status_code] == [403, 403]


@pytest.mark.parametrize(("stays", "leads_to"), [(True, "set"), (False, "home")])
def test_facilitation_is_handed_over(signed_in, learning_set, memberships, gita, stays, leads_to):
    typed = {"way": "successor", "successor": memberships["Asha"].pk, **({"stays": "on"} if stays else {})}
    answer = signed_in(gita).post(url("facilitation", learning_set.pk), typed)
    assert answer.url == (learning_set.get_absolute_url() if leads_to == "set" else reverse("home"))
    assert people(learning_set)[0] == ("Asha", True, True)
    assert (("Gita", True, False) in people(learning_set)) is stays


def test_a_set_goes_on_self_facilitated_from_the_facilitation_page(signed_in, learning_set, gita):
    answer = signed_in(gita).post(url("facilitation", learning_set.pk), {"way": "self_facilitated"})
    learning_set.refresh_from_db()
    assert (answer.url, learning_set.is_self_facilitated) == (reverse("home"), True)


@pytest.mark.parametrize("takes_part", [True, False])
@pytest.mark.parametrize("stays", [True, False])
def test_whoever_gives_the_facilitation_to_all_stays_or_leaves_as_they_say(
    signed_in, learning_set, memberships, gita, takes_part, stays
):
    memberships["Gita"].is_member = takes_part
    memberships["Gita"].save()
    page = url("facilitation", learning_set.pk)
    assert signed_in(gita).get(page).context["form"]["stays"].value() is takes_part
    answer = signed_in(gita).post(page, {"way": "self_facilitated"} | ({"stays": "on"} if stays else {}))
    assert answer.url == (learning_set.get_absolute_url() if stays else reverse("home"))
    assert (("Gita", True, False) in people(learning_set)) is stays


@pytest.mark.parametrize(
    ("takes_part", "said"), [(True, "so you stay on that day"), (False, "To stay, take part as a member first")]
)
def test_what_an_agreed_day_does_not_bring_is_said_beside_the_box(
    signed_in, learning_set, memberships, gita, now, takes_part, said
):
    memberships["Gita"].is_member = takes_part
    memberships["Gita"].save()
    sent = {"way": "self_facilitated", "from_day": (now + timedelta(days=9)).date().isoformat()}
    page = signed_in(gita).post(url("facilitation", learning_set.pk), sent | ({} if takes_part else {"stays": "on"}))
    assert page.context["form"].errors.keys() == {"stays"}
    assert said in page.content.decode()
    learning_set.refresh_from_db()
    assert learning_set.self_facilitated_from is None


def test_what_can_not_be_now_is_said_on_the_facilitation_page(signed_in, learning_set, gita, memberships):
    dev = join(learning_set, make_user("Dev"), facilitates=True)
    answer = signed_in(dev.user).post(url("facilitation", learning_set.pk), {"way": "self_facilitated"})
    assert (answer.status_code, "Gita would be left without a role" in answer.content.decode()) == (409, True)


def test_a_self_facilitated_set_names_a_facilitator_from_among_all(signed_in, asha):
    together = make_set("Together", facilitation=Facilitation.SELF_FACILITATED)
    mine = join(together, asha)
    client, page = signed_in(asha), url("facilitation", together.pk)
    assert list(client.post(page).context["form"].errors) == ["successor"]
    assert client.post(page, {"successor": mine.pk}).url == together.get_absolute_url()
    together.refresh_from_db()
    assert (together.is_self_facilitated, people(together)) == (False, [("Asha", True, True)])
