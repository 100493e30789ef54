from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured

from als_project.outbox import quiet, services
from als_project.outbox.models import Hours, Message
from als_project.outbox.quiet import NONE, QuietHours
from als_project.users.models import User
from tests.outbox.conftest import Hello
from tests.sink import Sink

NIGHT = QuietHours(20 * 60, 8 * 60)
LONDON = "Europe/London"


def at(text: str, zone: str = LONDON) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-11-20 19:59", None),
        ("2026-11-20 20:00", "2026-11-21 08:00"),
        ("2026-11-20 23:59", "2026-11-21 08:00"),
        ("2026-11-21 00:00", "2026-11-21 08:00"),
        ("2026-11-21 07:59", "2026-11-21 08:00"),
        ("2026-11-21 08:00", None),
        ("2026-11-21 12:00", None),
        # the clocks go back, and forward, in these nights
        ("2026-10-24 22:00", "2026-10-25 08:00"),
        ("2027-03-27 22:00", "2027-03-28 08:00"),
    ],
)
def test_quiet_ends_in_the_morning(now: str, end: str | None) -> None:
    assert quiet.ends(at(now), LONDON, NIGHT) == (at(end) if end else None)


def test_the_night_is_the_readers_own() -> None:
    now = at("2026-11-20 19:00")  # 22:00 in Nairobi, 11:00 in Los Angeles
    assert quiet.ends(now, "Africa/Nairobi", NIGHT) == at("2026-11-21 08:00", "Africa/Nairobi")
    assert quiet.ends(now, "America/Los_Angeles", NIGHT) is None


@pytest.mark.parametrize("hour", range(24))
def test_the_same_time_twice_means_no_quiet(hour: int) -> None:
    now = at(f"2026-11-20 {hour:02}:00")
    assert quiet.ends(now, LONDON, NONE) is None
    assert quiet.ends(now, LONDON, QuietHours(480, 480)) is None


def test_quiet_within_a_day() -> None:
    siesta = QuietHours(13 * 60, 16 * 60)
    assert quiet.ends(at("2026-11-20 14:00"), LONDON, siesta) == at("2026-11-20 16:00")
    assert quiet.ends(at("2026-11-20 12:59"), LONDON, siesta) is None


def test_quiet_that_ends_in_a_lost_hour_ends_after_it() -> None:
    until_half_past_one = QuietHours(20 * 60, 90)
    end = quiet.ends(at("2027-03-27 23:00"), LONDON, until_half_past_one)
    assert end == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)  # 02:30 by the new clock


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        ("2026-11-20 12:00", "2026-11-23 08:00"),
        ("2026-11-23 07:59", "2026-11-23 08:00"),
        ("2026-11-23 08:00", "2026-11-30 08:00"),
    ],
)
def test_the_weekly_message_comes_on_monday_morning(now: str, monday: str) -> None:
    assert quiet.next_weekly(at(now), LONDON, NIGHT) == at(monday)


def test_the_weekly_message_respects_a_late_riser() -> None:
    assert quiet.next_weekly(at("2026-11-20 12:00"), LONDON, QuietHours(20 * 60, 10 * 60)) == at("2026-11-23 10:00")


def test_the_sites_quiet_hours_are_a_setting(settings: Any) -> None:
    settings.QUIET_HOURS = "21:30-07:00"
    assert quiet.of_the_site() == QuietHours(21 * 60 + 30, 7 * 60)
    settings.QUIET_HOURS = "at night"
    with pytest.raises(ImproperlyConfigured, match=r"20:00-08:00"):
        quiet.of_the_site()


# --- On the way out ----------------------------------------------------------------------------

EVENING, MORNING = at("2026-11-20 21:00"), at("2026-11-21 08:00")


@pytest.fixture(autouse=True)
def night(settings: Any) -> None:
    settings.QUIET_HOURS = "20:00-08:00"


def post(to: User, *, due_at: datetime = EVENING, **fields: Any) -> None:
    services.post(kind="test.hello", key=f"test.hello:{to.pk}", to=to, due_at=due_at, **fields)


@pytest.mark.usefixtures("hello")
def test_what_is_due_at_night_leaves_in_the_morning(asha: User, smtp: Sink) -> None:
    post(asha)
    services.send_due(now=EVENING)
    assert smtp.connections == 0
    message = Message.objects.get()
    assert (message.due_at, message.wanted_at, message.claimed_until) == (MORNING, EVENING, None)
    assert services.send_due(now=MORNING - timedelta(minutes=1)) == 0
    services.send_due(now=MORNING)
    assert smtp.addresses == ["asha@example.org"]


@pytest.mark.usefixtures("hello")
def test_each_by_their_own_clock(asha: User, ben: User, smtp: Sink) -> None:
    now = at("2026-11-20 19:00")
    post(asha, due_at=now)
    post(ben, due_at=now)
    services.send_due(now=now)
    assert smtp.addresses == ["asha@example.org"]


@pytest.mark.usefixtures("hello")
def test_somebody_can_be_written_to_at_night_if_they_like(asha: User, smtp: Sink) -> None:
    Hours.objects.create(user=asha, quiet_from=0, quiet_until=0, most_a_week=10)
    post(asha)
    services.send_due(now=EVENING)
    assert smtp.addresses == ["asha@example.org"]


def test_what_is_urgent_leaves_at_night(asha: User, smtp: Sink, hello: type[Hello]) -> None:
    hello.urgent = True
    post(asha)
    services.send_due(now=EVENING)
    assert smtp.addresses == ["asha@example.org"]


@pytest.mark.parametrize(("limit", "sent"), [("2026-11-21 09:59", 1), ("2026-11-21 10:00", 0)])
def test_what_would_come_too_late_in_the_morning_leaves_at_night(
    asha: User, smtp: Sink, hello: type[Hello], limit: str, sent: int
) -> None:
    hello.limit = at(limit)
    post(asha)
    services.send_due(now=EVENING)
    assert len(smtp.accepted) == sent


def test_what_lost_its_reason_overnight_never_leaves(asha: User, smtp: Sink, hello: type[Hello]) -> None:
    post(asha)
    services.send_due(now=EVENING)
    hello.reason = False
    services.send_due(now=MORNING)
    assert (smtp.accepted, Message.objects.get().dropped_because) == ([], "its reason was gone")


@pytest.mark.parametrize(("late", "sent"), [(timedelta(hours=11), 1), (timedelta(hours=12, seconds=1), 0)])
def test_after_days_without_power_only_what_still_makes_sense_leaves(
    asha: User, smtp: Sink, hello: type[Hello], late: timedelta, sent: int
) -> None:
    hello.stale_after = timedelta(hours=12)
    post(asha, due_at=MORNING + timedelta(hours=4) - late)
    services.send_due(now=MORNING + timedelta(hours=4))
    assert len(smtp.accepted) == sent
    assert Message.objects.get().dropped_because == ("" if sent else "too late to be of use")


def test_an_invited_address_is_written_to_by_the_clock_of_its_set(
    db: None, smtp: Sink, hello: type[Hello], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Hello, "context", lambda self, message: {"word": "now", "at": EVENING, "time_zone": "America/Los_Angeles"}
    )
    services.post(kind="test.hello", key="new", address="new@example.org", due_at=EVENING)
    services.send_due(now=EVENING)  # 13:00 there
    assert smtp.addresses == ["new@example.org"]
