"""From a prompt that left, by a reply and its receipt, to a topic that is offered: each step by what came before."""

import re
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings

from als_project.outbox import services as outbox
from als_project.outbox.models import Message
from als_project.users.models import User
from sessions import tasks
from sessions.models import Bid
from tests.cast import SignedIn
from tests.imap import MailboxServer


@pytest.fixture
def mailbox(settings: LazySettings) -> Iterator[MailboxServer]:
    with MailboxServer() as server:
        server.empty()
        settings.IMAP_URL = server.url
        yield server


def received(mailboxes: list[Any], now: datetime) -> EmailMessage:
    """What arrived since the last look."""
    mailboxes.clear()
    while outbox.send_due(now=now):
        pass
    (letter,) = mailboxes
    mail = letter.message()
    assert isinstance(mail, EmailMessage)
    return mail


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n")


def answer_to(mail: EmailMessage, words: str) -> bytes:
    """As Gmail writes it: above the quotation of the whole message."""
    answer = EmailMessage()
    answer["From"], answer["To"] = f"Ben Odhiambo <{mail['To']}>", str(mail["Reply-To"])
    answer["Subject"], answer["Message-ID"] = f"Re: {mail['Subject']}", "<CAK-1@mail.gmail.com>"
    answer["In-Reply-To"] = str(mail["Message-ID"])
    quoted = "".join(f"> {line}\n" for line in text_of(mail).splitlines())
    answer.set_content(
        f"{words}\n\nOn Tue, 6 Oct 2026 at 14:00, Action learning sets <\nsets@localhost> wrote:\n\n{quoted}"
    )
    return answer.as_bytes()


def test_who_writes_back_offers_a_topic_in_the_end(
    mailbox: MailboxServer, prompt: Message, ben: User, now: datetime, mailoutbox: list[Any], signed_in: SignedIn
) -> None:
    mailbox.put(answer_to(received(mailoutbox, now), "She says no to everything\n\nHow do I begin?"))
    tasks.read_mailbox()
    receipt = received(mailoutbox, datetime.now(now.tzinfo))
    assert ("She says no" in receipt.as_string(), mailbox.count()) == (False, 0)
    (link,) = re.findall(r"^http://testserver(/mailed/\d+/)$", text_of(receipt), re.MULTILINE)
    client = signed_in(ben)
    offer = next(way.path for way in client.get(link).context["ways"] if way.words == "Offer it as a topic")
    form = client.get(offer).context["form"]
    said = {name: form[name].value() for name in form.fields}
    assert client.post(urlsplit(offer).path, {**said, "mailed": link.split("/")[2]}).status_code == 302
    topic = Bid.objects.get(member=ben).topic
    assert (topic.headline, topic.question) == ("She says no to everything", "How do I begin?")
    assert "This reply is settled" in client.get(link).content.decode()
