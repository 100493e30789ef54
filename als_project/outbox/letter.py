"""A mail as bytes. Django's and Python's own way spends more time on headers than the rest of sending takes."""

import re
from binascii import b2a_qp
from email import message_from_bytes, policy
from email.header import Header
from email.message import EmailMessage as ParsedMail
from functools import lru_cache
from smtplib import quoteaddr

from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.core.mail.message import sanitize_address

PLAIN = re.compile(r"[\w.+-]+@[A-Za-z0-9.-]+", re.ASCII)  # nothing about it to be changed or quoted
SHORT = 70  # characters: with its name, a header that needs no folding


class Letter(EmailMultiAlternatives):
    """One text, an HTML part with the same words, perhaps a calendar's part, one recipient.

    Seven-bit clean, so that no relay rewrites it.
    """

    def as_bytes(self) -> bytes:
        """Lines end in CRLF. Raises BadHeaderError for a header of several lines."""
        headers = {
            "From": as_ascii(self.from_email),
            "To": as_ascii(self.to[0]),
            "Subject": self.subject,
            **self.extra_headers,
            "MIME-Version": "1.0",
        }
        lines = [_header(name, str(value)) for name, value in headers.items()]
        return b"\r\n".join([*lines, self._content()])

    def _content(self) -> bytes:
        name = self.extra_headers["Message-ID"].strip("<>").partition("@")[0]
        words = [
            _part("text/plain", str(self.body)),
            *(_part(str(kind), str(text)) for text, kind in self.alternatives),
        ]
        content = _multipart("alternative", name, words)
        if not self.attachments:
            return content
        files = [_part(str(kind), str(text), file=str(file)) for file, text, kind in self.attachments]
        return _multipart("mixed", f"all-{name}", [content, *files])

    def message(self) -> ParsedMail:  # type: ignore[override]  # for backends that take no bytes
        return message_from_bytes(self.as_bytes(), ParsedMail, policy=policy.SMTP)


@lru_cache(maxsize=64)
def as_ascii(address: str) -> str:
    """As it stands in a header. Asked twice a message, and every other time for the same sender."""
    return address if PLAIN.fullmatch(address) else sanitize_address(address, "utf-8")


def as_path(address: str) -> str:
    """As an envelope names it."""
    return f"<{address}>" if PLAIN.fullmatch(address) else quoteaddr(as_ascii(address))


def _header(name: str, value: str) -> bytes:
    if "\n" in value or "\r" in value:
        raise BadHeaderError(f"{name} holds a newline.")
    # Addresses, dates and links come in their final form: what can be long or foreign is the subject.
    if name == "Subject" and not (value.isascii() and len(value) < SHORT):
        value = Header(value, "utf-8", header_name=name).encode(linesep="\r\n")
    return f"{name}: {value}".encode("ascii")


def _multipart(kind: str, name: str, parts: list[bytes]) -> bytes:
    boundary = f"=_{name}"  # “=_” can't stand in quoted-printable text
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    start, end = f"--{boundary}\r\n".encode(), f"--{boundary}--\r\n".encode()
    # The line break before a boundary is the boundary's own.
    return head + b"".join(start + part + b"\r\n" for part in parts) + end


def _part(kind: str, text: str, *, file: str = "") -> bytes:
    head = f'Content-Type: {kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n'
    if file:
        head += f'Content-Disposition: attachment; filename="{file}"\r\n'
    lines = "\n".join(text.splitlines()) + "\n"
    return head.encode() + b"\r\n" + b2a_qp(lines.encode(), istext=True).replace(b"\n", b"\r\n")
