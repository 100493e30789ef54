import pytest
from django.core.exceptions import PermissionDenied

from sets.services.founding import change_set, found_set

pytestmark = pytest.mark.django_db

FIELDS = {
    "name": "Thursday set",
    "purpose": "Lead well.",
    "usual_minutes": 120,
    "place": "Room 4",
    "link": "",
    "time_zone": "Africa/Nairobi",
    "process": "open-questions",
}


@pytest.mark.parametrize("takes_part", [True, False])
def test_the_founder_facilitates_and_takes_part_only_if_they_say_so(asha, now, takes_part):
    learning_set = found_set(by=asha, takes_part=takes_part, now=now, **FIELDS)
    founder = learning_set.memberships.get()
    assert (founder.user, founder.is_facilitator, founder.is_member) == (asha, True, takes_part)
    assert {name: getattr(learning_set, name) for name in FIELDS} == FIELDS


def test_what_a_demo_person_founds_is_marked_as_demo(asha, now):
    asha.is_demo = True
    assert found_set(by=asha, takes_part=False, now=now, **FIELDS).is_demo is True


def test_who_looks_after_a_set_changes_it(learning_set, gita, now):
    change_set(learning_set=learning_set, by=gita, now=now, **FIELDS, newcomers_read_past=True)
    learning_set.refresh_from_db()
    assert {name: getattr(learning_set, name) for name in FIELDS} == FIELDS
    assert learning_set.newcomers_read_past is True


def test_a_member_of_a_facilitated_set_does_not_change_it(learning_set, asha, now):
    with pytest.raises(PermissionDenied):
        change_set(learning_set=learning_set, by=asha, now=now, name="Mine")
    learning_set.refresh_from_db()
    assert learning_set.name == "Thursday set"


def test_facilitation_is_not_changed_in_passing(learning_set, gita, now):
    with pytest.raises(TypeError):
        change_set(learning_set=learning_set, by=gita, now=now, facilitation="self_facilitated")
