"""The account page, what a person can take along, and who may look."""

import pytest
from django.test import Client
from pytest_django.asserts import assertRedirects, assertTemplateUsed

from als_project.users.devices import device_in_words
from als_project.users.forms import zones_by_region
from als_project.users.models import User
from tests.cast import SignedIn


def test_name_and_zone_are_saved(signed_in: SignedIn, asha: User) -> None:
    response = signed_in(asha).post("/account/", {"name": "Asha B.", "time_zone": "Asia/Kolkata"})
    assertRedirects(response, "/account/")
    asha.refresh_from_db()
    assert (asha.name, asha.time_zone) == ("Asha B.", "Asia/Kolkata")


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"name": "", "time_zone": "Asia/Kolkata"}, "name"),
        ({"name": "Asha", "time_zone": "Mars/Olympus"}, "time_zone"),
        ({"name": "x" * 121, "time_zone": "Asia/Kolkata"}, "name"),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field(
    signed_in: SignedIn, asha: User, typed: dict[str, str], wrong: str
) -> None:
    response = signed_in(asha).post("/account/", typed)
    assert response.context["form"].errors.keys() == {wrong}
    asha.refresh_from_db()
    assert (asha.name, asha.time_zone) == ("Asha", "Europe/London")


def test_times_are_shown_in_the_readers_zone(signed_in: SignedIn, ben: User) -> None:
    assert "(Nairobi)" in signed_in(ben).get("/account/data/").content.decode()


def test_my_data_is_a_text_to_keep_and_has_no_markup(signed_in: SignedIn, asha: User) -> None:
    asha.name = "Asha & <Ben>"
    asha.save()
    response = signed_in(asha).get("/account/data/")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="my-data.txt"'
    assert "Name: Asha & <Ben>\nE-mail address: asha@example.org\n" in response.content.decode()


def test_nobody_is_cached(signed_in: SignedIn, asha: User) -> None:
    for path in ("/", "/account/", "/account/data/"):
        assert "no-store" in signed_in(asha).get(path)["Cache-Control"]


def test_home_is_what_is_next_for_people_and_a_welcome_for_visitors(signed_in: SignedIn, asha: User) -> None:
    assertTemplateUsed(signed_in(asha).get("/"), "home/home.html")
    assertTemplateUsed(Client().get("/"), "home/welcome.html")


def test_who_is_invented_is_marked_on_every_page(signed_in: SignedIn, asha: User) -> None:
    mark = "the people, sets and words you see here are invented"
    assert mark not in signed_in(asha).get("/account/").content.decode()
    asha.is_demo = True
    asha.save()
    assert mark in signed_in(asha).get("/account/").content.decode()


def test_every_zone_can_be_picked_once() -> None:
    picked = [zone for _region, zones in zones_by_region() for zone, _place in zones]
    assert len(picked) == len(set(picked))
    assert {"Europe/London", "Africa/Nairobi", "America/Argentina/Buenos_Aires"} <= set(picked)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome · Android"),
        ("curl/8.1", "curl/8.1"),
    ],
)
def test_devices_are_called_what_people_call_them(user_agent: str, words: str) -> None:
    assert device_in_words(user_agent) == words


def test_the_site_administration_finds_people_by_address_and_neither_makes_nor_removes_them(
    signed_in: SignedIn, superuser: User, asha: User, ben: User
) -> None:
    admin = signed_in(superuser)
    found = admin.get("/admin/users/user/", {"q": "asha@"}).context["cl"].result_list
    assert list(found) == [asha]
    assert admin.get("/admin/users/user/add/").status_code == 403
    assert admin.post(f"/admin/users/user/{asha.pk}/delete/").status_code == 403
