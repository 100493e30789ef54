"""Three ways to send the same messages, all of one kind. Each returns how many seconds it took."""

import smtplib
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from als_project.outbox import services, writing
from als_project.outbox.carrier import Carrier
from als_project.outbox.kinds import MessageKind, _kinds
from als_project.outbox.models import Message


class Bench(MessageKind):
    """Says what a sign-in message says; asks the database nothing of its own."""

    name = "users.notice"
    needed = True

    def context(self, message: Message) -> dict[str, Any] | None:
        return {"subject": "Your learning set meets soon", "body": WORDS}


WORDS = (
    "Your learning set meets soon.\n\nTuesday 13 October 2026, 14:00 (London)\n120 minutes\n\n"
    "The session:\nhttps://sets.example/sessions/7/\n\nThis is about the set “Thursday set”."
)


_kinds[Bench.name] = Bench()  # in the place of the kind whose templates it borrows


def raw(messages: list[Message]) -> float:
    """A plain script: ask the kind what each message says, write it from the same templates, hand it to smtplib, over

    one connection. It knows each person, and asks nobody whether the message may leave.
    """
    kind = _kinds[messages[0].kind]
    began = time.perf_counter()
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as connection:
        for message in messages:
            letter = writing.write(message, kind.context(message) or {})
            mail = EmailMultiAlternatives(letter.subject, letter.body, to=letter.to, headers=letter.extra_headers)
            mail.attach_alternative(str(letter.alternatives[0][0]), "text/html")
            content = mail.message().as_bytes(linesep="\r\n")
            connection.sendmail(settings.DEFAULT_FROM_EMAIL, mail.to, content)
    return time.perf_counter() - began


def raw_with_our_letters(messages: list[Message]) -> float:
    """The same with the product's own quicker letters: the harder floor."""
    kind = _kinds[messages[0].kind]
    began = time.perf_counter()
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as connection:
        for message in messages:
            letter = writing.write(message, kind.context(message) or {})
            connection.sendmail(settings.DEFAULT_FROM_EMAIL, letter.to, letter.as_bytes())
    return time.perf_counter() - began


def product(messages: list[Message]) -> float:
    """From the row to the receipt, as a worker does it."""
    began = time.perf_counter()
    with Carrier() as carrier:
        while services.send_due(now=timezone.now(), carrier=carrier):
            pass
    return time.perf_counter() - began


Way = Callable[[list[Message]], float]
