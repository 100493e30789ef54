"""The private feed: who finds what under which address, for how long, and at what cost."""

import re
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import time_machine
import vobject
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client

from als_project.logs import PlacesOnly
from als_project.users.models import User
from sessions.models import CalendarFeed, Session
from sessions.models.calendar import hashed
from sessions.services import calendar_feeds, scheduling
from sets.models import LearningSet, Membership
from tests.cast import SignedIn
from tests.factories import end, join, make_closed_session, make_session, make_set
from tests.sessions.acts import move

NOW = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
ADDRESS = re.compile(r'value="http://testserver(/calendar/[\w-]{43}\.ics)"')


@pytest.fixture
def secret(asha: User) -> str:
    return calendar_feeds.make_feed(by=asha, now=NOW)


def read(secret: str, **headers: str) -> HttpResponse:
    """As a calendar reads it: without a cookie."""
    return Client().get(f"/calendar/{secret}.ics", headers=headers)


def starts(response: HttpResponse) -> list[datetime]:
    """By two parsers, which agree."""
    text = response.text
    by_icalendar = [event["dtstart"].dt.astimezone(UTC) for event in icalendar.Calendar.from_ical(text).events]
    events = vobject.readOne(text).contents.get("vevent", [])
    assert [event.uid.value for event in events] == [
        str(event["uid"]) for event in icalendar.Calendar.from_ical(text).events
    ]
    return by_icalendar


def in_days(learning_set: LearningSet, *days: int, **fields: object) -> list[Session]:
    return [make_session(learning_set, starts_at=NOW + timedelta(days=n), **fields) for n in days]


@time_machine.travel(NOW, tick=False)
def test_it_says_when_and_where_from_three_months_ago_on(learning_set: LearningSet, secret: str) -> None:
    in_days(learning_set, -100, -80, 7, 400)
    response = read(secret)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert starts(response) == [NOW + timedelta(days=n) for n in (-80, 7, 400)]


@time_machine.travel(NOW, tick=False)
def test_it_says_nothing_of_what_the_set_works_on_nor_its_name(learning_set: LearningSet, secret: str) -> None:
    (session,) = in_days(learning_set, 7)
    (event,) = icalendar.Calendar.from_ical(read(secret).text).events
    assert sorted(event) == sorted(
        [
            "UID",
            "SEQUENCE",
            "DTSTAMP",
            "SUMMARY",
            "CLASS",
            "DTSTART",
            "DTEND",
            "LOCATION",
            "DESCRIPTION",
            "URL",
            "TRANSP",
        ]
    )
    assert (str(event["summary"]), str(event["description"])) == (
        "Learning set session",
        f"http://testserver/sessions/{session.pk}/",
    )


@time_machine.travel(NOW, tick=False)
def test_a_moved_session_moves_and_a_cancelled_one_goes(learning_set: LearningSet, gita: User, secret: str) -> None:
    first, second = in_days(learning_set, 7, 14)
    move(first, gita, now=NOW, starts_at=NOW + timedelta(days=8))
    scheduling.cancel_session(session=second, by=gita, now=NOW)
    assert starts(read(secret)) == [NOW + timedelta(days=8)]


@time_machine.travel(NOW, tick=False)
def test_it_holds_the_sessions_of_the_persons_own_sets_alone(
    learning_set: LearningSet, asha: User, stranger: User, secret: str
) -> None:
    in_days(learning_set, 7)
    second = make_set("Second")
    join(second, asha)
    in_days(second, 9)
    in_days(make_set("Not hers"), 8)
    assert starts(read(secret)) == [NOW + timedelta(days=n) for n in (7, 9)]


@time_machine.travel(NOW, tick=False)
def test_it_dies_with_the_membership(
    learning_set: LearningSet, memberships: dict[str, Membership], secret: str
) -> None:
    in_days(learning_set, -7, 7)
    seen = read(secret)
    end(memberships["Asha"])
    for headers in ({}, {"If-None-Match": seen["ETag"]}, {"If-Modified-Since": seen["Last-Modified"]}):
        with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
            response = read(secret, **headers)
        assert (response.status_code, starts(response)) == (200, [])


@time_machine.travel(NOW, tick=False)
def test_somebody_who_may_not_sign_in_has_no_feed(learning_set: LearningSet, asha: User, secret: str) -> None:
    asha.is_active = False
    asha.save()
    assert read(secret).status_code == 404


def test_a_feed_without_sessions_is_a_calendar_all_the_same(stranger: User) -> None:
    Membership.objects.filter(user=stranger).update(ended_at=NOW, ending="left")
    response = read(calendar_feeds.make_feed(by=stranger, now=NOW))
    calendar = icalendar.Calendar.from_ical(response.text)
    assert ([part.name for part in calendar.subcomponents], starts(response)) == (["VTIMEZONE"], [])


def test_calendars_are_asked_to_look_every_hour(secret: str) -> None:
    lines = read(secret).text.split("\r\n")
    assert [line for line in lines if "PT1H" in line] == [
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(("header", "sent"), [("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")])
def test_what_has_not_changed_is_not_sent_again(
    learning_set: LearningSet, gita: User, secret: str, header: str, sent: str
) -> None:
    (session,) = in_days(learning_set, 7)
    first = read(secret)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        again = read(secret, **{header: first[sent]})
        assert (again.status_code, again.content, again[sent]) == (304, b"", first[sent])
        move(session, gita, now=NOW, place="Room 9")
        changed = read(secret, **{header: first[sent]})
        assert (changed.status_code, changed[sent] == first[sent]) == (200, False)
        assert read(secret).content == changed.content


def test_reading_twice_gives_the_same_bytes(learning_set: LearningSet, secret: str) -> None:
    make_session(learning_set)
    assert read(secret).content == read(secret).content


@pytest.mark.parametrize("count", [1, 500])
def test_five_hundred_sessions_cost_as_many_queries_as_one(
    learning_set: LearningSet, secret: str, count: int, django_assert_num_queries
) -> None:
    sessions = [
        Session(
            learning_set=learning_set,
            starts_at=NOW.replace(year=2099) + timedelta(days=n),
            minutes=150,
            time_zone=["Europe/London", "America/New_York"][n % 2],
        )
        for n in range(count)
    ]
    Session.objects.bulk_create(sessions)
    with django_assert_num_queries(3):  # whose feed, which sessions, and a note that they are new
        response = read(secret)
    assert response.text.count("BEGIN:VEVENT") == count
    with django_assert_num_queries(2):
        assert read(secret, **{"If-None-Match": response["ETag"]}).status_code == 304


@pytest.mark.parametrize("secret", ["x", "a" * 43, "%00", "a" * 3000, "../admin", "ü"])
def test_any_other_address_leads_nowhere(db: None, secret: str) -> None:
    assert read(secret).status_code == 404


def test_nothing_is_told_or_kept_in_a_cache(secret: str, client: Client) -> None:
    response = client.get(f"/calendar/{secret}.ics")
    assert (response["Cache-Control"], response["X-Robots-Tag"], list(response.cookies)) == (
        "private, no-cache",
        "noindex",
        [],
    )


def test_the_database_holds_no_address(secret: str) -> None:
    feed = CalendarFeed.objects.get()
    assert feed.secret_hash == hashed(secret)
    assert [value for value in feed.__dict__.values() if secret in str(value)] == []


def test_the_page_shows_the_address_once(asha: User, signed_in: SignedIn) -> None:
    client = signed_in(asha)
    made = client.post("/account/calendar/make/")
    (path,) = ADDRESS.findall(made.text)
    assert made["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert Client().get(path).status_code == 200
    assert path not in client.get("/account/calendar/").text


def test_a_new_address_puts_an_end_to_the_one_before(asha: User, signed_in: SignedIn) -> None:
    client = signed_in(asha)
    first, second = (ADDRESS.findall(client.post("/account/calendar/make/").text)[0] for _ in range(2))
    assert [Client().get(path).status_code for path in (first, second)] == [404, 200]


def test_a_revoked_address_leads_nowhere(asha: User, gita: User, secret: str, signed_in: SignedIn) -> None:
    others = calendar_feeds.make_feed(by=gita, now=NOW)
    response = signed_in(asha).post("/account/calendar/revoke/", follow=True)
    assert "The address no longer works." in response.text
    assert [read(each).status_code for each in (secret, others)] == [404, 200]


def test_a_person_has_one_feed(asha: User, secret: str) -> None:
    with pytest.raises(IntegrityError):
        CalendarFeed.objects.create(user=asha, secret_hash=hashed("another"))


def test_no_log_holds_an_address_that_no_longer_works(
    asha: User, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    calendar_feeds.revoke_feed(by=asha)
    assert read(secret).status_code == 404
    lines = [PlacesOnly("%(message)s").format(record) for record in caplog.records if record.name == "django.request"]
    assert lines == ["Not Found: /calendar/….ics"]


def test_a_closed_session_stays_for_a_while(learning_set: LearningSet, secret: str) -> None:
    make_closed_session(learning_set, days=-28)
    assert len(starts(read(secret))) == 1
