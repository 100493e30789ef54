"""At once, weekly, never, and not too many: what people choose, and what leaves accordingly."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from als_project.outbox import preferences, sending, services
from als_project.outbox.models import Hours, How, Message, Preference
from als_project.outbox.preferences import Wishes
from als_project.users.models import User
from tests.outbox.conftest import Hello
from tests.sink import Sink

FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def optional(hello: type[Hello]) -> None:
    hello.needed = False


def post(to: User, cause: str = "once", *, due_at: datetime = FRIDAY) -> Message:
    key = f"test.hello:{cause}:{to.pk}"
    services.post(kind="test.hello", key=key, to=to, due_at=due_at)
    return Message.objects.get(key=key)


def prefer(user: User, how: How, kind: str = "test.hello") -> None:
    Preference.objects.update_or_create(user=user, kind=kind, defaults={"how": how})


def send(now: datetime) -> None:
    while services.send_due(now=now):
        pass


def text(sink: Sink, position: int = 0) -> str:
    body = sink.accepted[position].get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n").split("\n-- \n")[0]


def test_off_means_off(asha: User, ben: User, smtp: Sink) -> None:
    prefer(asha, How.NEVER)
    post(asha)
    post(ben)
    send(FRIDAY)
    assert smtp.addresses == ["ben@example.org"]
    assert Message.objects.get(to=asha).dropped_because == "not wanted"


def test_turned_off_between_claim_and_sending_is_off(asha: User, smtp: Sink) -> None:
    post(asha)
    claimed = sending.claim(now=FRIDAY)
    prefer(asha, How.NEVER)
    with sending.Carrier() as carrier:
        sending.deliver(claimed[0], carrier=carrier, now=FRIDAY)
    assert smtp.accepted == []


def test_what_is_needed_comes_whatever_was_once_chosen(asha: User, smtp: Sink, hello: type[Hello]) -> None:
    hello.needed = True
    prefer(asha, How.NEVER)
    post(asha)
    send(FRIDAY)
    assert smtp.addresses == ["asha@example.org"]


def test_a_week_of_messages_comes_as_one_on_monday(asha: User, ben: User, smtp: Sink) -> None:
    prefer(asha, How.WEEKLY)
    parts = [post(asha, "first"), post(asha, "second", due_at=FRIDAY + timedelta(days=1))]
    send(FRIDAY + timedelta(days=1))
    assert smtp.accepted == []
    send(MONDAY)
    assert smtp.addresses == ["asha@example.org"]
    assert smtp.accepted[0]["Subject"] == "Your learning sets this week"
    assert text(smtp) == (
        "Hello Asha,\n\nthis is what you asked to be told once a week:\n"
        + "\nDon’t forget Tuesday\nhttp://testserver/sets/1/\n" * 2
        + "\nAction learning sets\n"
    )
    for part in parts:
        part.refresh_from_db()
        assert part.sent_at == MONDAY


def test_the_next_week_has_a_message_of_its_own(asha: User, smtp: Sink) -> None:
    prefer(asha, How.WEEKLY)
    post(asha, "first")
    send(FRIDAY)
    send(MONDAY)
    post(asha, "second", due_at=MONDAY)
    send(MONDAY)
    send(MONDAY + timedelta(days=7))
    assert len(smtp.accepted) == 2


def test_a_part_that_lost_its_reason_is_left_out_and_an_empty_week_says_nothing(
    asha: User, smtp: Sink, hello: type[Hello]
) -> None:
    prefer(asha, How.WEEKLY)
    part = post(asha)
    send(FRIDAY)
    hello.reason = False
    send(MONDAY)
    part.refresh_from_db()
    assert (smtp.accepted, part.dropped_because) == ([], "its reason was gone")
    assert Message.objects.unsettled().count() == 0


def test_a_part_turned_off_meanwhile_is_left_out(asha: User, smtp: Sink) -> None:
    prefer(asha, How.WEEKLY)
    post(asha)
    send(FRIDAY)
    prefer(asha, How.NEVER)
    send(MONDAY)
    assert smtp.accepted == []


def test_a_weekly_message_turned_off_is_not_begun(asha: User, smtp: Sink) -> None:
    prefer(asha, How.WEEKLY)
    prefer(asha, How.NEVER, "outbox.digest")
    part = post(asha)
    send(FRIDAY)
    part.refresh_from_db()
    assert (part.dropped_because, Message.objects.count()) == ("not wanted at once", 1)


def test_what_would_come_too_late_in_the_weekly_message_does_not_come(
    asha: User, smtp: Sink, hello: type[Hello]
) -> None:
    prefer(asha, How.WEEKLY)
    hello.limit = MONDAY + timedelta(hours=1)
    post(asha)
    send(FRIDAY)
    send(MONDAY)
    assert smtp.accepted == []


def test_more_than_enough_for_a_week_comes_in_the_weekly_message(asha: User, ben: User, smtp: Sink) -> None:
    Hours.objects.create(user=asha, quiet_from=0, quiet_until=0, most_a_week=2)
    for n in range(4):
        post(asha, str(n))
        post(ben, str(n))
    send(FRIDAY)
    assert (smtp.addresses.count("asha@example.org"), smtp.addresses.count("ben@example.org")) == (2, 4)
    send(MONDAY)
    assert text(smtp, -1).count("Don’t forget Tuesday") == 2


def test_a_week_later_there_is_room_again(asha: User, smtp: Sink) -> None:
    Hours.objects.create(user=asha, quiet_from=0, quiet_until=0, most_a_week=1)
    post(asha, "first")
    send(FRIDAY)
    later = FRIDAY + timedelta(days=7)
    post(asha, "second", due_at=later)
    send(later)
    assert len(smtp.accepted) == 2


def test_what_is_needed_counts_towards_no_limit(asha: User, smtp: Sink, hello: type[Hello]) -> None:
    Hours.objects.create(user=asha, quiet_from=0, quiet_until=0, most_a_week=0)
    hello.needed = True
    post(asha)
    send(FRIDAY)
    assert smtp.addresses == ["asha@example.org"]


def test_a_weekly_message_that_is_parked_and_tried_again_still_has_its_parts(asha: User, smtp: Sink) -> None:
    prefer(asha, How.WEEKLY)
    post(asha)
    send(FRIDAY)
    smtp.refuse({"asha@example.org": "550 5.7.1 Not now"})
    send(MONDAY)
    assert Message.objects.parked().count() == 1
    smtp.refuse({})
    services.retry(Message.objects.all(), now=MONDAY)
    send(MONDAY)
    assert "Don’t forget Tuesday" in text(smtp)
    assert Message.objects.unsettled().count() == 0


# --- The page ----------------------------------------------------------------------------------

PAGE = "/account/messages/"


@pytest.fixture
def page_of_asha(asha: User, signed_in: Any) -> Client:
    client: Client = signed_in(asha)
    return client


def answers(**changes: Any) -> dict[str, Any]:
    usual = {kind.name.replace(".", "-"): How.AT_ONCE for kind in preferences.kinds_of_choice()}
    return {**usual, "quiet_from": "1200", "quiet_until": "480", "most_a_week": "10", **changes}


def test_the_page_keeps_what_a_person_chooses(page_of_asha: Client, asha: User) -> None:
    assert reverse("outbox:preferences") == PAGE
    response = page_of_asha.post(PAGE, answers(**{"test-hello": "weekly", "quiet_from": "1320", "most_a_week": "3"}))
    assert (response.status_code, response["Location"]) == (302, PAGE)
    wishes = preferences.wishes_of(asha)
    assert (wishes.how["test.hello"], wishes.quiet_from, wishes.quiet_until, wishes.most_a_week) == (
        "weekly",
        22 * 60,
        8 * 60,
        3,
    )


def test_the_page_shows_the_sites_quiet_hours_until_others_are_chosen(page_of_asha: Client, settings: Any) -> None:
    settings.QUIET_HOURS = "20:00-08:00"
    page = page_of_asha.get(PAGE).content.decode()
    assert '<option value="1200" selected>20:00</option>' in page
    assert '<option value="480" selected>08:00</option>' in page


def test_the_page_says_what_its_choices_do_not_hold_back_and_what_they_cost(page_of_asha: Client) -> None:
    page = " ".join(page_of_asha.get(PAGE).content.decode().split())
    assert "What is of no use by the morning comes all the same" in page
    assert "or at once if that would be too late." in page
    assert "does not come at all when it is about a date before then." in page


def test_the_page_says_what_can_not_be_turned_off(page_of_asha: Client, asha: User, hello: type[Hello]) -> None:
    hello.needed = True
    page = page_of_asha.get(PAGE).content.decode()
    assert "<li>Hello</li>" in page
    page_of_asha.post(PAGE, answers(**{"test-hello": "never"}))
    assert not Preference.objects.filter(user=asha, kind="test.hello").exists()


def test_the_page_refuses_what_it_does_not_offer(page_of_asha: Client, asha: User) -> None:
    for wrong in ({"test-hello": "hourly"}, {"quiet_from": "1500"}, {"most_a_week": "-1"}):
        assert page_of_asha.post(PAGE, answers(**wrong)).status_code == 200
    assert not Hours.objects.filter(user=asha).exists()


def test_one_persons_wishes_are_theirs_alone(page_of_asha: Client, asha: User, ben: User) -> None:
    before = preferences.wishes_of(ben)
    page_of_asha.post(PAGE, answers(**{"test-hello": "never", "most_a_week": "1"}))
    assert preferences.wishes_of(ben) == before


def test_wishes_are_taken_for_optional_kinds_alone(asha: User) -> None:
    preferences.wish(by=asha, wishes=Wishes({"users.code": "never", "nothing.known": "never"}, 0, 0, 5))
    assert not Preference.objects.filter(kind="nothing.known").exists()
