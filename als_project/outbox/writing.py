"""Turns a message's templates into mail: one text, and an HTML part made from the same words."""

import re
from copy import copy
from dataclasses import dataclass
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Context, Engine, Template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from als_project.outbox import reply_addresses, unsubscribing
from als_project.outbox.kinds import kind_called
from als_project.outbox.letter import Letter
from als_project.outbox.models import Message

# In escaped text: up to a space, or to whatever closes the sentence or the quotation around it.
ADDRESS = re.compile(r"https?://(?:(?!&(?:quot|#x27|lt|gt);)[^\s<>])*[^\s<>.,;:!?)”’&]")


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
    words = copy(context)
    words["takes_replies"] = bool(reply_addresses.address_for(message))
    words.update({"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, "to": message.to})
    with timezone.override(ZoneInfo(zone)):
        subject = " ".join(_plain(f"{folder}/subject.txt", words).split())
        return Words(subject, _plain(f"{folder}/body.txt", words).strip() + "\n")


def write(message: Message, context: dict[str, Any]) -> Letter:
    """The mail for a message whose kind gave `context`."""
    mail = letter_of(message, context)
    _tell_calendars(mail, message, context)
    return mail


def letter_of(message: Message, context: dict[str, Any]) -> Letter:
    """The words alone, without what a calendar reads."""
    words = words_of(message, context)
    foot = _foot(message)
    mail = Letter(
        words.subject,
        f"{words.text}\n-- \n{foot}" if foot else words.text,
        to=[message.leads_to],
        headers=_headers(message),
    )
    frame = {"subject": words.subject, "paragraphs": _paragraphs(words.text), "foot": _paragraphs(foot)}
    html = _template("emails/base.html").render(Context({**frame, "site_name": settings.SITE_NAME}))
    mail.attach_alternative(html, "text/html")
    return mail


def _tell_calendars(mail: Letter, message: Message, context: dict[str, Any]) -> None:
    """Calendars take one entry from beside the words; several only each as a file."""
    kind = kind_called(message.kind)
    parts = kind.calendars(message, context) if kind else ()
    for number, part in enumerate(parts, start=1):
        mimetype = f"text/calendar; method={part.method}"
        if len(parts) == 1:
            mail.attach_alternative(part.text, mimetype)
        else:
            mail.attach(f"{number}.ics", part.text, mimetype)


def _plain(name: str, words: dict[str, Any]) -> str:
    """Plain text needs no HTML escapes; the HTML part escapes this text when it is made from it."""
    return _template(name).render(Context(words, autoescape=False))


def _template(name: str) -> Template:
    return Engine.get_default().get_template(name)


def _foot(message: Message) -> str:
    """Why this came, and how to have fewer; nothing for somebody without an account."""
    if message.to is None:
        return ""
    kind = kind_called(message.kind)
    words = {
        "site_name": settings.SITE_NAME,
        "preferences": settings.SITE_URL + reverse("outbox:preferences"),
        "off": unsubscribing.address_of(message) if kind and not kind.needed else "",
    }
    return _plain("emails/foot.txt", words).strip() + "\n"


def _paragraphs(text: str) -> list[SafeString]:
    return [_as_html(block) for block in text.strip().split("\n\n")] if text else []


def _as_html(block: str) -> SafeString:
    """The same words and line breaks, with the addresses in them as links.

    Of two lines, words and an address of ours, the words are the link: an address with a signature in it is long.
    """
    words, _newline, address = block.strip().partition("\n")
    if address.startswith(settings.SITE_URL) and ADDRESS.fullmatch(escape(address)):
        return format_html('<a href="{}">{}</a>', address, words.removesuffix(":"))
    linked = ADDRESS.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(block.strip()))
    return mark_safe(linked.replace("\n", "<br>\n"))  # noqa: S308  # escaped above; the links hold escaped text


def _headers(message: Message) -> dict[str, str]:
    """The Message-ID comes from the key, so that a message sent twice after a crash is recognisably one."""
    host = _host()
    headers = {
        "Message-ID": f"<{sha256(message.key.encode()).hexdigest()[:32]}@{host}>",
        "Date": format_datetime(timezone.now()),
        "Auto-Submitted": "auto-generated",
        "List-Id": f"<{message.kind.replace('_', '-')}.{host}>",
    }
    if reply_to := reply_addresses.address_for(message):
        headers["Reply-To"] = reply_to
    kind = kind_called(message.kind)
    if message.to and kind and not kind.needed:
        headers["List-Unsubscribe"] = f"<{unsubscribing.address_of(message)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


@lru_cache(maxsize=4)
def _host_of(site_url: str) -> str:
    return urlsplit(site_url).hostname or "localhost"


def _host() -> str:
    return _host_of(settings.SITE_URL)
