"""The record as a PDF: for who may read it, in confidence; where none can be made, the page that prints."""

import builtins
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from als_project.users.models import User
from sessions import paper
from sessions.models import Session, Stage
from sessions.services import capturing
from sets.models import LearningSet, Membership
from tests.cast import SignedIn
from tests.factories import publish_rules
from tests.sessions.pages import url, words
from tests.sessions.room_acts import close, say


@pytest.fixture
def closed(suggestions: Stage, asha: User, ben: User, gita: User) -> Session:
    say(suggestions, ben, "Ask her before Friday", kind="suggestion")
    capturing.save_note(session=suggestions.session, by=asha, text="Remember the rota", now=timezone.now())
    return close(suggestions.session, gita, now=timezone.now())


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is put on paper."""
    seen: list[str] = []
    made = paper.pdf_of

    def noted(page: str) -> bytes:
        seen.append(page)
        return made(page)

    monkeypatch.setattr("sessions.views.record.pdf_of", noted)
    return seen


def test_a_member_gets_a_file_that_names_nobody(
    closed: Session, pages: list[str], asha: User, signed_in: SignedIn
) -> None:
    # A morning in Auckland.
    evening_before = datetime(2026, 10, 14, 20, 0, tzinfo=UTC)
    Session.objects.filter(pk=closed.pk).update(time_zone="Pacific/Auckland", starts_at=evening_before)
    response = signed_in(asha).get(url("record_pdf", closed))
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/pdf")
    name = 'attachment; filename="session-2026-10-15.pdf"'
    assert (response.headers["Content-Disposition"], response.headers["Cache-Control"]) == (name, "no-store")
    assert response.content[:5] == b"%PDF-"
    assert "In confidence" in pages[0]
    assert "Ask her before Friday" in pages[0]


def test_notes_to_self_and_buttons_are_not_on_paper(
    closed: Session, pages: list[str], asha: User, signed_in: SignedIn
) -> None:
    signed_in(asha).get(url("record_pdf", closed))
    assert [part in pages[0] for part in ("Remember the rota", "<form", "<button", "Take out")] == [False] * 4


@pytest.mark.parametrize("person", ["stranger", "cara", "olu", "superuser"])
def test_outsiders_find_nothing(
    person: str, closed: Session, signed_in: SignedIn, request: pytest.FixtureRequest
) -> None:
    assert signed_in(request.getfixturevalue(person)).get(url("record_pdf", closed)).status_code == 404


def test_rules_come_first(
    closed: Session, learning_set: LearningSet, memberships: dict[str, Membership], ben: User, signed_in: SignedIn
) -> None:
    publish_rules(learning_set, agreed_by=[memberships["Asha"]])
    response = signed_in(ben).get(url("record_pdf", closed))
    assert response.headers["Location"].endswith(f"/sets/{learning_set.pk}/rules/")


def test_who_joined_later_gets_none(closed: Session, learning_set: LearningSet, ben: User, signed_in: SignedIn) -> None:
    Membership.objects.filter(user=ben).update(joined_at=timezone.now())
    response = signed_in(ben).get(url("record_pdf", closed))
    assert (response.status_code, "took place before you joined" in words(response)) == (403, True)


def test_a_session_that_runs_has_no_record_yet(suggestions: Stage, ben: User, signed_in: SignedIn) -> None:
    response = signed_in(ben).get(url("record_pdf", suggestions.session), follow=True)
    assert "There is a record once the session is closed." in words(response)


@pytest.mark.parametrize("missing", [ImportError, OSError])
def test_without_what_makes_pdfs_the_page_itself_is_offered(
    missing: type[Exception], closed: Session, ben: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "weasyprint":
            raise missing("libpango is not there")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    response = signed_in(ben).get(url("record_pdf", closed), follow=True)
    assert response.redirect_chain == [(closed.get_absolute_url(), 302)]
    assert "This installation can't make PDF files. Print this page instead" in words(response)
    assert "Ask her before Friday" in words(response)


def test_a_record_fetches_nothing() -> None:
    with pytest.raises(ValueError, match="fetches nothing"):
        paper._fetch_nothing("https://example.org/pixel.png")
