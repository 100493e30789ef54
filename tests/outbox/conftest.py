"""A real SMTP conversation on a loopback port, and one kind of message to send through it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from als_project.outbox import kinds
from als_project.outbox.models import Message
from tests.sink import Sink


@pytest.fixture
def smtp(settings: Any) -> Iterator[Sink]:
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", sink.port, False
        settings.EMAIL_TIMEOUT = settings.EMAIL_TIMEOUT_AT_END = 0.5
        yield sink


@pytest.fixture
def unused_tcp_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Hello(kinds.MessageKind):
    """Says hello while `reason` stands."""

    name = "test.hello"
    reason = True
    limit: datetime | None = None

    def context(self, message: Message) -> dict[str, Any] | None:
        return {"word": "Tuesday", "at": datetime(2026, 10, 13, 13, 0, tzinfo=UTC)} if Hello.reason else None

    def useful_until(self, context: dict[str, Any]) -> datetime | None:
        return Hello.limit


@pytest.fixture
def hello(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Hello]:
    templates = str(Path(__file__).parent / "templates")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], templates]}]
    monkeypatch.setitem(kinds._kinds, Hello.name, Hello())
    for name, value in {"reason": True, "needed": True, "urgent": False, "stale_after": None, "limit": None}.items():
        monkeypatch.setattr(Hello, name, value)
    return Hello
