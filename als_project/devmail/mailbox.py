"""Reading back what the folder backend wrote."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from html import unescape
from pathlib import Path

from django.conf import settings

from als_project.devmail.backend import SUFFIX

# Exactly the names the backend gives: nothing that could lead out of the folder.
NAME = re.compile(r"(\d{10,20})-[0-9a-f]{8}")
LISTED = 200


@dataclass(frozen=True)
class Mail:
    name: str
    at: datetime
    message: EmailMessage

    @property
    def text(self) -> str:
        """The words: the plain part, or else the HTML part without its tags."""
        part = self.message.get_body(preferencelist=("plain", "html"))
        if part is None:
            return ""
        content = str(part.get_content())
        return _without_tags(content) if part.get_content_subtype() == "html" else content

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def attachments(self) -> list[str]:
        return [part.get_filename() or part.get_content_type() for part in self.message.iter_attachments()]


def _without_tags(html: str) -> str:
    words = re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.DOTALL | re.IGNORECASE)
    return unescape(re.sub(r"<[^>]+>", "", words)).strip()


def newest_first() -> list[Mail]:
    folder: Path = settings.DEV_MAIL_DIR
    names = sorted((path.stem for path in folder.glob(f"*{SUFFIX}")), reverse=True)[:LISTED]
    return [mail for name in names if (mail := mail_called(name))]


def mail_called(name: str) -> Mail | None:
    found = NAME.fullmatch(name)
    path: Path = settings.DEV_MAIL_DIR / f"{name}{SUFFIX}"
    if not found or not path.is_file():
        return None
    message = email.message_from_bytes(path.read_bytes(), EmailMessage, policy=email.policy.default)
    return Mail(name, datetime.fromtimestamp(int(found[1]) / 1e9, UTC), message)
