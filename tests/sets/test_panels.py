"""What this floor adds to the home page, to a person's own data, and to a programme's page."""

import pytest
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from sets.enums import Facilitation
from sets.figures import Extent
from sets.models import Invitation, Programme
from sets.services import inviting
from tests.factories import end, join, make_set, make_user, publish_rules

pytestmark = pytest.mark.django_db


def panel(name, user):
    request = RequestFactory().get("/")
    request.user = user
    template = engines["django"].from_string(f"{{% load sets_panels %}}{{% {name} %}}")
    return " ".join(template.render({"user": user}, request).split())


def test_home_lists_my_sets_and_those_alone(learning_set, asha, cara, olu):
    assert "Thursday set" in panel("sets_home", asha)
    assert "Another set" not in panel("sets_home", asha)
    assert "You belong to no set yet." in panel("sets_home", cara)
    assert "Leading well" in panel("sets_home", olu)


def test_home_asks_for_agreement_until_it_is_given(learning_set, memberships, asha, ben):
    publish_rules(learning_set, agreed_by=[memberships["Ben"]])
    assert "Read them and agree" in panel("sets_to_agree", asha)
    assert panel("sets_to_agree", ben) == ""


def test_home_puts_sets_whose_rules_wait_for_me_first(learning_set, asha):
    first_by_name = make_set("A set without rules")
    join(first_by_name, asha)
    publish_rules(learning_set)
    home = panel("sets_home", asha)
    assert home.index("Thursday set") < home.index("A set without rules")


def test_home_tells_who_looks_after_a_set_what_needs_attention(learning_set, memberships, gita, asha, now):
    emails = ["finn@example.org", "eve@example.org"]
    inviting.invite(learning_set=learning_set, by=gita, emails=emails, as_facilitator=False, now=now)
    assert "It has no ground rules yet" in panel("sets_home", gita)
    publish_rules(learning_set, agreed_by=[memberships["Gita"]])
    home = panel("sets_home", gita)
    for sentence in (
        "It has 2 members; four is a good minimum.",
        "2 invitations are not answered yet",
        "2 people have yet to agree to the ground rules",
    ):
        assert sentence in home
        assert sentence not in panel("sets_home", asha)


def test_every_member_of_a_self_facilitated_set_hears_what_needs_attention(asha):
    together = make_set("Together", facilitation=Facilitation.SELF_FACILITATED)
    join(together, asha)
    assert "It has 1 member; four is a good minimum." in panel("sets_home", asha)


def test_home_shows_an_invitation_to_my_address_until_it_is_decided(learning_set, gita, stranger, asha, now):
    emails = ["Sam.Stranger@example.org"]
    made = inviting.invite(learning_set=learning_set, by=gita, emails=emails, as_facilitator=False, now=now)[0]
    assert inviting.link_for(made) in panel("sets_home", stranger)
    assert "You are invited" not in panel("sets_home", asha)
    inviting.withdraw(invitation=made, by=gita, now=now)
    assert "You are invited" not in panel("sets_home", stranger)


@pytest.mark.parametrize(("who_may", "offered"), [("anyone", True), ("invited", False)])
def test_home_offers_to_found_a_set_to_those_who_may(settings, learning_set, asha, who_may, offered):
    settings.WHO_MAY_SIGN_UP = who_may
    assert (reverse("sets:found") in panel("sets_home", asha)) is offered


def test_home_costs_the_same_with_one_set_and_with_thirty(
    learning_set, gita, now, django_assert_max_num_queries, django_assert_num_queries
):
    publish_rules(learning_set)
    Invitation.objects.create(learning_set=make_set("Elsewhere"), email=gita.email, expires_at=now.replace(year=2100))
    with django_assert_max_num_queries(4) as few:
        panel("sets_home", gita)
    for number in range(30):
        another = make_set(f"Set {number}")
        join(another, gita, facilitates=True)
        publish_rules(another)
    with django_assert_num_queries(len(few)):
        panel("sets_home", gita)


def test_my_data_says_what_i_belong_to_and_agreed_to(learning_set, memberships, asha, cara, django_assert_num_queries):
    publish_rules(learning_set, "Tea & biscuits.", agreed_by=[memberships["Asha"], memberships["Ben"]])
    publish_rules(learning_set, "No biscuits.", agreed_by=[memberships["Asha"]])
    with django_assert_num_queries(3):
        text = panel("sets_mine", asha)
    assert "Thursday set member, since" in text
    assert text.index("You agreed to version 1") < text.index("You agreed to version 2")
    assert "Confidentiality - No biscuits." in text
    assert "You belong to no set." in panel("sets_mine", cara)
    assert "version 2" not in panel("sets_mine", memberships["Ben"].user)


def test_a_programme_shows_its_organiser_figures_from_five_people_on(signed_in, learning_set, programme, olu):
    client, page = signed_in(olu), reverse("sets:programme", args=[programme.pk])
    assert client.get(page).context["extent"] is None
    assert "The figures appear once at least 5 people" in client.get(page).content.decode()
    second = make_set("Second", programme=programme)
    join(second, make_user("Finn"))
    end(join(second, make_user("Hal")))
    assert client.get(page).context["extent"] is None
    join(second, make_user("Eve"))
    answer = client.get(page)
    assert answer.context["extent"] == Extent(sets=2, closed=0, people=5)
    assert "The figures appear once" not in answer.content.decode()
    for name in ("Asha", "Ben", "Gita", "Thursday set", "Second"):
        assert name not in answer.content.decode()


def test_a_programme_says_how_many_of_its_sets_have_closed(signed_in, learning_set, programme, olu):
    for name in ("Eve", "Finn"):
        join(learning_set, make_user(name))
    make_set("Second", programme=programme, closed_at=timezone.now(), notes_end_at=timezone.now())
    page = signed_in(olu).get(reverse("sets:programme", args=[programme.pk])).content.decode()
    assert "2, 1 of them closed" in " ".join(page.split())


def test_the_figures_come_for_a_spreadsheet_too(signed_in, learning_set, programme, olu):
    client, file = signed_in(olu), reverse("sets:figures", args=[programme.pk])
    head = "\ufeffPart,Of,What,Figure\r\n"
    assert client.get(file).content.decode() == head
    for name in ("Eve", "Finn"):
        join(learning_set, make_user(name))
    answer = client.get(file)
    assert answer["Content-Disposition"] == 'attachment; filename="figures.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode() == head + "".join(
        f"Sets and people,all,{what},{figure}\r\n"
        for what, figure in [("learning sets", 1), ("closed learning sets", 0), ("people", 5)]
    )


def test_a_programme_is_for_its_organisers_alone(signed_in, learning_set, programme, olu, gita, asha, superuser):
    page = reverse("sets:programme", args=[programme.pk])
    other = Programme.objects.create(name="Other")
    assert [signed_in(p).get(page).status_code for p in (olu, gita, asha, superuser)] == [200, 404, 404, 404]
    assert signed_in(olu).get(reverse("sets:programme", args=[other.pk])).status_code == 404
