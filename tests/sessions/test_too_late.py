"""What is sent to a session that has just been closed leads to its page; words come along."""

from typing import Any

import pytest
from django.http import HttpResponse

from als_project.users.models import User
from sessions.models import Session
from sessions.services import balloting, sharing
from tests.cast import SignedIn
from tests.sessions.pages import url, words
from tests.sessions.room_acts import START, close

pytestmark = pytest.mark.django_db
NAMES = ["choose", "share_time", "give_marks"]


def send(client: Any, name: str, session: Session, **more: Any) -> HttpResponse:
    bid = session.bids.first()
    assert bid is not None
    sent = {"breaks": 0, f"marks_{bid.pk}": 1, f"place_{bid.pk}": 1, f"minutes_{bid.pk}": 30, **more}
    response: HttpResponse = client.post(url(name, session), sent, follow=True)
    return response


@pytest.mark.parametrize("name", NAMES)
def test_it_leads_to_the_sessions_page(
    name: str, choosing: Session, gita: User, asha: User, signed_in: SignedIn
) -> None:
    close(choosing, gita)
    response = send(signed_in(asha if name == "give_marks" else gita), name, choosing)
    assert response.redirect_chain == [(choosing.get_absolute_url(), 302)]  # type: ignore[attr-defined]
    page = words(response)
    assert ("This session is over." in page, "Not open yet" in page) == (True, False)


@pytest.mark.parametrize(("service", "name"), [(balloting, "give_marks"), (sharing, "share_time")])
def test_so_it_does_when_the_session_closes_meanwhile(
    service: Any, name: str, choosing: Session, gita: User, asha: User, signed_in: SignedIn, monkeypatch: Any
) -> None:
    balloting.open_ballot(session=choosing, by=gita, marks_each=3, now=START)
    act = getattr(service, name)

    def closes_meanwhile(**sent: Any) -> object:
        close(choosing, gita)
        return act(**sent)

    monkeypatch.setattr(service, name, closes_meanwhile)
    client = signed_in(asha if name == "give_marks" else gita)
    response = send(client, name, choosing, **{f"place_{asha.pk}": 1})
    assert response.redirect_chain == [(choosing.get_absolute_url(), 302)]  # type: ignore[attr-defined]
    assert "Not open yet" not in words(response)


def test_a_topic_written_down_for_somebody_is_not_lost(choosing: Session, gita: User, signed_in: SignedIn) -> None:
    close(choosing, gita)
    response = signed_in(gita).post(url("offer_for", choosing), {"member": 1, "headline": "What Dora brings"})
    assert (response.status_code, "What Dora brings" in response.content.decode()) == (409, True)
    assert "The session is over" in words(response)
