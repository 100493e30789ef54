import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from actions.enums import ActionState, SupportState
from actions.models import Action
from actions.services import supporting
from als_project.outbox.models import Message
from als_project.users.models import User
from sets.models import Membership
from tests.factories import end, join, make_user, publish_rules

NOT_UNDER_WAY = [ActionState.DONE, ActionState.DROPPED]
UNDER_WAY = [ActionState.OPEN, ActionState.IN_PROGRESS, ActionState.CHANGED, ActionState.CARRIED_OVER]


def posted():
    return list(Message.objects.order_by("pk").values_list("kind", "to__name"))


def standing(action):
    action.refresh_from_db()
    return (action.supporter and action.supporter.name, action.support)


@pytest.fixture
def asked(action, asha, ben, now):
    supporting.ask(action=action, by=asha, supporter=ben, now=now)
    Message.objects.all().delete()
    return action


@pytest.mark.parametrize("state", UNDER_WAY)
def test_the_owner_asks_a_present_member_who_is_told(action, asha, ben, now, state):
    Action.objects.update(state=state)
    supporting.ask(action=action, by=asha, supporter=ben, now=now)
    assert standing(action) == ("Ben", "asked")
    assert posted() == [("actions.support_asked", "Ben")]


@pytest.mark.parametrize("state", NOT_UNDER_WAY)
def test_nobody_is_asked_to_support_what_is_finished(action, asha, ben, now, state):
    Action.objects.update(state=state)
    with pytest.raises(supporting.NothingToSupport):
        supporting.ask(action=action, by=asha, supporter=ben, now=now)


def test_nobody_is_asked_to_support_a_draft(draft, asha, ben, now):
    with pytest.raises(supporting.NothingToSupport):
        supporting.ask(action=draft, by=asha, supporter=ben, now=now)


@pytest.mark.parametrize("who", ["asha", "gita", "cara", "olu", "stranger", "superuser"])
def test_only_another_present_member_can_be_asked(request, action, asha, who, now):
    with pytest.raises(supporting.CannotSupport):
        supporting.ask(action=action, by=asha, supporter=request.getfixturevalue(who), now=now)
    assert (standing(action), posted()) == ((None, ""), [])


@pytest.mark.parametrize("who", ["gita", "ben", "cara", "olu", "stranger", "superuser"])
def test_only_the_owner_asks(request, action, ben, who, now):
    with pytest.raises(PermissionDenied):
        supporting.ask(action=action, by=request.getfixturevalue(who), supporter=ben, now=now)


def test_who_may_support_are_the_members_who_may_read_it(learning_set, met, asha, ben, memberships, now):
    dev, finn = make_user("Dev"), make_user("Finn")
    rules = publish_rules(learning_set, agreed_by=[memberships["Asha"], memberships["Ben"]])
    join(learning_set, dev)
    rules.assents.create(membership=join(learning_set, finn, joined_at=now))
    assert list(supporting.who_may_support(met, asha)) == [ben]
    learning_set.newcomers_read_past = True
    learning_set.save(update_fields=["newcomers_read_past"])
    assert list(supporting.who_may_support(met, asha)) == [ben, finn]


def test_asking_the_same_person_again_changes_nothing(asked, asha, ben, now):
    supporting.ask(action=asked, by=asha, supporter=ben, now=now)
    asked.refresh_from_db()
    assert (asked.times_asked, posted()) == (1, [])


def test_asking_another_replaces_the_first(learning_set, asked, asha, now):
    dev = make_user("Dev")
    join(learning_set, dev)
    supporting.ask(action=asked, by=asha, supporter=dev, now=now)
    assert standing(asked) == ("Dev", "asked")
    assert posted() == [("actions.support_asked", "Dev")]


def test_the_owner_may_go_without(asked, asha, now):
    supporting.ask(action=asked, by=asha, supporter=None, now=now)
    assert standing(asked) == (None, "")


def test_a_person_who_declined_can_be_asked_again(asked, asha, ben, now):
    supporting.answer_support(action=asked, by=ben, accepts=False, now=now)
    supporting.ask(action=asked, by=asha, supporter=ben, now=now)
    assert standing(asked) == ("Ben", "asked")
    assert posted() == [("actions.support_answered", "Asha"), ("actions.support_asked", "Ben")]


# From what was said so far, by what is answered now, to what stands then; None where it is refused.
ANSWERS = [
    ("asked", True, "accepted"),
    ("asked", False, "declined"),
    ("accepted", True, "accepted"),
    ("accepted", False, "declined"),
    ("declined", True, None),
    ("declined", False, "declined"),
    ("left", True, None),
    ("left", False, None),
]


@pytest.mark.parametrize(("before", "accepts", "after"), ANSWERS)
def test_what_a_supporter_may_answer(asked, ben, now, before, accepts, after):
    Action.objects.update(support=before)
    if after is None:
        with pytest.raises(supporting.NotAsked):
            supporting.answer_support(action=asked, by=ben, accepts=accepts, now=now)
    else:
        supporting.answer_support(action=asked, by=ben, accepts=accepts, now=now)
    assert standing(asked) == ("Ben", after or before)
    assert posted() == ([("actions.support_answered", "Asha")] if after and after != before else [])


@pytest.mark.parametrize("state", NOT_UNDER_WAY)
def test_nobody_waits_for_an_answer_once_it_is_finished(asked, ben, now, state):
    Action.objects.update(state=state)
    with pytest.raises(supporting.NotAsked):
        supporting.answer_support(action=asked, by=ben, accepts=True, now=now)


@pytest.mark.parametrize("who", ["asha", "gita", "cara", "olu", "stranger", "superuser"])
def test_only_the_person_asked_answers(request, asked, who, now):
    with pytest.raises(PermissionDenied):
        supporting.answer_support(action=asked, by=request.getfixturevalue(who), accepts=True, now=now)


@pytest.mark.parametrize("said", [SupportState.ASKED, SupportState.ACCEPTED])
def test_the_owner_is_told_once_that_the_supporter_left(asked, memberships, now, said):
    Action.objects.update(support=said)
    end(memberships["Ben"])
    assert [supporting.tell_of_leavers(now=now) for _ in range(2)] == [1, 0]
    assert standing(asked) == ("Ben", "left")
    assert posted() == [("actions.supporter_left", "Asha")]


@pytest.mark.parametrize("said", ["declined", "left"])
def test_whoever_said_no_leaves_without_word(asked, memberships, now, said):
    Action.objects.update(support=said)
    end(memberships["Ben"])
    assert (supporting.tell_of_leavers(now=now), posted()) == (0, [])


@pytest.mark.parametrize("state", NOT_UNDER_WAY)
def test_nobody_is_told_about_what_is_finished(asked, memberships, now, state):
    Action.objects.update(state=state)
    end(memberships["Ben"])
    assert (supporting.tell_of_leavers(now=now), posted()) == (0, [])


def test_leavers_are_found_by_indexes_among_those_who_stay(asked, memberships, now):
    """Among many actions with a supporter, of people who are present: neither is looked through."""
    end(memberships["Ben"])
    owner, session = asked.owner, asked.session
    people = User.objects.bulk_create(User(email=f"p{n}@example.org", name=f"P {n}") for n in range(3000))
    Membership.objects.bulk_create(Membership(user=person, learning_set=session.learning_set) for person in people)
    fields = {"learning_set": session.learning_set, "session": session, "owner": owner, "state": "open"}
    Action.objects.bulk_create(
        Action(what="Go", supporter=person, support="accepted", confirmed_at=now, **fields) for person in people
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sets_membership, actions_action")
    left = supporting.who_lost_their_supporter(now=now)
    plan = left.explain()
    assert list(left) == [asked]
    assert "memberships_ended" in plan
    assert "actions_with_a_supporter" in plan
    assert [line for line in plan.splitlines() if "Seq Scan" in line] == []


def test_a_supporter_who_is_present_has_not_left(asked, now):
    assert (supporting.tell_of_leavers(now=now), standing(asked)) == (0, ("Ben", "asked"))


def test_another_can_be_asked_after_the_supporter_left(learning_set, asked, asha, memberships, now):
    end(memberships["Ben"])
    supporting.tell_of_leavers(now=now)
    dev = make_user("Dev")
    join(learning_set, dev)
    supporting.ask(action=asked, by=asha, supporter=dev, now=now)
    assert standing(asked) == ("Dev", "asked")


def test_open_pages_hear_of_the_answer(action, asha, ben, now):
    before = action.session.stirs
    supporting.ask(action=action, by=asha, supporter=ben, now=now)
    supporting.answer_support(action=action, by=ben, accepts=True, now=now)
    action.session.refresh_from_db()
    assert action.session.stirs == before + 2
