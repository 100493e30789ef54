"""Whom a mail is from, and whether a machine wrote it. Anybody can write anything into a mail's head."""

from email.message import Message as Mail
from email.utils import getaddresses

BY_MACHINES = ("mailer-daemon@", "postmaster@")
RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")


def is_disowned(mail: Mail) -> bool:
    """The domain it claims to come from says that it does not (DMARC), by our own mail server's word."""
    return any("dmarc=fail" in str(value).lower() for value in mail.get_all("Authentication-Results", []))


def sender_of(mail: Mail) -> str:
    """The one address it is from, in lower case; empty where there are several, or none that can be read."""
    senders = getaddresses([str(value) for value in mail.get_all("From", [])])
    return senders[0][1].lower() if len(senders) == 1 and senders[0][1].isprintable() else ""


def recipients_of(mail: Mail) -> list[str]:
    values = [str(value) for name in RECIPIENTS for value in mail.get_all(name, [])]
    return [address.lower() for _name, address in getaddresses(values)]


def is_automatic(mail: Mail) -> bool:
    """Written by a machine (RFC 3834): out of office, a bounce, a list."""
    said = str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    marked = any(mail.get(name) for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
    bulk = str(mail.get("Precedence", "")).strip().lower() in ("bulk", "junk", "list", "auto_reply")
    bounces = mail.get_content_type() == "multipart/report" or str(mail.get("Return-Path", "")).strip() == "<>"
    return said != "no" or marked or bulk or bounces or sender_of(mail).startswith(BY_MACHINES)
