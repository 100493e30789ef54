"""The demo is played through the services: it holds at whatever moment somebody looks round."""

from datetime import UTC, datetime, timedelta

import pytest

from actions.demo.loading import load
from actions.demo.people import CLINIC, GITA
from sessions.enums import BidState
from sessions.models import Session
from sessions.services import running

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "now", [datetime(2026, 11, 27, 12, 0, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)]
)
def test_one_of_its_sessions_can_be_opened_at_once(now: datetime) -> None:
    cast = load(now=now)
    coming = Session.objects.to_come().filter(learning_set__name=CLINIC.name).earliest("starts_at")
    assert timedelta(0) < coming.starts_at - now <= timedelta(minutes=15)
    assert coming.bids.filter(state=BidState.OFFERED).exists()
    assert running.open_session(session=coming, by=cast[GITA], now=now).is_running
