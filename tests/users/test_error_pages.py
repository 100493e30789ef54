"""When something goes wrong: a page in the same voice, with a way back."""

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from pytest_django.asserts import assertTemplateUsed
from pytest_django.fixtures import Settings

from als_project.users import views
from als_project.users.models import User
from tests.cast import SignedIn


def test_a_page_that_is_not_there(signed_in: SignedIn, asha: User) -> None:
    response = signed_in(asha).get("/nothing/here/")
    assert response.status_code == 404
    assertTemplateUsed(response, "404.html")
    assert "There is nothing here" in response.content.decode()


def test_in_development_what_is_not_ones_own_looks_as_it_does_anywhere(
    signed_in: SignedIn, asha: User, settings: Settings
) -> None:
    settings.DEBUG = True
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "als_project.users.middleware.OwnNotFoundMiddleware"]
    response = signed_in(asha).get("/sets/12345/")
    assert response.status_code == 404
    assertTemplateUsed(response, "404.html")
    assert "There is nothing here" in response.content.decode()


def test_an_expired_form_says_that_nothing_is_lost(asha: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(asha)
    response = strict.post("/account/", {"name": "Asha", "time_zone": "Europe/London"})
    assert response.status_code == 403
    assertTemplateUsed(response, "403_form.html")


def test_a_break_on_our_side_needs_no_database(settings: Settings) -> None:
    """No `db` fixture: pytest-django refuses every query."""
    settings.SITE_NAME = "Thursday sets"
    response = views.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    page = response.content.decode()
    assert "Something broke on our side" in page
    assert "Thursday sets" in page


def test_a_host_that_is_not_ours_meets_the_page_for_what_we_can_not_read() -> None:
    response = Client().get("/", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400
    assert "We could not read that" in response.content.decode()


@pytest.mark.parametrize("template", ["400", "403", "403_form", "404", "429", "500"])
def test_no_page_runs_an_inline_script_or_style(template: str) -> None:
    page = render_to_string(f"{template}.html")
    assert "<style" not in page
    assert "style=" not in page
    assert page.count("<script") == page.count('<script src="')


def test_every_page_is_served_under_the_strict_policy() -> None:
    policy = Client().get("/nothing/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
