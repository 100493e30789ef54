"""In a set that has closed an action lives on: it is its owner's, and nobody asks for word of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from sets.services.closing import close_set, open_again


@pytest.fixture
def closed(learning_set, gita, now):
    return close_set(learning_set=learning_set, by=gita, notes_end_at=now + timedelta(days=30), now=now)


def test_home_asks_for_no_report_back_until_the_set_goes_on(signed_in, action, closed, asha, gita, now):
    address = reverse("actions:report_back", args=[action.pk])
    home = reverse("home")
    assert address not in signed_in(asha).get(home).content.decode()
    open_again(learning_set=closed, by=gita, now=now)
    assert address in signed_in(asha).get(home).content.decode()


def test_its_owner_can_tell_what_became_of_it(signed_in, action, closed, asha):
    words = {"state": "done", "did": "Talked to her", "form_key": uuid4()}
    answer = signed_in(asha).post(reverse("actions:report_back", args=[action.pk]), words)
    action.refresh_from_db()
    assert (answer.status_code, action.state) == (302, "done")


def test_it_is_read_by_the_others_as_before(signed_in, action, closed, ben):
    page = signed_in(ben).get(reverse("actions:action", args=[action.pk]))
    assert (page.status_code, action.what in page.content.decode()) == (200, True)
