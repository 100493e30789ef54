"""Two people press the button at the same instant: real threads, each with a connection of its own."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from als_project.refusals import Refused
from sets.models import GroundRules, Invitation, Membership
from sets.services import belonging, inviting, ruling
from sets.services._ground import SetIsFull
from tests.factories import join, make_set, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act returned or raised, all begun together."""
    outcomes: list[object] = [None] * len(acts)
    start = Barrier(len(acts))

    def run(place: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            outcomes[place] = act()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.fixture
def small_set():
    learning_set = make_set()
    join(learning_set, make_user("Gita"), facilitates=True)
    return learning_set


@pytest.fixture
def gita(small_set):
    return small_set.memberships.get().user


def invite(small_set, gita, now, *emails):
    return inviting.invite(learning_set=small_set, by=gita, emails=emails, as_facilitator=False, now=now)


def test_accepting_twice_at_once_gives_one_membership(small_set, gita, now):
    finn = make_user("Finn")
    invitation = invite(small_set, gita, now, finn.email)[0]
    outcomes = at_once(*[lambda: inviting.accept(invitation=invitation, by=finn, now=now)] * 4)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["InvitationUsed"] * 3 + ["Membership"]
    assert small_set.memberships.filter(user=finn).count() == 1


def test_two_people_with_one_link_are_not_both_let_in(small_set, gita, now):
    finn, eve = make_user("Finn"), make_user("Eve")
    invitation = invite(small_set, gita, now, finn.email)[0]
    outcomes = at_once(
        lambda: inviting.accept(invitation=invitation, by=finn, now=now),
        lambda: inviting.accept(invitation=invitation, by=eve, now=now),
    )
    assert sum(isinstance(outcome, Membership) for outcome in outcomes) == 1
    assert small_set.memberships.present().members().count() == 1


def test_one_person_with_two_invitations_joins_once(small_set, gita, now):
    finn = make_user("Finn")
    first, second = invite(small_set, gita, now, "finn@example.org", "finn@work.example")
    at_once(
        lambda: inviting.accept(invitation=first, by=finn, now=now),
        lambda: inviting.accept(invitation=second, by=finn, now=now),
    )
    assert small_set.memberships.filter(user=finn).count() == 1
    assert Invitation.objects.undecided().count() == 1


def test_two_who_invite_at_once_do_not_overfill_a_set(small_set, gita, now):
    for number in range(11):
        join(small_set, make_user(f"Filler {number}"))
    outcomes = at_once(
        lambda: invite(small_set, gita, now, "finn@example.org"),
        lambda: invite(small_set, gita, now, "eve@example.org"),
    )
    assert sum(isinstance(outcome, SetIsFull) for outcome in outcomes) == 1
    assert Invitation.objects.count() == 1


def test_of_two_last_facilitators_who_leave_at_once_one_is_refused(small_set, gita, now):
    join(small_set, make_user("Asha"))
    first = small_set.memberships.get(user=gita)
    second = join(small_set, make_user("Dev"), facilitates=True)
    outcomes = at_once(
        lambda: belonging.leave(membership=first, by=first.user, now=now),
        lambda: belonging.leave(membership=second, by=second.user, now=now),
    )
    assert sum(isinstance(outcome, belonging.NobodyWouldLookAfterIt) for outcome in outcomes) == 1
    assert small_set.memberships.present().facilitators().count() == 1


def test_two_facilitators_who_remove_each_other_do_not_both_succeed(small_set, gita, now):
    first = small_set.memberships.get(user=gita)
    second = join(small_set, make_user("Dev"), facilitates=True)
    at_once(
        lambda: belonging.remove(membership=first, by=second.user, now=now),
        lambda: belonging.remove(membership=second, by=first.user, now=now),
    )
    assert small_set.memberships.present().facilitators().count() == 1


def test_two_who_propose_at_once_do_not_overwrite_each_other(small_set, gita, now):
    asha = join(small_set, make_user("Asha")).user

    def propose(by):
        rules = [("time", f"By {by.name}")]
        return lambda: ruling.propose(learning_set=small_set, by=by, rules=rules, now=now, seen=None)

    outcomes = at_once(propose(gita), propose(asha))
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    assert GroundRules.objects.get().rules.count() == 1


def test_publishing_twice_at_once_makes_one_version(small_set, gita, now):
    proposal = ruling.propose(learning_set=small_set, by=gita, rules=[("time", "One")], now=now, seen=None)
    at_once(*[lambda: ruling.publish(ground_rules=proposal, by=gita, now=now)] * 3)
    assert [(rules.number, rules.published_by) for rules in GroundRules.objects.all()] == [(1, gita)]
