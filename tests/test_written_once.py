"""A queryset whose SQL is written once answers as if it had been written anew each time."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from threading import Thread

import pytest
from django.db import close_old_connections, connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from als_project.users.models import User
from als_project.written_once import StandIn, Written, written_once
from sessions.models import Session
from sessions.said import stages_with_topics
from sets.models import LearningSet, Membership
from tests.factories import end, join, make_running_session, make_session, make_set, make_stage


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@written_once
def visible_sessions(user: User, after: datetime) -> QuerySet[Session]:
    return Session.objects.visible_to(user).filter(starts_at__gt=after).select_related("learning_set")


@written_once
def memberships_in(sets: list[int]) -> QuerySet[Membership]:
    return Membership.objects.present().filter(learning_set__in=sets).select_related("user").with_agreement()


def test_each_call_asks_with_its_own_values(learning_set, asha, stranger, now):
    soon, late = make_session(learning_set, days=1), make_session(learning_set, days=9)
    assert visible_sessions(asha, now) == [soon, late]
    assert visible_sessions(asha, now + timedelta(days=2)) == [late]
    assert visible_sessions(user=stranger, after=now) == []


def test_each_call_asks_the_database_anew(learning_set, memberships, asha, now):
    make_session(learning_set)
    assert len(visible_sessions(asha, now)) == 1
    end(memberships["Asha"])
    assert visible_sessions(asha, now) == []


def test_what_a_request_knows_as_its_user_is_a_user(learning_set, asha, now):
    session = make_session(learning_set)
    assert visible_sessions(SimpleLazyObject(lambda: asha), now) == [session]


def test_what_several_rows_have_to_do_with_is_one_object(learning_set, asha, now):
    other = make_set("Friday set")
    join(other, asha)
    for days in (1, 2, 3):
        make_session(learning_set, days=days)
    make_session(other, days=4)
    sets = [session.learning_set for session in visible_sessions(asha, now)]
    assert sets == [learning_set, learning_set, learning_set, other]
    assert len({id(one) for one in sets}) == 2
    assert id(visible_sessions(asha, now)[0].learning_set) != id(sets[0])


def test_a_list_is_each_rows_own_though_several_rows_hold_the_same(learning_set):
    session = make_running_session(learning_set)
    make_stage(session)
    make_stage(session, position=2, key="more")
    first, second = stages_with_topics(session)
    assert first.captures == second.captures
    first.captures.append("more")
    assert (first.captures[-1], "more" in second.captures) == ("more", False)


def test_numbers_can_be_few_many_or_none(learning_set, memberships):
    everyone = list(memberships.values())
    assert memberships_in([learning_set.pk]) == everyone
    assert memberships_in([learning_set.pk, *range(10_000, 10_300)]) == everyone
    assert memberships_in([]) == []


def test_rows_come_with_what_they_were_to_come_with(learning_set, django_assert_num_queries):
    with django_assert_num_queries(1):
        names = [(row.user.name, row.rules_number, row.has_agreed) for row in memberships_in([learning_set.pk])]
    assert names == [("Gita", None, False), ("Asha", None, False), ("Ben", None, False)]


def test_the_queryset_is_built_once(learning_set, asha):
    built = []

    @written_once
    def counted(user: User) -> QuerySet[LearningSet]:
        built.append(user)
        return LearningSet.objects.visible_to(user)

    assert counted(asha) == counted(asha) == [learning_set]
    assert len(built) == 1


def test_an_argument_that_changes_nothing_is_refused(asha, now):
    @written_once
    def careless(user: User, now: datetime) -> QuerySet[LearningSet]:
        return LearningSet.objects.visible_to(user)

    with pytest.raises(TypeError, match="does not use now"):
        careless(asha, now)


def test_an_argument_that_can_be_left_out_is_refused():
    """Left out at first, it would count for nobody after: its rows would be everybody's."""

    def loose(after: datetime, user: User | None = None) -> QuerySet[LearningSet]:
        return LearningSet.objects.visible_to(user) if user else LearningSet.objects.filter(created_at__gt=after)

    with pytest.raises(TypeError, match="give it no default"):
        written_once(loose)


def test_a_statement_is_named_by_its_words(learning_set, asha):
    """Else a connection that a pooler gives to two processes would answer the one with rows of the other's question."""

    def sets_of(user: User) -> QuerySet[LearningSet]:
        return LearningSet.objects.visible_to(user)

    def memberships_of(user: User) -> QuerySet[Membership]:
        return Membership.objects.present().filter(user=user)

    sets, memberships = (Written(build(StandIn("user")), ["user"]).name for build in (sets_of, memberships_of))
    assert sets == Written(sets_of(StandIn("user")), ["user"]).name != memberships
    assert written_once(sets_of)(asha) == written_once(sets_of)(asha) == [learning_set]


@pytest.mark.django_db(transaction=True)
def test_threads_ask_by_their_own_connections(learning_set, asha, now):
    make_session(learning_set)
    found = []

    def look() -> None:
        found.extend(visible_sessions(asha, now))
        close_old_connections()
        connection.close()

    assert len(visible_sessions(asha, now)) == 1
    threads = [Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4


ON_SQLITE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from datetime import timedelta
from django.utils import timezone
from tests.factories import join, make_session, make_set, make_user
from tests.test_written_once import memberships_in, visible_sessions
asha, learning_set = make_user("Asha"), make_set()
one = join(learning_set, asha)
now = timezone.now()
soon, late = make_session(learning_set, days=1), make_session(learning_set, days=9)
assert visible_sessions(asha, now) == [soon, late]
assert visible_sessions(asha, now + timedelta(days=2)) == [late]
assert memberships_in([learning_set.pk, 7]) == [one]
assert memberships_in([]) == []
"""


def test_sqlite_is_asked_in_its_own_words(tmp_path):
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/als.sqlite3",
        "DJANGO_SETTINGS_MODULE": "als_project.settings",
    }
    done = subprocess.run([sys.executable, "-c", ON_SQLITE], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
