"""Every kind of message can be looked at in development."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import allauth
import pytest
from django.conf import settings
from django.test import Client
from django.urls import clear_url_caches, include, path

from als_project import urls
from als_project.devmail.account_mails import CARRIERS, prefixes
from als_project.devmail.examples import all_samples, carries_calendars, example_of, sample_called
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


def test_the_gallery_names_every_kind_and_every_mail_about_an_account() -> None:
    page = Client().get("/dev/mail/gallery/").content.decode()
    named = set(re.findall(r"/dev/mail/gallery/([^/\"]+)/", page))
    assert named == {*all_kinds(), *prefixes()} - set(CARRIERS)


def test_these_are_all_the_mails_that_allauth_sends() -> None:
    """New codes are typed in: the mail with a link to a new password is never sent."""
    folder = Path(allauth.__file__).parent
    sources = [folder / "account", folder / "mfa"]
    code = "".join(file.read_text() for source in sources for file in source.rglob("*.py") if "tests" not in file.parts)
    sent = set(re.findall(r"\"((?:account|mfa)/email/\w+)\"", code)) - {"account/email/password_reset_key"}
    assert settings.ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED
    assert sent - set(prefixes().values()) == set()


@pytest.mark.parametrize("name", all_samples())
def test_each_example_is_a_whole_message(name: str) -> None:
    sample = sample_called(name)
    assert sample
    said = f"{sample.letter.subject}{sample.letter.body}"
    assert sample.letter.subject
    assert [ill for ill in ("{{", "an example", "object at") if ill in said] == []
    page = Client().get(f"/dev/mail/gallery/{name}/")
    html = Client().get(f"/dev/mail/gallery/{name}/html/")
    assert (page.status_code, html.status_code) == (200, 200)
    assert html.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"


def test_a_mail_about_an_account_says_what_its_own_template_says() -> None:
    page = Client().get("/dev/mail/gallery/account.login_code/").content.decode()
    assert ("Your code to sign in:" in page, "W4K9-7QXT" in page) == (True, True)
    page = Client().get("/dev/mail/gallery/mfa.webauthn_added/").content.decode()
    assert ("A passkey has been added to your account." in page, "203.0.113.7" in page) == (True, True)


@pytest.mark.parametrize("name", all_samples())
def test_what_calendars_read_is_shown_where_a_mail_carries_it(name: str) -> None:
    sample = sample_called(name)
    assert sample
    page = Client().get(f"/dev/mail/gallery/{name}/").content.decode()
    assert ("BEGIN:VCALENDAR" in page) == carries_calendars(sample.kind)
    assert page.count("BEGIN:VCALENDAR") == len(sample.calendars)


def test_of_a_run_each_session_is_shown_by_itself() -> None:
    sample = sample_called("sessions.run_scheduled")
    assert sample
    assert [text.count("BEGIN:VEVENT") for text in sample.calendars] == [1, 1]


def test_no_other_kind_has_a_page() -> None:
    assert Client().get("/dev/mail/gallery/no.such/").status_code == 404


def test_a_sites_own_template_is_used_instead(tmp_path: Any, settings: Any) -> None:
    words = tmp_path / "emails" / "sessions" / "reminder"
    words.mkdir(parents=True)
    (words / "subject.txt").write_text("Soon we meet")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    assert example_of("sessions.reminder").subject == "Soon we meet"
