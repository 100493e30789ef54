from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from als_project.outbox import keeping
from als_project.outbox.models import Message, RefusedAddress
from als_project.users.models import User

NOW = timezone.now()


def settled(asha: User, days_ago: int, end: str) -> Message:
    at = NOW - timedelta(days=days_ago)
    return Message.objects.create(
        kind="test.hello", key=f"{end}{days_ago}", to=asha, due_at=at, **({end: at} if end else {})
    )


@pytest.mark.parametrize("end", ["sent_at", "dropped_at", "parked_at"])
def test_what_was_settled_ninety_days_ago_is_forgotten(asha: User, end: str) -> None:
    kept = settled(asha, 90, end)
    settled(asha, 91, end)
    assert keeping.forget_old(now=NOW) == 1
    assert list(Message.objects.all()) == [kept]


def test_what_still_waits_is_never_forgotten(asha: User) -> None:
    waiting = settled(asha, 400, "")
    assert keeping.forget_old(now=NOW) == 0
    assert list(Message.objects.all()) == [waiting]


def test_many_are_forgotten_little_by_little(asha: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "A_TIME", 2)
    for days in range(91, 96):
        settled(asha, days, "sent_at")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert keeping.forget_old(now=NOW) == 5
    deletes = [query["sql"] for query in queries if query["sql"].startswith('DELETE FROM "outbox_message"')]
    assert (len(deletes), Message.objects.count()) == (3, 0)


@pytest.mark.django_db
def test_old_refusals_are_found_by_the_index() -> None:
    RefusedAddress.objects.bulk_create(RefusedAddress(address=f"p{n}@example.org", answer="550") for n in range(3000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE outbox_refusedaddress")
    plan = RefusedAddress.objects.filter(refused_at__lt=NOW - timedelta(days=90)).explain()
    assert "refused_addresses_refused" in plan
