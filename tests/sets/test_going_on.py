"""A set goes on without a facilitator from an agreed day: the role ends, hosting rotates, the rules are agreed anew."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils.module_loading import import_string

from als_project.clock import to_local
from als_project.outbox.kinds import kind_called
from als_project.outbox.models import Message
from als_project.outbox.writing import write
from als_project.refusals import Refused
from sets.models import GroundRules, LearningSet
from sets.services import belonging, going_on, ruling
from sets.services.closing import close_set, open_again
from tests.factories import join, make_set, make_user, publish_rules
from tests.sessions.room_acts import at_once

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 4, 12, 0, tzinfo=UTC)
DAY = date(2027, 1, 18)
COME = datetime(2027, 1, 18, 0, 5, tzinfo=UTC)


@pytest.fixture
def agreed(learning_set, gita):
    """From 18 January. Gita takes no part."""
    publish_rules(learning_set, "No recording", agreed_by=list(learning_set.memberships.present()))
    going_on.agree_on_day(learning_set=learning_set, by=gita, day=DAY, now=NOW)
    learning_set.refresh_from_db()
    return learning_set


def told(kind):
    return list(Message.objects.filter(kind=kind).order_by("to__name").values_list("to__name", flat=True))


def names(learning_set):
    return sorted(learning_set.memberships.present().values_list("user__name", flat=True))


def test_until_the_day_nothing_changes(agreed, gita):
    assert going_on.let_facilitation_end(now=COME - timedelta(minutes=10)) == 0
    agreed.refresh_from_db()
    assert (agreed.is_self_facilitated, names(agreed)) == (False, ["Asha", "Ben", "Gita"])
    assert told("sets.end_of_facilitation") == ["Asha", "Ben", "Gita"]


def test_on_the_day_the_role_ends_and_the_rules_are_agreed_anew(agreed, signed_in, asha, gita):
    assert going_on.let_facilitation_end(now=COME) == 1
    agreed.refresh_from_db()
    assert (agreed.is_self_facilitated, agreed.self_facilitated_from, names(agreed)) == (True, None, ["Asha", "Ben"])
    assert signed_in(gita).get(agreed.get_absolute_url()).status_code == 404
    assert told("sets.self_facilitated") == ["Asha", "Ben"]
    anew, before = agreed.ground_rules.published()
    assert (anew.number, ruling.as_pairs(anew)) == (before.number + 1, ruling.as_pairs(before))
    page = signed_in(asha).get(agreed.get_absolute_url()).content.decode()
    assert "A new version of the ground rules" in page
    assert going_on.let_facilitation_end(now=COME) == 0


def test_who_takes_part_stays_as_a_member(learning_set, memberships, gita):
    belonging.set_roles(membership=memberships["Gita"], by=gita, is_member=True, is_facilitator=True, now=NOW)
    going_on.agree_on_day(learning_set=learning_set, by=gita, day=DAY, now=NOW)
    going_on.let_facilitation_end(now=COME)
    assert names(learning_set) == ["Asha", "Ben", "Gita"]
    assert not learning_set.memberships.present().filter(is_facilitator=True).exists()


@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        ("Pacific/Kiritimati", datetime(2027, 1, 17, 10, 0, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2027, 1, 18, 8, 0, tzinfo=UTC)),
    ],
)
def test_the_day_is_that_of_the_sets_own_calendar(learning_set, gita, zone, begins):
    learning_set.time_zone = zone
    learning_set.save()
    going_on.agree_on_day(learning_set=learning_set, by=gita, day=DAY, now=NOW)
    assert going_on.let_facilitation_end(now=begins - timedelta(minutes=1)) == 0
    assert going_on.let_facilitation_end(now=begins) == 1


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_another_day_is_refused_beside_the_field_and_kept(signed_in, learning_set, gita, now, days):
    day = to_local(now + timedelta(days=days), learning_set.time_zone).date().isoformat()
    url = reverse("sets:facilitation", args=[learning_set.pk])
    answer = signed_in(gita).post(url, {"way": "self_facilitated", "from_day": day})
    form = answer.context["form"]
    assert (answer.status_code, form.errors.keys(), form["from_day"].value()) == (409, {"from_day"}, day)
    learning_set.refresh_from_db()
    assert learning_set.self_facilitated_from is None


def test_the_day_stands_on_the_page_and_can_be_given_up(signed_in, learning_set, gita, asha, now):
    day = to_local(now + timedelta(days=14), learning_set.time_zone).date()
    url, client = reverse("sets:facilitation", args=[learning_set.pk]), signed_in(gita)
    client.post(url, {"way": "self_facilitated", "from_day": day.isoformat()})
    for person, address in ((asha, learning_set.get_absolute_url()), (gita, url)):
        assert "goes on self-facilitated" in signed_in(person).get(address).content.decode()
    answer = client.post(reverse("sets:keep_facilitator", args=[learning_set.pk]))
    learning_set.refresh_from_db()
    assert (answer.status_code, learning_set.self_facilitated_from) == (302, None)
    assert told("sets.end_of_facilitation") == ["Asha", "Asha", "Ben", "Ben", "Gita", "Gita"]


def test_no_day_means_at_once(signed_in, learning_set, gita):
    signed_in(gita).post(
        reverse("sets:facilitation", args=[learning_set.pk]), {"way": "self_facilitated", "from_day": ""}
    )
    learning_set.refresh_from_db()
    assert learning_set.is_self_facilitated


def test_the_same_day_twice_is_told_once(agreed, gita):
    going_on.agree_on_day(learning_set=agreed, by=gita, day=DAY, now=NOW + timedelta(minutes=1))
    assert told("sets.end_of_facilitation") == ["Asha", "Ben", "Gita"]


def test_the_same_day_sent_again_is_said_to_be_told_to_nobody(signed_in, learning_set, gita, now):
    day = to_local(now + timedelta(days=14), learning_set.time_zone).date().isoformat()
    url, words = reverse("sets:facilitation", args=[learning_set.pk]), {"way": "self_facilitated", "from_day": day}
    pages = [signed_in(gita).post(url, words, follow=True).content.decode() for _time in range(2)]
    assert ["Everybody is told" in page for page in pages] == [True, False]
    assert told("sets.end_of_facilitation") == ["Asha", "Ben", "Gita"]


def test_members_agree_on_no_day_for_the_facilitator(learning_set, asha):
    with pytest.raises(PermissionDenied):
        going_on.agree_on_day(learning_set=learning_set, by=asha, day=DAY, now=NOW)


def test_a_set_without_members_has_nobody_to_go_on(gita):
    alone = make_set("Alone")
    join(alone, gita, facilitates=True)
    with pytest.raises(Refused):
        going_on.agree_on_day(learning_set=alone, by=gita, day=DAY, now=NOW)


def test_a_set_whose_members_have_left_keeps_its_facilitator_who_is_told(agreed, memberships, asha, ben, gita):
    for name, person in (("Asha", asha), ("Ben", ben)):
        belonging.leave(membership=memberships[name], by=person, now=NOW)
    assert going_on.let_facilitation_end(now=COME) == 0
    agreed.refresh_from_db()
    assert (names(agreed), agreed.self_facilitated_from) == (["Gita"], None)
    message = Message.objects.filter(kind="sets.end_of_facilitation", to=gita).latest("pk")
    mail = write(message, kind_called(message.kind).context(message))
    assert "was to go on without a facilitator holds no more" in " ".join(mail.body.split())
    assert going_on.let_facilitation_end(now=COME) == 0
    assert told("sets.end_of_facilitation") == ["Asha", "Ben", "Gita", "Gita"]


def test_one_that_fails_stops_no_other(agreed, gita, monkeypatch, caplog):
    other = make_set("Other")
    join(other, gita, facilitates=True)
    join(other, make_user("Dev"))
    going_on.agree_on_day(learning_set=other, by=gita, day=DAY, now=NOW)
    real = going_on.ask_anew

    def fails_for_one(held, **rest):
        if held.pk == agreed.pk:
            raise DatabaseError
        real(held, **rest)

    monkeypatch.setattr(going_on, "ask_anew", fails_for_one)
    assert going_on.let_facilitation_end(now=COME) == 1
    assert f"Set {agreed.pk} did not go on by itself (DatabaseError)." in caplog.text
    agreed.refresh_from_db()
    assert (agreed.is_self_facilitated, names(agreed)) == (False, ["Asha", "Ben", "Gita"])


def test_handing_over_gives_up_the_day_and_everybody_is_told(agreed, memberships, gita):
    belonging.hand_over(learning_set=agreed, by=gita, to=memberships["Asha"], now=NOW + timedelta(days=1))
    agreed.refresh_from_db()
    assert agreed.self_facilitated_from is None
    assert told("sets.end_of_facilitation") == ["Asha", "Asha", "Ben", "Ben", "Gita", "Gita"]
    assert going_on.let_facilitation_end(now=COME) == 0


def test_the_page_offers_the_day_that_was_agreed_and_none_with_a_successor(
    signed_in, learning_set, gita, memberships, now
):
    day = to_local(now + timedelta(days=14), learning_set.time_zone).date()
    going_on.agree_on_day(learning_set=learning_set, by=gita, day=day, now=now)
    url, client = reverse("sets:facilitation", args=[learning_set.pk]), signed_in(gita)
    assert client.get(url).context["form"]["from_day"].value() == day
    other = (day + timedelta(days=1)).isoformat()
    words = {"way": "successor", "successor": memberships["Asha"].pk, "stays": "on"}
    refused = client.post(url, words | {"from_day": other})
    assert refused.context["form"].errors.keys() == {"from_day"}
    client.post(url, words | {"from_day": day.isoformat()})
    memberships["Asha"].refresh_from_db()
    assert memberships["Asha"].is_facilitator


def test_in_a_closed_set_nobody_agrees_on_a_day_and_who_leaves_last_asks_nothing_of_the_others(
    agreed, memberships, gita
):
    close_set(learning_set=agreed, by=gita, notes_end_at=NOW + timedelta(days=30), now=NOW)
    with pytest.raises(Refused):
        going_on.agree_on_day(learning_set=agreed, by=gita, day=DAY, now=NOW)
    belonging.leave(membership=memberships["Gita"], by=gita, self_facilitated=True, now=NOW)
    agreed.refresh_from_db()
    assert (agreed.is_self_facilitated, names(agreed)) == (True, ["Asha", "Ben"])
    assert (told("sets.self_facilitated"), agreed.ground_rules.count()) == ([], 1)


def test_the_day_waits_while_the_set_is_closed_and_holds_once_it_is_opened_again(agreed, gita, asha, signed_in):
    closed = close_set(learning_set=agreed, by=gita, notes_end_at=NOW + timedelta(days=30), now=NOW)
    assert (closed.self_facilitated_from, going_on.let_facilitation_end(now=COME)) == (DAY, 0)
    for person, address in ((asha, agreed.get_absolute_url()), (gita, reverse("sets:facilitation", args=[agreed.pk]))):
        assert "18 January" not in signed_in(person).get(address).content.decode()
    page = signed_in(gita).get(agreed.get_absolute_url()).content.decode()
    assert page.count("goes on self-facilitated from Monday 18 January 2027, as it has agreed") == 1
    open_again(learning_set=agreed, by=gita, now=COME)
    assert going_on.let_facilitation_end(now=COME) == 1
    assert (names(agreed), told("sets.self_facilitated")) == (["Asha", "Ben"], ["Asha", "Ben"])


def test_a_set_without_rules_is_asked_for_none(learning_set, gita):
    going_on.go_self_facilitated(learning_set=learning_set, by=gita, now=NOW)
    assert not GroundRules.objects.exists()


def test_a_self_facilitated_set_has_no_such_day(learning_set):
    learning_set.facilitation, learning_set.self_facilitated_from = "self_facilitated", DAY
    with pytest.raises(IntegrityError), transaction.atomic():
        learning_set.save()


def test_the_clock_looks_every_ten_minutes(agreed, time_machine):
    [plan] = [plan for plan in settings.CELERY_BEAT_SCHEDULE.values() if "let_facilitation_end" in plan["task"]]
    assert plan["schedule"] <= 600
    time_machine.move_to(COME, tick=False)
    import_string(plan["task"])()
    assert LearningSet.objects.get(pk=agreed.pk).is_self_facilitated


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_end_it_once(agreed):
    assert sorted(at_once(*[lambda: going_on.let_facilitation_end(now=COME)] * 2)) == [0, 1]
    assert told("sets.self_facilitated") == ["Asha", "Ben"]
    assert agreed.ground_rules.count() == 2
