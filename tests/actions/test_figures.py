"""What organisers take along for a spreadsheet: figures of every floor, and nothing below five people."""

import pytest
from django.urls import reverse

from tests.factories import join, make_action, make_user

pytestmark = pytest.mark.django_db


def test_every_floor_adds_its_figures(signed_in, learning_set, programme, met, olu):
    for number in range(5):
        owner = make_user(f"Owner {number}")
        join(learning_set, owner)
        make_action(met, owner, state="done", what="Never to be told")
        met.attendances.create(user=owner, presence="present")
    page = signed_in(olu).get(reverse("sets:figures", args=[programme.pk])).content.decode()
    for row in ("Sets and people,all,people,8", "Sessions,all,places taken,5", "Actions,done,actions,5"):
        assert f"{row}\r\n" in page
    assert "Never to be told" not in page
    assert "Owner" not in page


def test_below_five_owners_nothing_is_told_of_actions(signed_in, learning_set, programme, met, olu):
    for number in range(4):
        owner = make_user(f"Owner {number}")
        join(learning_set, owner)
        make_action(met, owner, state="done")
    page = signed_in(olu).get(reverse("sets:figures", args=[programme.pk])).content.decode()
    assert "Sets and people,all,people,7" in page
    assert "Actions" not in page
