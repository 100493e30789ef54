"""Ground rules on their pages: read, propose, publish, agree, look back."""

import pytest
from django.urls import reverse

from sets.common_rules import common_rules
from sets.enums import RuleCategory
from sets.models import Assent, GroundRules
from sets.services import ruling
from tests.factories import join, make_user, publish_rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(learning_set):
    return lambda name, *args: reverse(f"sets:{name}", args=[learning_set.pk, *args])


@pytest.fixture
def proposal(learning_set, asha, now):
    rules = [("time", "We end on time.")]
    return ruling.propose(learning_set=learning_set, by=asha, rules=rules, now=now, seen=None)


def words(answer):
    return [str(message) for message in answer.context["messages"]]


def test_rules_are_read_by_present_people_alone(
    signed_in, learning_set, url, gita, asha, cara, stranger, olu, superuser
):
    publish_rules(learning_set)
    for name, args in (("rules", ()), ("rules_version", (1,)), ("propose_rules", ())):
        answers = [
            signed_in(person).get(url(name, *args)).status_code
            for person in (gita, asha, cara, stranger, olu, superuser)
        ]
        assert answers == [200, 200, 404, 404, 404, 404]


def test_a_set_without_rules_begins_from_the_common_list(signed_in, url, asha):
    page = signed_in(asha).get(url("propose_rules"))
    form = page.context["form"]
    for category, texts in common_rules().items():
        assert form[category.value].value() == "\n".join(texts)


def test_a_set_with_rules_begins_from_those_in_force(signed_in, learning_set, url, asha):
    publish_rules(learning_set, "One.", "Two.")
    form = signed_in(asha).get(url("propose_rules")).context["form"]
    boxes = {c.value: form[c.value].value() for c in RuleCategory if form[c.value].value()}
    assert boxes == {"confidentiality": "One.\nTwo."}


def test_one_line_is_one_rule(signed_in, learning_set, url, asha):
    typed = {"seen": "", "time": "  We begin  on time.\r\n\r\nWe end on time. ", "other": "Tea."}
    assert signed_in(asha).post(url("propose_rules"), typed).url == url("rules")
    assert ruling.as_pairs(GroundRules.objects.get()) == [
        ("time", "We begin on time."),
        ("time", "We end on time."),
        ("other", "Tea."),
    ]


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"time": "x" * 501}, "time"),
        ({"notes": "\n".join(f"Rule {n}" for n in range(21))}, "notes"),
        ({"seen": "yesterday", "time": "A rule."}, "seen"),
    ],
)
def test_a_rule_too_long_or_too_many_come_back_with_the_text(signed_in, url, asha, typed, fault):
    answer = signed_in(asha).post(url("propose_rules"), typed)
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors)) == (200, [fault])
    assert {name: form[name].value() for name in typed} == typed
    assert not GroundRules.objects.exists()


def test_an_empty_proposal_says_so(signed_in, url, asha):
    answer = signed_in(asha).post(url("propose_rules"), {"seen": ""})
    assert (answer.status_code, "Write at least one rule." in answer.content.decode()) == (409, True)


def test_the_later_of_two_hands_keeps_their_text_and_decides(signed_in, learning_set, url, proposal, gita, ben, now):
    read = proposal.changed_at
    rules = [("time", "Gita was first.")]
    current = ruling.propose(learning_set=learning_set, by=gita, rules=rules, now=ruling_later(read), seen=read)
    typed = {"seen": read.isoformat(), "time": "Ben's own words."}
    answer = signed_in(ben).post(url("propose_rules"), typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert answer.context["form"].non_field_errors() == ["Gita changed the proposal meanwhile."]
    assert answer.context["form"]["time"].value() == "Ben's own words."
    assert "Gita was first." in page
    assert ruling.as_pairs(GroundRules.objects.get()) == rules
    again = {**typed, "seen": answer.context["form"]["seen"].value()}
    assert again["seen"] == current.changed_at.isoformat()
    assert signed_in(ben).post(url("propose_rules"), again).url == url("rules")
    assert ruling.as_pairs(GroundRules.objects.get()) == [("time", "Ben's own words.")]


def ruling_later(instant):
    from datetime import timedelta

    return instant + timedelta(minutes=1)


def test_the_set_reads_a_proposal_and_what_it_would_change(signed_in, learning_set, url, ben, asha, now):
    publish_rules(learning_set, "Kept.", "Struck out.")
    rules = [("confidentiality", "Kept."), ("confidentiality", "New.")]
    ruling.propose(learning_set=learning_set, by=asha, rules=rules, now=now, seen=None)
    page = signed_in(ben).get(url("rules"))
    [(_category, lines)] = page.context["proposed"]
    assert [(line.mark, line.text) for line in lines] == [
        ("kept", "Kept."),
        ("removed", "Struck out."),
        ("added", "New."),
    ]
    assert (page.context["looks_after"], page.context["may_discard"]) == (False, False)


def test_publishing_takes_one_who_looks_after_the_set(signed_in, url, proposal, gita, asha, memberships):
    typed = {"seen": proposal.changed_at.isoformat(), "agrees": "on"}
    assert signed_in(asha).post(url("publish_rules"), typed).status_code == 403
    answer = signed_in(gita).post(url("publish_rules"), typed, follow=True)
    assert words(answer) == ["Version 1 is published. Everyone is asked to read it and agree."]
    assert list(Assent.objects.values_list("membership", flat=True)) == [memberships["Gita"].pk]


def test_publishing_without_the_box_leaves_the_publisher_to_agree_like_everyone(signed_in, url, proposal, gita):
    signed_in(gita).post(url("publish_rules"), {"seen": proposal.changed_at.isoformat()})
    page = signed_in(gita).get(url("rules"))
    assert [person.user.name for person in page.context["yet_to_agree"]] == ["Gita", "Asha", "Ben"]


def test_what_was_not_read_is_not_published(signed_in, url, proposal, gita):
    for typed in ({}, {"seen": "yesterday"}, {"seen": ruling_later(proposal.changed_at).isoformat()}):
        answer = signed_in(gita).post(url("publish_rules"), typed, follow=True)
        assert len(words(answer)) == 1
        assert not GroundRules.objects.published().exists()


def test_nothing_to_publish_or_discard_is_not_found(signed_in, url, gita):
    for name in ("publish_rules", "discard_rules"):
        assert signed_in(gita).post(url(name)).status_code == 404


def test_a_proposal_is_discarded_by_its_proposer_or_the_facilitator(signed_in, url, proposal, asha, ben):
    assert signed_in(ben).post(url("discard_rules")).status_code == 403
    assert signed_in(asha).post(url("discard_rules")).url == url("rules")
    assert not GroundRules.objects.exists()


def test_agreeing_leads_to_the_set(signed_in, learning_set, url, memberships, asha):
    publish_rules(learning_set)
    answer = signed_in(asha).post(url("agree"), {"number": 1})
    assert answer.url == learning_set.get_absolute_url()
    assert list(Assent.objects.values_list("membership", flat=True)) == [memberships["Asha"].pk]
    assert "You have agreed to this version." in signed_in(asha).get(url("rules")).content.decode()


def test_agreeing_to_what_changed_meanwhile_asks_to_read_again(signed_in, learning_set, url, asha):
    publish_rules(learning_set)
    publish_rules(learning_set, "Newer.")
    answer = signed_in(asha).post(url("agree"), {"number": 1}, follow=True)
    assert answer.redirect_chain == [(url("rules"), 302)]
    assert [text.startswith("The ground rules have changed meanwhile.") for text in words(answer)] == [True]
    assert not Assent.objects.exists()


@pytest.mark.parametrize("number", ["", "7", "one", "9" * 5000])
def test_agreeing_to_no_version_is_not_found(signed_in, learning_set, url, asha, number):
    publish_rules(learning_set)
    assert signed_in(asha).post(url("agree"), {"number": number}).status_code == 404


def test_earlier_versions_stay_readable_with_what_changed(signed_in, learning_set, url, asha):
    publish_rules(learning_set, "First.")
    publish_rules(learning_set, "Second.")
    first, second = (signed_in(asha).get(url("rules_version", number)) for number in (1, 2))
    assert (first.context["text"], first.context["changes"]) == ([("Confidentiality", ["First."])], [])
    [(_category, lines)] = second.context["changes"]
    assert [(line.mark, line.text) for line in lines] == [("removed", "First."), ("added", "Second.")]
    assert "Version 2 is in force now." in first.content.decode()
    assert signed_in(asha).get(url("rules_version", 3)).status_code == 404


def test_the_rules_page_costs_the_same_with_many_people_rules_and_versions(
    signed_in, learning_set, url, asha, proposal, django_assert_max_num_queries, django_assert_num_queries
):
    publish_rules(learning_set)
    client = signed_in(asha)
    with django_assert_max_num_queries(15) as few:
        client.get(url("rules"))
    for number in range(30):
        join(learning_set, make_user(f"Person {number}"))
        publish_rules(learning_set, *[f"Rule {n}" for n in range(20)])
    with django_assert_num_queries(len(few)):
        client.get(url("rules"))
