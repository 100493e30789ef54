"""Files what people write back, as their own draft; and what becomes of it.

A mail counts when it comes to the reply address of one message and from the address of the person that message went to.
All others are ignored, and their senders hear nothing: an answer would tell strangers what is true. Where one counts
and yet nothing of it could be kept, its writer is told so; where one comes from another address, which may be another
of theirs, the person that our message went to, once. Logs say which row, never what.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import Message as Mail
from email.utils import parseaddr
from hashlib import sha256
from imaplib import IMAP4

from django.conf import settings
from django.db import transaction
from imap_tools import ImapToolsError

from als_project.inbox import mailbox, senders, wording
from als_project.inbox.models import MailedReply
from als_project.outbox import reply_addresses
from als_project.outbox import services as outbox
from als_project.outbox.kinds import kind_called
from als_project.outbox.models import Message
from als_project.users.models import User

log = logging.getLogger(__name__)

MOST_BYTES_OF_MAIL = 1_000_000
NOT_KEPT = "inbox.reply_not_kept"
# To one message. Whoever has stolen somebody's mail can't fill the disk with it.
MOST_REPLIES = 20


class Ignored(Exception):
    """It is filed nowhere, and why: in our words, none of theirs."""


class FromElsewhere(Ignored):
    """It answers our message to `person`, but came from an address that is not the one of their account."""

    def __init__(self, message: Message, person: User) -> None:
        super().__init__("it is not from whom our message went to")
        self.message, self.person = message, person


class NothingKept(Exception):
    """It is its reader's own answer, but nothing of it could be kept, and why."""


def read_mailbox(*, otherwise: Callable[[Mail | None], None], now: datetime) -> int:
    """Every unread mail has been filed, handed to `otherwise`, or ignored, and put away.

    Whatever came to a reply address is deleted, filed or not: it may hold what is said in confidence. Returns how many
    mails were put away; none while the mailbox can't be reached.
    """

    def handle(mail: Mail, is_whole: bool) -> bool:
        if reply_addresses.are_among(senders.recipients_of(mail)):
            take(mail, is_whole=is_whole, now=now)
            return True
        otherwise(mail if is_whole else None)
        return False

    try:
        return mailbox.handle_unread(settings.IMAP_URL, handle, most_bytes=MOST_BYTES_OF_MAIL)
    except (OSError, IMAP4.error, ImapToolsError) as error:
        log.warning("The mailbox can't be read (%s).", type(error).__name__)
        return 0


@transaction.atomic
def take(mail: Mail, *, is_whole: bool = True, now: datetime) -> MailedReply | None:
    """One mail to a reply address, or the head of one that is too long; None where nothing of it was kept."""
    try:
        message, writer, about = _answered(mail)
    except Ignored as reason:
        log.info("A reply by mail was ignored: %s.", reason)
        if isinstance(reason, FromElsewhere):
            _tell_that_nothing_is_kept(reason, now=now)
        return None
    try:
        if not is_whole:
            raise NothingKept("it is too long")
        reply = file(mail, message=message, writer=writer, about=about, now=now)
    except Ignored as reason:
        log.info("A reply by mail was ignored: %s.", reason)
        return None
    except NothingKept as reason:
        log.info("Nothing of a reply by mail was kept: %s.", reason)
        key = f"{NOT_KEPT}:{_key_of(mail, message)}"
        outbox.post(kind=NOT_KEPT, key=key, to=writer, about=message.pk, due_at=now)
        return None
    log.info("A reply by mail was filed as mailed reply %s.", reply.pk)
    return reply


def file(mail: Mail, *, message: Message, writer: User, about: int, now: datetime) -> MailedReply:
    """The mail's words wait as their writer's own draft, and a message tells the writer so.

    Also when what it answers is over, or they have left: the words are theirs to read and take along. Raises
    NothingKept, or Ignored for a mail that was filed before.
    """
    text = _words_in(mail, message)
    to_the_same = MailedReply.objects.filter(writer=writer, kind=message.kind, about=about)
    if to_the_same.count() >= MOST_REPLIES:
        raise NothingKept("there are too many to this message")
    reply, is_new = MailedReply.objects.get_or_create(
        mail_key=_key_of(mail, message),
        defaults={"writer": writer, "kind": message.kind, "about": about, "text": text, "arrived_at": now},
    )
    if not is_new:
        raise Ignored("it was filed before")
    outbox.post(kind="inbox.reply_kept", key=f"inbox.reply_kept:{reply.pk}", to=writer, about=reply.pk, due_at=now)
    return reply


@transaction.atomic
def settle(reply: MailedReply | None, *, by: User, now: datetime) -> None:
    """Its writer has sent it or thrown it away: the words are gone from here. Twice, or none, is as good as once."""
    if reply is None:
        return
    MailedReply.objects.visible_to(by).waiting().filter(pk=reply.pk).update(settled_at=now, text="")


def forget_old(*, now: datetime) -> int:
    """Those that came longer ago than sent messages are kept are gone, settled or not."""
    gone, _rows = MailedReply.objects.filter(arrived_at__lt=now - timedelta(days=settings.KEEP_SENT_DAYS)).delete()
    return gone


def _tell_that_nothing_is_kept(reason: FromElsewhere, *, now: datetime) -> None:
    """Once for each of our messages: whoever holds one can't fill a mailbox with these."""
    message = reason.message
    key = f"{NOT_KEPT}:from_elsewhere:{message.pk}"
    sealed = json.dumps({"from_elsewhere": True})
    outbox.post(kind=NOT_KEPT, key=key, to=reason.person, about=message.pk, sealed=sealed, due_at=now)


def _answered(mail: Mail) -> tuple[Message, User, int]:
    """Our message that it answers, and to whom that went.

    Raises Ignored for machines and for what answers nothing of ours, FromElsewhere for any other sender.
    """
    message = reply_addresses.message_at(senders.recipients_of(mail))
    kind = kind_called(message.kind) if message else None
    if message is None or message.to is None or message.about is None or kind is None or not kind.takes_replies:
        raise Ignored("it answers nothing of ours")
    if not message.to.is_active:
        raise Ignored("the account is closed")
    if senders.is_disowned(mail):
        raise Ignored("its sender's domain disowns it")
    if senders.is_automatic(mail):
        raise Ignored("a machine wrote it")
    if senders.sender_of(mail) != message.to.email.lower():
        raise FromElsewhere(message, message.to)
    return message, message.to, message.about


def _words_in(mail: Mail, message: Message) -> str:
    ours = [parseaddr(settings.DEFAULT_FROM_EMAIL)[1], reply_addresses.address_for(message)]
    try:
        text = wording.own_words(mail, ours=ours).replace("\x00", "")
    except Exception as error:  # a mail can hold anything, and its parsers raise whatever they stumble over
        raise NothingKept("it can't be read") from error
    if not text:
        raise NothingKept("it holds no words")
    return text


def _key_of(mail: Mail, message: Message) -> str:
    name = str(mail.get("Message-ID", "")).strip() or sha256(mail.as_bytes()).hexdigest()
    return sha256(f"{message.pk}:{name}".encode(errors="replace")).hexdigest()
