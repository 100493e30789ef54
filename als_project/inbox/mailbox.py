"""The mailbox to which calendars and people answer (IMAP). A message is put away only after it has been handled."""

import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message as Mail
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags

AT_ONCE = 200
TIMEOUT = 30
SIZE = re.compile(rb"UID (\d+).*?RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+).*?UID (\d+)")
PORTS = {"imaps": 993, "imap": 143}


@dataclass(frozen=True)
class Address:
    """Where the mailbox is, as `settings.IMAP_URL` says it."""

    secure: bool
    host: str
    port: int
    name: str
    password: str
    folder: str
    done: str

    @classmethod
    def of(cls, url: str) -> "Address":
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ImproperlyConfigured("IMAP_URL looks like imaps://name:password@host/INBOX.")
        return cls(
            secure=parts.scheme == "imaps",
            host=parts.hostname,
            port=parts.port or PORTS[parts.scheme],
            name=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            done=parse_qs(parts.query).get("done", [""])[0],
        )

    def open(self) -> BaseMailBox:
        if self.secure:
            context = ssl.create_default_context()
            return MailBox(self.host, self.port, timeout=TIMEOUT, ssl_context=context)
        return MailBoxUnencrypted(self.host, self.port, timeout=TIMEOUT)


def handle_unread(url: str, handle: Callable[[Mail, bool], bool], *, most_bytes: int) -> int:
    """Hand each unread message to `handle`, then put it away; False with it says that it is too large: only its head.

    It is deleted where `handle` says that nothing of it may stay. Returns how many were put away. Whatever `handle`
    raises leaves its message, and those after it, unread.
    """
    address = Address.of(url)
    count = 0
    with _logged_in(address) as mailbox:
        for uid, size in _unread(mailbox):
            is_whole = size <= most_bytes
            mail = _fetch(mailbox, uid, is_whole=is_whole)
            if mail is None:  # gone meanwhile
                continue
            if handle(mail, is_whole):
                mailbox.delete(uid)
            elif address.done:
                mailbox.move(uid, address.done)
            else:
                mailbox.flag(uid, MailMessageFlags.SEEN, True)
            count += 1
    return count


@contextmanager
def _logged_in(address: Address) -> Iterator[BaseMailBox]:
    mailbox = address.open()
    try:
        yield mailbox.login(address.name, address.password, address.folder)
        mailbox.logout()
    finally:  # also where the server would not have us, or has gone
        with suppress(OSError):
            mailbox.client.shutdown()


def _unread(mailbox: BaseMailBox) -> Iterator[tuple[str, int]]:
    """The oldest unread messages with their sizes: nothing of them is fetched yet."""
    uids = mailbox.uids(AND(seen=False))[:AT_ONCE]
    if not uids:
        return
    _status, lines = mailbox.client.uid("FETCH", ",".join(uids), "(UID RFC822.SIZE)")
    sizes: dict[str, int] = {}
    for line in lines:
        found = SIZE.search(line if isinstance(line, bytes) else b"")
        if found:
            uid, size = (found[1], found[2]) if found[1] else (found[4], found[3])
            sizes[uid.decode()] = int(size)
    yield from ((uid, sizes[uid]) for uid in uids if uid in sizes)


def _fetch(mailbox: BaseMailBox, uid: str, *, is_whole: bool) -> Mail | None:
    found = next(iter(mailbox.fetch(uid_list=[uid], mark_seen=False, headers_only=not is_whole)), None)
    return found.obj if found else None
