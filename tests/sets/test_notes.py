"""How long the notes of a set live: who says so, and how."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from als_project.outbox.models import Message
from sets.services.notes import agree_on_notes

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(learning_set):
    return reverse("sets:notes", args=[learning_set.pk])


def test_only_who_looks_after_the_set_notes_what_it_agreed(signed_in, learning_set, url, asha, gita):
    assert [signed_in(asha).get(url).status_code, signed_in(asha).post(url, {"live": "3"}).status_code] == [403, 403]
    answer = signed_in(gita).post(url, {"live": "3"})
    learning_set.refresh_from_db()
    assert (answer.status_code, learning_set.notes_live_months) == (302, 3)


@pytest.mark.parametrize("person", ["stranger", "cara", "olu", "superuser"])
def test_outsiders_find_nothing(person, signed_in, url, request):
    assert signed_in(request.getfixturevalue(person)).get(url).status_code == 404


def test_the_service_asks_who_looks_after_the_set(learning_set, asha, now):
    with pytest.raises(PermissionDenied):
        agree_on_notes(learning_set=learning_set, by=asha, months=1, now=now)
    learning_set.refresh_from_db()
    assert learning_set.notes_live_months is None


@pytest.mark.parametrize(("chosen", "months"), [("0", None), ("6", 6)])
def test_the_form_shows_what_holds(signed_in, learning_set, url, gita, chosen, months):
    client = signed_in(gita)
    client.post(url, {"live": "12"})
    client.post(url, {"live": chosen})
    learning_set.refresh_from_db()
    assert learning_set.notes_live_months == months
    assert client.get(url).context["form"]["live"].value() == (months or "0")


@pytest.mark.parametrize("odd", ["2", "", "for ever"])
def test_no_other_time_than_those_offered_is_taken(signed_in, learning_set, url, gita, odd):
    answer = signed_in(gita).post(url, {"live": odd})
    learning_set.refresh_from_db()
    assert (learning_set.notes_live_months, answer.context["form"].errors.keys()) == (None, {"live"})


def test_what_holds_already_is_nothing_new(learning_set, gita, now):
    told = Message.objects.filter(kind="sets.notes_agreed")
    agree_on_notes(learning_set=learning_set, by=gita, months=None, now=now)
    assert not told.exists()
    agree_on_notes(learning_set=learning_set, by=gita, months=3, now=now)
    count = told.count()
    agree_on_notes(learning_set=learning_set, by=gita, months=3, now=now + timedelta(minutes=1))
    learning_set.refresh_from_db()
    assert (told.count(), learning_set.notes_agreed_at) == (count, now)


def test_the_sets_page_says_until_when_nothing_is_deleted(signed_in, learning_set, url, asha, gita):
    signed_in(gita).post(url, {"live": "3"})
    page = signed_in(asha).get(learning_set.get_absolute_url()).content.decode()
    assert "This is new: nothing is deleted before" in page
    learning_set.refresh_from_db()
    learning_set.notes_agreed_at -= (learning_set.notes_safe_until - learning_set.notes_agreed_at) * 2
    learning_set.save()
    assert "This is new" not in signed_in(asha).get(learning_set.get_absolute_url()).content.decode()
