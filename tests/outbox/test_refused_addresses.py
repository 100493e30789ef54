"""Who hears that an address takes no mail, kindly and once; who sees it; and when it is over."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from als_project.outbox import keeping, services
from als_project.outbox.models import Message, RefusedAddress
from als_project.users.models import User
from sets.models import Invitation, LearningSet, Membership
from tests.factories import end, join, make_set, make_user
from tests.outbox.conftest import Hello
from tests.sink import Sink

NOW = timezone.now()
TOLD = "sets.address_refused"
ABOUT_ASHA = "Messages don’t reach Asha"
pytestmark = [pytest.mark.usefixtures("hello"), pytest.mark.django_db]


def write_to(person: User, *, key: str = "1") -> None:
    services.post(kind="test.hello", key=f"{key}:{person.pk}", to=person, due_at=NOW)
    services.send_due(now=NOW)


@pytest.fixture
def refused(learning_set: LearningSet, asha: User, smtp: Sink) -> Sink:
    smtp.refuse({"asha@example.org": "550 5.1.1 No such person"})
    write_to(asha)
    return smtp


def told() -> list[tuple[str, bool]]:
    rows = Message.objects.filter(kind=TOLD).order_by("to__name", "pk")
    return [(row.to.name, row.sent_at is not None) for row in rows if row.to]


def page(signed_in: Any, person: User, learning_set: LearningSet) -> str:
    client: Client = signed_in(person)
    return client.get(reverse("sets:people", args=[learning_set.pk])).content.decode()


def test_the_facilitator_of_each_set_is_told_once_without_a_name(
    refused: Sink, asha: User, ben: User, hello: type[Hello]
) -> None:
    other = make_set("Other set")
    join(other, ben, facilitates=True)
    hello.urgent = True
    write_to(asha, key="2")
    services.send_due(now=NOW)
    assert told() == [("Gita", True)]
    (mail,) = refused.accepted
    assert str(mail["Subject"]) == "Messages don’t reach somebody in “Thursday set”"
    assert "sha" not in mail.as_string()


def test_those_who_look_after_every_set_of_hers_are_told(
    learning_set: LearningSet, asha: User, ben: User, smtp: Sink
) -> None:
    other = make_set("Other set")
    join(other, ben, facilitates=True)
    join(other, asha, facilitates=True)
    smtp.refuse({"asha@example.org": "550 No such person"})
    write_to(asha)
    assert told() == [("Ben", False), ("Gita", False)]


def test_it_is_not_sent_once_the_person_has_left_or_their_address_takes_mail(
    learning_set: LearningSet, memberships: dict[str, Membership], refused: Sink
) -> None:
    end(memberships["Asha"])
    services.send_due(now=NOW)
    assert told() == [("Gita", False)]
    assert Message.objects.get(kind=TOLD).dropped_because == "its reason was gone"


def test_only_those_who_look_after_the_set_see_it_on_the_people_page(
    learning_set: LearningSet, refused: Sink, signed_in: Any, gita: User, asha: User, ben: User
) -> None:
    seen = {person.name: ABOUT_ASHA in page(signed_in, person, learning_set) for person in (gita, asha, ben)}
    assert seen == {"Gita": True, "Asha": False, "Ben": False}


def test_the_person_sees_it_with_their_own_messages(refused: Sink, signed_in: Any, asha: User, ben: User) -> None:
    pages = {p.name: signed_in(p).get(reverse("outbox:preferences")).content.decode() for p in (asha, ben)}
    assert {name: "Messages don’t reach you" in text for name, text in pages.items()} == {"Asha": True, "Ben": False}


def test_it_is_over_when_the_address_is_another_one(
    learning_set: LearningSet, refused: Sink, signed_in: Any, gita: User, asha: User
) -> None:
    asha.email = "asha@new.example.org"
    asha.save(update_fields=["email"])
    assert ABOUT_ASHA not in page(signed_in, gita, learning_set)
    write_to(asha, key="3")
    assert refused.addresses == ["asha@new.example.org"]


def test_it_is_over_when_the_address_takes_mail_after_all(
    learning_set: LearningSet, refused: Sink, signed_in: Any, gita: User, asha: User, hello: type[Hello]
) -> None:
    refused.refuse({})
    hello.urgent = True
    write_to(asha, key="code")
    assert refused.addresses == ["asha@example.org"]
    assert ABOUT_ASHA not in page(signed_in, gita, learning_set)


def test_an_invitation_that_can_t_be_delivered_says_so_where_it_stands(
    learning_set: LearningSet, signed_in: Any, gita: User, smtp: Sink
) -> None:
    smtp.refuse({"nobdy@example.org": "550 5.1.1 No such person"})
    fields = {"learning_set": learning_set, "invited_by": gita, "expires_at": NOW + timedelta(days=30)}
    invitations = [Invitation.objects.create(email=f"{name}@example.org", **fields) for name in ("nobdy", "somebody")]
    for one in invitations:
        services.post(
            kind="sets.invitation", key=f"sets.invitation:{one.pk}:{one.nonce}", address=one.email, about=one.pk
        )
    services.send_due(now=timezone.now())
    assert smtp.addresses == ["somebody@example.org"]
    assert page(signed_in, gita, learning_set).count("This address takes no mail.") == 1


@pytest.fixture
def invited_in_vain(learning_set: LearningSet, gita: User, smtp: Sink) -> Sink:
    smtp.refuse({"nobdy@example.org": "550 5.1.1 No such person"})
    fields = {"learning_set": learning_set, "invited_by": gita, "expires_at": NOW + timedelta(days=30)}
    one = Invitation.objects.create(email="nobdy@example.org", **fields)
    key = f"sets.invitation:{one.pk}:{one.nonce}"
    services.post(kind="sets.invitation", key=key, address=one.email, about=one.pk)
    services.send_due(now=timezone.now())
    return smtp


def test_who_looks_after_the_set_hears_of_an_invitation_that_reached_nobody(invited_in_vain: Sink) -> None:
    services.send_due(now=timezone.now())
    (mail,) = invited_in_vain.accepted
    assert (mail["To"], str(mail["Subject"])) == (
        "gita@example.org",
        "An invitation to “Thursday set” could not be delivered",
    )
    assert "nobdy" not in mail.as_string()


def test_they_do_not_once_it_is_withdrawn(invited_in_vain: Sink) -> None:
    Invitation.objects.update(withdrawn_at=NOW)
    services.send_due(now=timezone.now())
    assert invited_in_vain.accepted == []


def test_they_hear_of_a_member_whose_address_was_refused_before_they_came(
    learning_set: LearningSet, invited_in_vain: Sink
) -> None:
    owner = make_user("Nobdy")
    Invitation.objects.update(accepted_at=NOW)
    join(learning_set, owner)
    for key in ("1", "2"):
        write_to(owner, key=key)
    assert told() == [("Gita", True)]


def test_after_ninety_days_an_address_is_tried_again() -> None:
    for days in (89, 91):
        RefusedAddress.objects.create(
            address=f"{days}@example.org", answer="550", refused_at=NOW - timedelta(days=days)
        )
    keeping.forget_old(now=NOW)
    assert list(RefusedAddress.objects.values_list("address", flat=True)) == ["89@example.org"]
