"""A reply by mail becomes its writer's own draft: from whom, once, and what is ignored."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from als_project.inbox import services
from als_project.inbox.models import MailedReply
from als_project.inbox.ways import ways_on
from als_project.outbox import reply_addresses
from als_project.outbox import services as outbox
from als_project.outbox.kinds import kind_called
from als_project.outbox.models import Message
from als_project.outbox.writing import write
from als_project.users.models import User
from sessions.models import Session
from sessions.services import scheduling
from sets.models import Membership
from tests.factories import end
from tests.inbox.conftest import WORDS, posted, written_back
from tests.sessions.room_acts import at_once

Said = Callable[[], list[str]]


def drafts() -> list[tuple[str, str, str]]:
    return [(reply.writer.name, reply.kind, reply.text) for reply in MailedReply.objects.select_related("writer")]


def test_a_reply_to_a_prompt_waits_as_its_writers_own_draft(prompt: Message, now: datetime) -> None:
    services.take(written_back(prompt), now=now)
    assert drafts() == [("Ben", "sessions.topic_prompt", WORDS)]


def test_a_reply_to_a_reminder_does_too(reminder: Message, now: datetime) -> None:
    services.take(written_back(reminder), now=now)
    assert drafts() == [("Asha", "actions.report_back_reminder", WORDS)]


def test_the_database_does_not_hold_its_words(prompt: Message, now: datetime) -> None:
    reply = services.take(written_back(prompt), now=now)
    assert reply
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM inbox_mailedreply WHERE id = %s", [reply.pk])
        row = " ".join(str(value) for value in cursor.fetchone())
    assert ("colleague" in row, "home.example" in row) == (False, False)


def test_the_same_mail_is_filed_once(prompt: Message, now: datetime, ignored: Said) -> None:
    for _again in range(3):
        services.take(written_back(prompt), now=now)
    assert (len(drafts()), ignored()) == (1, ["it was filed before"] * 2)


@pytest.mark.django_db(transaction=True)
def test_it_is_filed_once_when_several_look_at_the_same_time(prompt: Message, now: datetime) -> None:
    results = at_once(*[lambda: services.take(written_back(prompt), now=now)] * 4)
    assert (len(drafts()), len([one for one in results if one])) == (1, 1)


def test_a_mail_without_a_name_is_filed_once_too(prompt: Message, now: datetime) -> None:
    for _again in range(2):
        services.take(written_back(prompt, Message_ID=""), now=now)
    assert len(drafts()) == 1


def test_it_is_not_filed_anew_once_it_was_settled(prompt: Message, now: datetime, ben: User) -> None:
    reply = services.take(written_back(prompt), now=now)
    services.settle(reply, by=ben, now=now)
    services.take(written_back(prompt), now=now)
    assert drafts() == [("Ben", "sessions.topic_prompt", "")]


def test_two_mails_are_two_drafts(prompt: Message, now: datetime) -> None:
    services.take(written_back(prompt, "One"), now=now)
    services.take(written_back(prompt, "Two", Message_ID="<2@home.example>"), now=now)
    assert [text for _name, _kind, text in drafts()] == ["One", "Two"]


def test_however_long_it_is_it_is_kept_whole(prompt: Message, now: datetime) -> None:
    long = "\n".join(f"Line {number} of many" for number in range(500))
    services.take(written_back(prompt, long), now=now)
    assert [text for _name, _kind, text in drafts()] == [long]


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ({"From": "asha@example.org"}, "it is not from whom our message went to"),
        ({"From": "ben@example.org, asha@example.org"}, "it is not from whom our message went to"),
        ({"From": ""}, "it is not from whom our message went to"),
        ({"Authentication_Results": "mx; dmarc=fail"}, "its sender's domain disowns it"),
        ({"Auto_Submitted": "auto-replied"}, "a machine wrote it"),
        ({"Auto_Submitted": "auto-generated; x"}, "a machine wrote it"),
        ({"X_Autoreply": "yes"}, "a machine wrote it"),
        ({"Precedence": "bulk"}, "a machine wrote it"),
        ({"Return_Path": "<>"}, "a machine wrote it"),
        ({"To": "replies@sets.example"}, "it answers nothing of ours"),
        ({"To": "replies+1-0123456789abcdef01234567@sets.example"}, "it answers nothing of ours"),
    ],
)
def test_what_is_not_its_readers_own_answer_is_ignored(
    prompt: Message, asha: User, now: datetime, ignored: Said, head: dict[str, str], why: str
) -> None:
    services.take(written_back(prompt, **head), now=now)
    assert (drafts(), ignored()) == ([], [why])


def test_a_bounce_is_ignored(prompt: Message, now: datetime, ignored: Said) -> None:
    mail = written_back(prompt)
    mail.replace_header("Content-Type", "multipart/report; report-type=delivery-status")
    services.take(mail, now=now)
    assert (drafts(), ignored()) == ([], ["a machine wrote it"])


def test_somebody_elses_address_for_the_same_message_is_no_use(
    prompt: Message, reminder: Message, now: datetime, ignored: Said
) -> None:
    services.take(written_back(prompt, From=reminder.to.email if reminder.to else ""), now=now)
    assert (drafts(), ignored()) == ([], ["it is not from whom our message went to"])


def test_nothing_is_filed_for_an_account_that_is_closed(prompt: Message, ben: User, now: datetime) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    services.take(written_back(prompt), now=now)
    assert drafts() == []


def leave(session: Session, memberships: dict[str, Membership]) -> None:
    end(memberships["Ben"])


def cancel(session: Session, memberships: dict[str, Membership]) -> None:
    scheduling.cancel_session(session=session, by=memberships["Gita"].user, now=timezone.now())


@pytest.mark.parametrize("happens", [leave, cancel])
def test_who_writes_too_late_still_has_their_words_and_can_only_take_them_along(
    prompt: Message,
    session: Session,
    memberships: dict[str, Membership],
    now: datetime,
    happens: Callable[..., None],
) -> None:
    happens(session, memberships)
    reply = services.take(written_back(prompt), now=now)
    assert reply
    assert (reply.text, ways_on(reply)) == (WORDS, [])


def test_the_log_says_which_row_and_nothing_else(prompt: Message, now: datetime, caplog: Any) -> None:
    caplog.set_level("DEBUG")
    reply = services.take(written_back(prompt), now=now)
    assert reply
    said = [record.getMessage() for record in caplog.records if record.name.startswith("als_project.inbox")]
    assert said == [f"A reply by mail was filed as mailed reply {reply.pk}."]
    assert [word for word in ("colleague", "ben@", "home.example") if word in caplog.text] == []


def test_its_writer_is_told_at_once_that_nobody_has_read_it(
    prompt: Message, now: datetime, mailoutbox: list[Any]
) -> None:
    Message.objects.filter(pk=prompt.pk).update(sent_at=now)
    reply = services.take(written_back(prompt), now=now)
    assert reply
    while outbox.send_due(now=now):
        pass
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["ben@example.org"], "Your reply is kept as your own draft")
    assert f"http://testserver/mailed/{reply.pk}/" in mail.body.splitlines()
    assert ("colleague" in mail.body, "Reply-To" in mail.extra_headers) == (False, False)


def test_who_has_settled_it_is_told_nothing(prompt: Message, now: datetime, ben: User, mailoutbox: list[Any]) -> None:
    Message.objects.filter(pk=prompt.pk).update(sent_at=now)
    services.settle(services.take(written_back(prompt), now=now), by=ben, now=now)
    while outbox.send_due(now=now):
        pass
    assert mailoutbox == []


def test_nobody_else_settles_it(prompt: Message, now: datetime, asha: User) -> None:
    services.settle(services.take(written_back(prompt), now=now), by=asha, now=now)
    assert drafts() == [("Ben", "sessions.topic_prompt", WORDS)]


def test_old_replies_are_forgotten(prompt: Message, now: datetime, settings: LazySettings) -> None:
    services.take(written_back(prompt), now=now)
    kept = timedelta(days=settings.KEEP_SENT_DAYS)
    assert [services.forget_old(now=now + kept), services.forget_old(now=now + kept + timedelta(seconds=1))] == [0, 1]


def test_old_replies_are_found_by_the_index(prompt: Message, now: datetime, ben: User) -> None:
    MailedReply.objects.bulk_create(
        MailedReply(mail_key=f"{n}", writer=ben, kind="x", about=n, text="") for n in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inbox_mailedreply")
    plan = MailedReply.objects.filter(arrived_at__lt=now - timedelta(days=90)).order_by().explain()
    assert "mailed_replies_arrived" in plan


def test_each_person_and_message_has_an_address_of_its_own(session: Session, asha: User, ben: User) -> None:
    messages = [
        posted("sessions.topic_prompt", asha, session.pk, "a"),
        posted("sessions.topic_prompt", ben, session.pk, "a"),
    ]
    messages.append(posted("sessions.topic_nudge", ben, session.pk, "a"))
    addresses = [reply_addresses.address_for(message) for message in messages]
    assert len({address.split("-")[1] for address in addresses}) == 3
    assert [reply_addresses.message_at([address.upper()]) for address in addresses] == messages
    assert all(len(address.split("@")[0]) <= 64 for address in addresses)


def test_a_mail_says_that_it_can_be_answered_only_where_replies_are_read(
    prompt: Message, settings: LazySettings
) -> None:
    kind = kind_called(prompt.kind)
    assert kind
    context = kind.context(prompt)
    assert context
    mail = write(prompt, context)
    assert mail.extra_headers["Reply-To"] == reply_addresses.address_for(prompt)
    assert "You can also simply write back" in str(mail.body)
    settings.REPLY_ADDRESS = ""
    mail = write(prompt, context)
    assert ("Reply-To" in mail.extra_headers, "write back" in str(mail.body)) == (False, False)
