"""Turns a message's templates into mail: one text, and an HTML part made from the same words."""

from dataclasses import dataclass
from email.utils import format_datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils import timezone

from als_project.outbox.models import Message


@dataclass(frozen=True)
class Words:
    subject: str
    text: str

    @property
    def link(self) -> str:
        """The first that stands on a line of its own: where to go."""
        return next((line for line in self.text.splitlines() if line.startswith(settings.SITE_URL)), "")


def words_of(message: Message, context: dict[str, Any]) -> Words:
    """What a message says, in plain text. Times in it are in the recipient's own zone."""
    folder = "emails/" + message.kind.replace(".", "/")
    zone = message.to.time_zone if message.to else context.get("time_zone", settings.USUAL_TIME_ZONE)
    words = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, "to": message.to, **context}
    with timezone.override(ZoneInfo(zone)):
        subject = " ".join(_plain(f"{folder}/subject.txt", words).split())
        return Words(subject, _plain(f"{folder}/body.txt", words).strip() + "\n")


def write(message: Message, context: dict[str, Any]) -> EmailMultiAlternatives:
    """The mail for a message whose kind gave `context`."""
    words = words_of(message, context)
    mail = EmailMultiAlternatives(
        words.subject, words.text, to=[message.to.email if message.to else message.address], headers=_headers(message)
    )
    mail.attach_alternative(
        render_to_string("emails/base.html", {"subject": words.subject, "text": words.text}), "text/html"
    )
    return mail


def _plain(name: str, words: dict[str, Any]) -> str:
    """Plain text needs no HTML escapes; the HTML part escapes this text when it is made from it."""
    return Engine.get_default().get_template(name).render(Context(words, autoescape=False))


def _headers(message: Message) -> dict[str, str]:
    """The Message-ID comes from the key, so that a message sent twice after a crash is recognisably one."""
    host = settings.SITE_URL.split("//", 1)[-1].split(":")[0]
    return {
        "Message-ID": f"<{sha256(message.key.encode()).hexdigest()[:32]}@{host}>",
        "Date": format_datetime(timezone.now()),
        "Auto-Submitted": "auto-generated",
    }
