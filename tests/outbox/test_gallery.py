"""Every kind of message can be looked at in development."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import clear_url_caches, include, path

from als_project import urls
from als_project.devmail.examples import example_of
from als_project.outbox.kinds import all_kinds

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def development(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    here = path("dev/mail/", include("als_project.devmail.urls"))
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, here])
    clear_url_caches()
    yield
    monkeypatch.undo()
    clear_url_caches()


def test_the_gallery_names_every_kind() -> None:
    page = Client().get("/dev/mail/gallery/").content.decode()
    assert sorted(set(re.findall(r"/dev/mail/gallery/([^/\"]+)/", page))) == all_kinds()


@pytest.mark.parametrize("kind", all_kinds())
def test_each_example_is_a_whole_message(kind: str) -> None:
    letter = example_of(kind)
    assert letter.subject
    assert "{{" not in str(letter.body)
    assert "an example" not in f"{letter.subject}{letter.body}"
    assert "object at" not in f"{letter.subject}{letter.body}"
    page = Client().get(f"/dev/mail/gallery/{kind}/")
    html = Client().get(f"/dev/mail/gallery/{kind}/html/")
    assert (page.status_code, html.status_code) == (200, 200)
    assert html.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"


def test_no_other_kind_has_a_page() -> None:
    assert Client().get("/dev/mail/gallery/no.such/").status_code == 404


def test_a_sites_own_template_is_used_instead(tmp_path: Any, settings: Any) -> None:
    words = tmp_path / "emails" / "sessions" / "reminder"
    words.mkdir(parents=True)
    (words / "subject.txt").write_text("Soon we meet")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    assert example_of("sessions.reminder").subject == "Soon we meet"
