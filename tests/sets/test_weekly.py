"""The weekly view: on Monday morning by each person's own clock, once, and only when something needs attention."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from als_project.outbox import services as outbox
from als_project.outbox.kinds import counted_kinds
from als_project.outbox.models import Hours, How, Message, Preference, RefusedAddress
from als_project.users.models import User
from sessions.enums import Reply
from sessions.models import Attendance
from sets.attention import attention_for
from sets.models import Invitation, LearningSet, Membership
from sets.services import belonging, weekly
from sets.services.weekly import queue_weekly_views
from tests.factories import (
    join,
    make_action,
    make_bid,
    make_closed_session,
    make_poll,
    make_session,
    make_set,
    make_user,
    publish_rules,
)

# A Friday; in London, where Gita is, Monday's eight o'clock is seven o'clock UTC.
FRIDAY = datetime(2027, 6, 4, 12, 0, tzinfo=UTC)
MONDAY = datetime(2027, 6, 7, 7, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(FRIDAY, tick=False):
        yield


@pytest.fixture
def cared_for(learning_set):
    """Nothing needs attention: the set meets in three days, everyone is coming, a topic is there."""
    session = make_session(learning_set, days=5)
    people = {m.user.name: m.user for m in learning_set.memberships.present().select_related("user")}
    for person in people.values():
        Attendance.objects.create(session=session, user=person, reply=Reply.COMING)
    make_bid(session, people["Asha"])
    return learning_set


def views(name="Gita"):
    return Message.objects.filter(kind=weekly.KIND, to__name=name)


def tick(at):
    with time_machine.travel(at, tick=False):
        queue_weekly_views(now=at)


def send(at, mailoutbox):
    with time_machine.travel(at, tick=False):
        while outbox.send_due(now=at):
            pass
    return [mail for mail in mailoutbox if "look at" in mail.subject]


def needs(user):
    return [(one.name, sentences) for one, sentences in attention_for(user, now=FRIDAY)]


def test_it_is_queued_on_monday_morning_and_once_a_week_however_often_the_clock_ticks(learning_set):
    tick(FRIDAY)
    for minutes in range(-120, 60 * 24, 30):
        tick(MONDAY + timedelta(minutes=minutes))
    assert list(views().values_list("due_at", flat=True)) == [MONDAY]
    tick(MONDAY + WEEK)
    assert views().count() == 2


def test_monday_is_each_person_s_own(learning_set, memberships):
    auckland = make_user("Aroha", time_zone="Pacific/Auckland")
    join(learning_set, auckland, facilitates=True)
    tick(FRIDAY)
    for hours in range(72):
        tick(FRIDAY + timedelta(hours=hours))
    local = {m.to.name: m.due_at.astimezone(ZoneInfo(m.to.time_zone)) for m in Message.objects.select_related("to")}
    assert {name: f"{at:%a %H:%M}" for name, at in local.items()} == {"Gita": "Mon 08:00", "Aroha": "Mon 08:00"}
    assert local["Aroha"] < local["Gita"]


def test_a_clock_that_stood_still_for_a_month_sends_one(learning_set):
    tick(FRIDAY)
    late = MONDAY + 4 * WEEK + timedelta(days=2)
    tick(late)
    tick(late + timedelta(minutes=1))
    assert list(views().values_list("due_at", flat=True)) == [late]
    tick(MONDAY + 5 * WEEK)
    assert views().count() == 2


def test_several_sets_make_one_view(learning_set, gita):
    join(make_set("Another of hers"), gita, facilitates=True)
    tick(FRIDAY)
    tick(MONDAY)
    assert views().count() == 1


def test_it_is_for_those_who_look_after_the_set_at_the_time(learning_set, gita, memberships):
    tick(FRIDAY)
    belonging.hand_over(learning_set=learning_set, by=gita, to=memberships["Asha"], now=FRIDAY)
    tick(MONDAY)
    assert (views("Gita").count(), views("Asha").count(), views("Ben").count()) == (0, 1, 0)


def test_in_a_self_facilitated_set_it_is_for_every_member(learning_set):
    Membership.objects.update(is_facilitator=False, is_member=True)
    LearningSet.objects.update(facilitation="self_facilitated")
    tick(FRIDAY)
    tick(MONDAY)
    assert sorted(Message.objects.filter(kind=weekly.KIND).values_list("to__name", flat=True)) == [
        "Asha", "Ben", "Gita", "Sam Stranger",
    ]  # fmt: skip


def test_when_nothing_needs_attention_nothing_is_sent(cared_for, gita, mailoutbox):
    assert needs(gita) == []
    tick(FRIDAY)
    tick(MONDAY)
    assert send(MONDAY, mailoutbox) == []
    assert views().get().dropped_because == "its reason was gone"


def test_what_needs_attention_is_said_with_numbers_and_no_names(cared_for, gita, mailoutbox):
    RefusedAddress.objects.create(address="asha@example.org", answer="550")
    tick(FRIDAY)
    tick(MONDAY)
    (mail,) = send(MONDAY, mailoutbox)
    assert mail.to == ["gita@example.org"]
    assert mail.body.splitlines()[4:9] == [
        "Thursday set",
        "- Messages don’t reach 1 person.",
        "",
        "Go to “Thursday set”:",
        f"http://testserver/sets/{cared_for.pk}/",
    ]


def test_off_means_off(cared_for, gita, mailoutbox):
    RefusedAddress.objects.create(address="asha@example.org", answer="550")
    Preference.objects.create(user=gita, kind=weekly.KIND, how=How.NEVER)
    tick(FRIDAY)
    tick(MONDAY)
    assert send(MONDAY, mailoutbox) == []


def test_no_cap_holds_it_back_and_it_counts_against_none(cared_for, gita, mailoutbox):
    refuse(cared_for, {"Asha": make_user("Nobody")})
    lack_topics(cared_for, {})
    Hours.objects.create(user=gita, quiet_from=0, quiet_until=0, most_a_week=1)
    tick(FRIDAY)
    tick(MONDAY)
    assert len(send(MONDAY, mailoutbox)) == 1
    outbox.post_to_each(
        [gita],
        kind="sessions.reminder",
        cause=cared_for.sessions.get().occasion,
        about=cared_for.sessions.get().pk,
        due_at=MONDAY,
    )
    send(MONDAY, mailoutbox)
    assert Message.objects.get(kind="sessions.reminder").sent_at == MONDAY
    assert "sets.weekly_view" not in counted_kinds()


def refuse(learning_set, people):
    RefusedAddress.objects.create(address=people["Asha"].email, answer="550")


def invite(learning_set, people, *, sent=4, expires=26, email="new@example.org"):
    Invitation.objects.create(
        learning_set=learning_set,
        email=email,
        sent_at=FRIDAY - timedelta(days=sent),
        expires_at=FRIDAY + timedelta(days=expires),
    )


def refuse_invitation(learning_set, people):
    invite(learning_set, people, email="gone@example.org")
    RefusedAddress.objects.create(address="gone@example.org", answer="550")


def owe(learning_set, people):
    for days in (-60, -30):
        met = make_closed_session(learning_set, days=days)
        make_action(met, people["Asha"])
    make_action(met, people["Ben"])


def lack_replies(learning_set, people):
    Attendance.objects.filter(user__in=[people["Asha"], people["Ben"]]).delete()


def lack_topics(learning_set, people):
    learning_set.sessions.get().bids.all().delete()


def lack_people(learning_set, people):
    LearningSet.objects.update(minimum_to_run=4)
    learning_set.sessions.update(starts_at=FRIDAY + timedelta(days=1))


def lack_session(learning_set, people):
    learning_set.sessions.all().delete()


def answer_poll(learning_set, people):
    over = FRIDAY - timedelta(hours=1)
    make_poll(learning_set, 20, deadline_at=over, nudge_at=over - timedelta(hours=1))


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        (refuse, "Messages don’t reach 1 person."),
        (invite, "1 invitation is not answered yet."),
        (lambda s, p: invite(s, p, sent=2), None),
        (lambda s, p: invite(s, p, sent=40, expires=-10), "1 invitation has expired without an answer."),
        (refuse_invitation, "1 invitation could not be delivered."),
        (lambda s, p: publish_rules(s), "3 people have yet to agree to the ground rules."),
        (lack_replies, "Wednesday 9 June 2027: 2 people have not said whether they are coming."),
        (lack_topics, "Wednesday 9 June 2027: no topic has been offered yet."),
        (lack_people, "Saturday 5 June 2027: 3 people are coming; the set agreed on at least 4."),
        (lack_session, "No session is planned."),
        (answer_poll, "A date can be chosen now."),
        (owe, "2 people have not reported back since the last session."),
    ],
)
def test_each_thing_that_needs_attention_has_its_sentence(cared_for, gita, ben, happens, sentence):
    """And nobody but those who look after the set hears it."""
    people = {m.user.name: m.user for m in cared_for.memberships.present().select_related("user")}
    happens(cared_for, people)
    assert needs(gita) == ([("Thursday set", [sentence])] if sentence else [])
    assert needs(ben) == []


def test_a_view_costs_the_same_for_one_set_and_for_five(cared_for, gita):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            attention_for(gita, now=FRIDAY)
        return len(queries)

    refuse(cared_for, {"Asha": make_user("Nobody")})
    lack_topics(cared_for, {})
    first = cost()
    for number in range(4):
        other = make_set(f"Set {number}")
        join(other, gita, facilitates=True)
        make_session(other, days=3)
    assert cost() == first


def test_those_whose_week_it_is_are_found_by_the_index(learning_set):
    tick(FRIDAY)
    users = User.objects.bulk_create(User(email=f"p{n}@example.org", name=f"P {n}") for n in range(3000))
    later = {"learning_set": learning_set, "weekly_view_at": MONDAY + WEEK}
    Membership.objects.bulk_create(Membership(user=user, **later) for user in users)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sets_membership")
    with CaptureQueriesContext(connection) as queries:
        queue_weekly_views(now=MONDAY)
    due, newcomers = [plan_of(query["sql"]) for query in queries if query["sql"].startswith("SELECT")][:2]
    assert re.search(r"memberships_weekly_view.*\n +Index Cond: \(weekly_view_at <=", due)
    assert re.search(r"memberships_weekly_view.*\n +Index Cond: \(weekly_view_at IS NULL", newcomers)


def plan_of(statement):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(row[0] for row in cursor.fetchall())
