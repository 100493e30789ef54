"""A real SMTP conversation on a loopback port, and one kind of message to send through it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from als_project.outbox import kinds
from als_project.outbox.models import Message


class Sink:
    """Keeps each message it accepts; `refuse` maps an address to the answer that turns it away."""

    def __init__(self) -> None:
        self.accepted: list[EmailMessage] = []
        self.refuse: dict[str, str] = {}

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        from email import message_from_bytes, policy

        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.accepted.append(mail)
        return "250 Message accepted"

    @property
    def addresses(self) -> list[str]:
        return [str(mail["To"]) for mail in self.accepted]


@pytest.fixture
def smtp(settings: Any, unused_tcp_port: int) -> Iterator[Sink]:
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=unused_tcp_port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", unused_tcp_port, False
    yield sink
    controller.stop()


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

    def context(self, message: Message) -> dict[str, Any] | None:
        return {"word": "Tuesday", "at": datetime(2026, 10, 13, 13, 0, tzinfo=UTC)} if Hello.reason else None


@pytest.fixture
def hello(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Hello]:
    templates = str(Path(__file__).parent / "templates")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], templates]}]
    monkeypatch.setitem(kinds._kinds, Hello.name, Hello())
    monkeypatch.setattr(Hello, "reason", True)
    return Hello
