import pytest

from actions import permissions
from actions.models import Action
from sets.models import Membership

EVERYONE = ["asha", "ben", "gita", "cara", "olu", "stranger", "superuser"]


def held(request, allowed):
    """Each person, and whether the predicate says yes to them."""
    people = {name: request.getfixturevalue(name) for name in EVERYONE}
    return {name for name, person in people.items() if allowed(person)}


def test_only_the_owner_owns(request, action):
    assert held(request, lambda who: permissions.owns(who, action)) == {"asha"}


def test_only_the_person_named_is_asked_to_support(request, action, ben):
    Action.objects.update(supporter=ben, support="asked")
    action.refresh_from_db()
    assert held(request, lambda who: permissions.is_asked_to_support(who, action)) == {"ben"}


def test_the_owner_and_the_writer_discard_a_draft(request, draft):
    assert held(request, lambda who: permissions.can_discard(who, draft)) == {"asha", "gita"}


def test_only_the_presenter_commits(request, slot):
    assert held(request, lambda who: permissions.can_commit(who, slot)) == {"asha"}


@pytest.mark.parametrize(("facilitation", "allowed"), [("facilitated", {"gita"}), ("self_facilitated", {"ben"})])
def test_whoever_looks_after_the_set_drafts_for_another(request, learning_set, slot, facilitation, allowed):
    learning_set.facilitation = facilitation
    learning_set.save(update_fields=["facilitation"])
    present = Membership.objects.present_in
    assert held(request, lambda who: permissions.can_propose(who, slot, present(learning_set, who))) == allowed
