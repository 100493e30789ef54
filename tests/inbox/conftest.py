"""Ben was asked for a topic, and Asha for a report-back; both can write back."""

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from actions.models import Action
from als_project.outbox import reply_addresses
from als_project.outbox.models import Message
from als_project.outbox.services import post_to_each
from als_project.users.models import User
from sessions.models import Session
from sets.models import LearningSet
from tests.factories import make_action, make_closed_session, make_session

WORDS = "A colleague says no to everything\n\nHow can I begin to talk with her?"


@pytest.fixture(autouse=True)
def replies_are_read(settings: LazySettings) -> None:
    settings.REPLY_ADDRESS = "replies+{token}@sets.example"


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def session(learning_set: LearningSet) -> Session:
    return make_session(learning_set, days=6)


@pytest.fixture
def prompt(session: Session, ben: User) -> Message:
    return posted("sessions.topic_prompt", ben, session.pk, session.occasion)


@pytest.fixture
def action(session: Session, asha: User) -> Action:
    return make_action(make_closed_session(session.learning_set), asha)


@pytest.fixture
def reminder(session: Session, action: Action, asha: User) -> Message:
    return posted("actions.report_back_reminder", asha, session.pk, session.occasion)


def posted(kind: str, to: User, about: int, cause: str) -> Message:
    post_to_each([to], kind=kind, cause=cause, about=about)
    return Message.objects.get(key=f"{kind}:{cause}:to:{to.pk}")


def written_back(message: Message, text: str = WORDS, **head: str) -> EmailMessage:
    """What a mail program sends when somebody answers `message`. Underscores in a header's name stand for dashes."""
    mail = EmailMessage()
    usual = {
        "From": f"Somebody <{message.to.email if message.to else ''}>",
        "To": f"Action learning sets <{reply_addresses.address_for(message)}>",
        "Subject": "Re: Your learning set meets",
        "Message_ID": f"<{message.pk}.1@home.example>",
    }
    for name, value in {**usual, **head}.items():
        if value:
            mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


@pytest.fixture
def ignored(caplog: Any) -> Callable[[], list[str]]:
    """Why replies were ignored, as the log has it."""
    caplog.set_level("INFO", logger="als_project.inbox.services")

    def said() -> list[str]:
        lines = [record.getMessage() for record in caplog.records if record.name == "als_project.inbox.services"]
        start = "A reply by mail was ignored: "
        return [line.removeprefix(start).rstrip(".") for line in lines if line.startswith(start)]

    return said
