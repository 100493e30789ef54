"""A mail as bytes. Django's and Python's own way spends more time on headers than the rest of sending takes."""

from binascii import b2a_qp
from email import message_from_bytes, policy
from email.header import Header
from email.message import EmailMessage as ParsedMail

from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.core.mail.message import sanitize_address

SHORT = 70  # characters: with its name, a header that needs no folding


class Letter(EmailMultiAlternatives):
    """One text, an HTML part with the same words, perhaps a calendar's part, one recipient.

    Seven-bit clean, so that no relay rewrites it.
    """

    def as_bytes(self) -> bytes:
        """Lines end in CRLF. Raises BadHeaderError for a header of several lines."""
        # “=_” can't stand in quoted-printable text.
        boundary = f"=_{self.extra_headers['Message-ID'].strip('<>').partition('@')[0]}"
        headers = {
            "From": sanitize_address(self.from_email, "utf-8"),
            "To": sanitize_address(self.to[0], "utf-8"),
            "Subject": self.subject,
            **self.extra_headers,
            "MIME-Version": "1.0",
            "Content-Type": f'multipart/alternative; boundary="{boundary}"',
        }
        lines = [_header(name, str(value)) for name, value in headers.items()]
        others = [_part(str(kind), str(text), boundary) for text, kind in self.alternatives]
        parts = (_part("text/plain", str(self.body), boundary), *others)
        return b"\r\n".join([*lines, b"", *parts, f"--{boundary}--".encode(), b""])

    def message(self) -> ParsedMail:  # type: ignore[override]  # for backends that take no bytes
        return message_from_bytes(self.as_bytes(), ParsedMail, policy=policy.SMTP)


def _header(name: str, value: str) -> bytes:
    if "\n" in value or "\r" in value:
        raise BadHeaderError(f"{name} holds a newline.")
    # Addresses, dates and links come in their final form: what can be long or foreign is the subject.
    if name == "Subject" and not (value.isascii() and len(value) < SHORT):
        value = Header(value, "utf-8", header_name=name).encode(linesep="\r\n")
    return f"{name}: {value}".encode("ascii")


def _part(kind: str, text: str, boundary: str) -> bytes:
    head = f'--{boundary}\r\nContent-Type: {kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n'
    lines = "\n".join(text.splitlines()) + "\n"
    return head.encode() + b"\r\n" + b2a_qp(lines.encode(), istext=True).replace(b"\n", b"\r\n")
