from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from als_project.outbox import services
from als_project.outbox.models import Message, RefusedAddress
from als_project.users.models import User
from tests.outbox.conftest import Hello
from tests.sink import Sink

NOW = timezone.now()
LIST = "admin:outbox_message_changelist"


@pytest.fixture
def parked(asha: User) -> Message:
    return Message.objects.create(
        kind="test.hello",
        key="a secret key",
        to=asha,
        about=7,
        sealed="a secret code",
        due_at=NOW - timedelta(days=2),
        attempts=12,
        failing_since=NOW - timedelta(days=1),
        parked_at=NOW,
        parked_because="not accepted: 450 4.2.1",
    )


@pytest.fixture
def staff(superuser: User, signed_in: Any) -> Client:
    client: Client = signed_in(superuser)
    return client


def rows(page: bytes) -> int:
    return page.count(b'class="action-select"')


def test_staff_see_what_was_parked_and_why(staff: Client, parked: Message, ben: User) -> None:
    Message.objects.create(kind="test.hello", key="waiting", to=ben, due_at=NOW)
    page = staff.get(reverse(LIST)).content
    assert rows(page) == 1
    assert b"not accepted: 450 4.2.1" in page
    assert [rows(staff.get(reverse(LIST), {"end": end}).content) for end in ("waiting", "sent", "all")] == [1, 0, 2]


def test_staff_see_metadata_only(staff: Client, parked: Message, asha: User) -> None:
    page = staff.get(reverse(LIST)).content.decode()
    assert f"#{asha.pk}" in page
    for hidden in ("asha@example.org", "secret key", "secret code"):
        assert hidden not in page
    assert staff.get(reverse("admin:outbox_message_change", args=[parked.pk])).content.decode().count("secret") == 0


def test_one_click_tries_a_parked_message_again(staff: Client, parked: Message, smtp: Sink, hello: type[Hello]) -> None:
    RefusedAddress.objects.create(address="asha@example.org", answer="550")
    address = reverse("admin:outbox_message_try_again", args=[parked.pk])
    assert f'formaction="{address}"' in staff.get(reverse(LIST)).content.decode()
    assert staff.get(address).status_code == 405
    assert staff.post(address)["Location"] == reverse(LIST)
    parked.refresh_from_db()
    assert (parked.parked_at, parked.attempts, parked.failing_since) == (None, 0, None)
    assert parked.wanted_at == NOW - timedelta(days=2)
    services.send_due(now=timezone.now())
    assert smtp.addresses == ["asha@example.org"]
    assert not RefusedAddress.objects.exists()


def test_several_are_tried_again_at_once(staff: Client, parked: Message) -> None:
    staff.post(reverse(LIST), {"action": "try_again", "_selected_action": [parked.pk]})
    parked.refresh_from_db()
    assert parked.parked_at is None


def test_nobody_but_staff_tries_again(signed_in: Any, parked: Message, asha: User) -> None:
    address = reverse("admin:outbox_message_try_again", args=[parked.pk])
    assert signed_in(asha).post(address).status_code == 302
    User.objects.filter(pk=asha.pk).update(is_staff=True)
    assert signed_in(asha).post(address).status_code == 403
    parked.refresh_from_db()
    assert parked.parked_at == NOW


def test_what_was_sent_is_not_sent_again_by_a_click(staff: Client, asha: User, smtp: Sink) -> None:
    sent = Message.objects.create(kind="test.hello", key="sent", to=asha, due_at=NOW, sent_at=NOW)
    staff.post(reverse(LIST), {"action": "try_again", "_selected_action": [sent.pk], "end": "all"})
    sent.refresh_from_db()
    assert sent.sent_at == NOW


def test_nothing_is_added_or_deleted_by_hand(staff: Client, parked: Message) -> None:
    assert staff.get(reverse("admin:outbox_message_add")).status_code == 403
    assert staff.post(reverse("admin:outbox_message_delete", args=[parked.pk]), {"post": "yes"}).status_code == 403


def test_letting_messages_go_to_an_address_again(staff: Client) -> None:
    refused = RefusedAddress.objects.create(address="asha@example.org", answer="550 5.1.1")
    page = staff.get(reverse("admin:outbox_refusedaddress_changelist")).content.decode()
    assert ("550 5.1.1" in page, "asha@" in page) == (True, False)
    staff.post(reverse("admin:outbox_refusedaddress_delete", args=[refused.pk]), {"post": "yes"})
    assert not RefusedAddress.objects.exists()
