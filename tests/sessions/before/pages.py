"""What the tests of the pages before a session share: the day, what Asha says, how a page is read."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.messages import get_messages
from django.test import Client

from sessions.models import Session

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
HEADLINE, QUESTION, LINES = "My team talks past me", "How can I be heard?", "Nobody answers my letters"


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def page(client: Client, session: Session, part: str = "") -> str:
    response = client.get(f"/sessions/{session.pk}/{part}")
    assert response.status_code == 200
    return response.content.decode()
