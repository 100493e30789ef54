"""Who wrote back in vain hears it, without what they wrote, also of what came from another address; strangers don't."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from als_project.inbox import services
from als_project.inbox.models import MailedReply
from als_project.outbox import services as outbox
from als_project.outbox.models import Message
from als_project.users.models import User
from tests.inbox.conftest import WORDS, written_back

QUOTATION = "> Your learning set meets\n"
ELSEWHERE = "Ben <ben@home.example>"
NOT_THEIRS = [
    {"From": ELSEWHERE, "Auto_Submitted": "auto-replied"},
    {"From": ELSEWHERE, "Authentication_Results": "mx; dmarc=fail"},
    {"Authentication_Results": "mx; dmarc=fail"},
    {"Auto_Submitted": "auto-replied"},
    {"To": "replies+1-0123456789abcdef01234567@sets.example"},
]


def told() -> list[str]:
    return [row.to.name for row in Message.objects.filter(kind="inbox.reply_not_kept") if row.to]


def test_of_a_mail_without_words_its_writer_hears_that_nothing_was_kept(
    prompt: Message, now: datetime, mailoutbox: list[Any]
) -> None:
    Message.objects.filter(pk=prompt.pk).update(sent_at=now)
    services.take(written_back(prompt, QUOTATION), now=now)
    while outbox.send_due(now=now):
        pass
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["ben@example.org"], "Nothing of your reply could be kept")
    assert ("learning set meets" in mail.body, MailedReply.objects.count()) == (False, 0)


def test_of_one_that_is_too_long_too(prompt: Message, now: datetime) -> None:
    services.take(written_back(prompt), is_whole=False, now=now)
    assert (told(), MailedReply.objects.count()) == (["Ben"], 0)


def test_and_of_one_too_many(prompt: Message, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody fills the disk."""
    monkeypatch.setattr(services, "MOST_REPLIES", 2)
    for number in range(4):
        services.take(written_back(prompt, f"No. {number}", Message_ID=f"<{number}@home.example>"), now=now)
    assert (MailedReply.objects.count(), told()) == (2, ["Ben", "Ben"])


def test_it_is_told_once_of_each_mail(prompt: Message, now: datetime) -> None:
    for _again in range(3):
        services.take(written_back(prompt, QUOTATION), now=now)
    assert told() == ["Ben"]


def test_of_one_that_was_kept_nothing_is_told_however_often_it_is_read(prompt: Message, now: datetime) -> None:
    for _again in range(2):
        services.take(written_back(prompt), now=now)
    assert told() == []


@pytest.mark.parametrize("head", NOT_THEIRS)
@pytest.mark.parametrize("is_whole", [True, False])
def test_others_and_machines_hear_nothing(
    prompt: Message, asha: object, now: datetime, head: dict[str, str], is_whole: bool, ignored: Callable[[], list[str]]
) -> None:
    services.take(written_back(prompt, QUOTATION, **head), is_whole=is_whole, now=now)
    assert (told(), len(ignored())) == ([], 1)


@pytest.mark.parametrize("sender", [ELSEWHERE, "asha@example.org", ""])
def test_of_one_from_another_address_the_person_our_message_went_to_hears_once(
    prompt: Message, asha: object, now: datetime, sender: str, ignored: Callable[[], list[str]]
) -> None:
    for number in range(3):
        services.take(written_back(prompt, From=sender, Message_ID=f"<{number}@x.example>"), now=now)
    assert (told(), MailedReply.objects.count()) == (["Ben"], 0)
    assert ignored() == ["it is not from whom our message went to"] * 3


def test_and_once_more_when_it_answers_another_message(prompt: Message, reminder: Message, now: datetime) -> None:
    for message in (prompt, reminder):
        services.take(written_back(message, From=ELSEWHERE), is_whole=False, now=now)
    assert told() == ["Ben", "Asha"]


def test_that_message_goes_to_their_own_address_and_says_nothing_of_the_mail(
    prompt: Message, now: datetime, mailoutbox: list[Any], caplog: Any
) -> None:
    caplog.set_level("DEBUG")
    Message.objects.filter(pk=prompt.pk).update(sent_at=now)
    services.take(written_back(prompt, WORDS, From=ELSEWHERE, Subject="A colleague"), now=now)
    while outbox.send_due(now=now):
        pass
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["ben@example.org"], "Nothing of your reply could be kept")
    assert "from an address that is not the one of your account" in mail.body
    said = f"{mail.message().as_string()}{caplog.text}{list(Message.objects.values())}"
    assert [word for word in ("colleague", "home.example", "Ben <") if word in said] == []


def test_of_a_reply_to_a_message_that_is_forgotten_nobody_hears(prompt: Message, now: datetime) -> None:
    mail = written_back(prompt, From=ELSEWHERE)
    prompt.delete()
    services.take(mail, now=now)
    assert told() == []


def test_of_one_to_a_closed_account_nobody_hears(prompt: Message, now: datetime) -> None:
    User.objects.update(is_active=False)
    services.take(written_back(prompt, From=ELSEWHERE), now=now)
    assert told() == []


def test_the_log_says_why_and_nothing_of_it(prompt: Message, now: datetime, caplog: Any) -> None:
    caplog.set_level("DEBUG")
    services.take(written_back(prompt, WORDS), is_whole=False, now=now)
    said = [record.getMessage() for record in caplog.records if record.name.startswith("als_project.inbox")]
    assert said == ["Nothing of a reply by mail was kept: it is too long."]
    assert [word for word in ("colleague", "ben@", "home.example") if word in caplog.text] == []
