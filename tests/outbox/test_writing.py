from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.core.mail import BadHeaderError
from django.utils import timezone

from als_project.outbox import kinds
from als_project.outbox.letter import Letter
from als_project.outbox.models import Message
from als_project.outbox.writing import _as_html, write
from als_project.users.models import User
from tests.outbox.conftest import Hello

NEEDED = (
    "\n-- \nYou get this because it is needed to take part.\n\n"
    "Which messages you get, and when:\nhttp://testserver/account/messages/\n"
)


@pytest.fixture
def message(ben: User) -> Message:
    return Message.objects.create(kind="test.hello", key="hello:1", to=ben, due_at=timezone.now())


def mail(message: Message, hello: type[Hello]) -> Letter:
    return write(message, hello().context(message) or {})


def parsed(letter: Letter) -> EmailMessage:
    return letter.message()


def part(letter: Letter, kind: str) -> str:
    found = parsed(letter).get_body((kind,))
    assert isinstance(found, EmailMessage)
    return str(found.get_content()).replace("\r\n", "\n")


def test_the_text_is_plain_and_in_the_recipients_zone(message: Message, hello: type[Hello]) -> None:
    words = part(mail(message, hello), "plain")
    said = "It's at Tuesday 13 October 2026, 16:00 (Nairobi), & that's all.\n\nhttp://testserver/sets/1/\n"
    assert words == said + NEEDED


def test_the_html_part_says_the_same_words_escaped(message: Message, hello: type[Hello]) -> None:
    html = part(mail(message, hello), "html")
    assert "It&#x27;s at Tuesday 13 October 2026, 16:00 (Nairobi), &amp; that&#x27;s all." in html
    assert '<a href="http://testserver/sets/1/">http://testserver/sets/1/</a>' in html


@pytest.mark.parametrize(
    ("block", "html"),
    [
        ("See “it” & say:\nhttp://testserver/a/1.x-Y/", '<a href="http://testserver/a/1.x-Y/">See “it” &amp; say</a>'),
        ("Link:\nhttps://meet.test/x", 'Link:<br>\n<a href="https://meet.test/x">https://meet.test/x</a>'),
        ("Two:\nhttp://testserver/ b", 'Two:<br>\n<a href="http://testserver/">http://testserver/</a> b'),
    ],
)
def test_words_and_an_address_of_ours_below_them_are_one_link(block: str, html: str) -> None:
    assert _as_html(block) == html


def test_the_html_part_is_drawn_for_the_dark_and_for_a_phone(message: Message, hello: type[Hello]) -> None:
    html = part(mail(message, hello), "html")
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html
    assert ("<img" in html, "http" in html.split("<body")[0]) == (False, False)  # nothing is fetched


def test_the_message_id_comes_from_the_key_alone(message: Message, hello: type[Hello]) -> None:
    again = Message(kind="test.hello", key="hello:1", to=message.to)
    other = Message(kind="test.hello", key="hello:2", to=message.to)
    ids = [parsed(mail(m, hello))["Message-ID"] for m in (message, again, other)]
    assert ids[0] == ids[1] != ids[2]


def test_it_says_that_a_machine_wrote_it_when_and_of_which_kind(message: Message, hello: type[Hello]) -> None:
    headers = parsed(mail(message, hello))
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Id"] == "<test.hello.testserver>"
    assert abs((parsedate_to_datetime(headers["Date"]) - timezone.now()).total_seconds()) < 5


def test_the_subject_is_one_line(message: Message, hello: type[Hello]) -> None:
    assert mail(message, hello).subject == "Don’t forget Tuesday"


def test_what_is_needed_offers_no_way_to_turn_it_off(message: Message, hello: type[Hello]) -> None:
    headers = parsed(mail(message, hello))
    assert (headers["List-Unsubscribe"], headers["List-Unsubscribe-Post"]) == (None, None)


def test_what_is_optional_can_be_turned_off_with_one_click(message: Message, hello: type[Hello]) -> None:
    hello.needed = False
    letter = mail(message, hello)
    link = str(parsed(letter)["List-Unsubscribe"]).strip("<>")
    assert link.startswith("http://testserver/messages/off/")
    assert parsed(letter)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"Turn off messages like this one:\n{link}\n" in part(letter, "plain")


def test_somebody_without_an_account_is_told_of_no_preferences(hello: type[Hello]) -> None:
    hello.needed = False
    letter = mail(Message(kind="test.hello", key="x", address="new@example.org"), hello)
    assert "/account/messages/" not in part(letter, "plain")
    assert parsed(letter)["List-Unsubscribe"] is None


def test_every_kind_has_words() -> None:
    from django.template.loader import get_template

    for name in kinds.all_kinds():
        for file in ("subject.txt", "body.txt"):
            get_template(f"emails/{name.replace('.', '/')}/{file}")


# --- Letters as bytes --------------------------------------------------------------------------


def letter(**changes: Any) -> Letter:
    fields: dict[str, Any] = {
        "subject": "Hello",
        "body": "Line\n",
        "from_email": "Die Übungsgruppe <sets@example.org>",
        "to": ["asha@example.org"],
        "headers": {"Message-ID": "<abc@example.org>"},
    }
    made = Letter(**{**fields, **changes})
    made.attach_alternative("<p>Line</p>\n", "text/html")
    return made


@pytest.mark.parametrize(
    "text",
    [
        "plain\n",
        "Ünïcödé – “quoted” 日本語\n",
        "ends in a space \n",
        "a" * 2000 + "\n",
        "=_abc and = signs =3D\n",
        ".\n..\nFrom here\n",
        "two\r\nkinds of\rline\n",
        "no newline at the end",
        "日" * 500 + "\n",
    ],
)
def test_every_text_arrives_as_it_was_written(text: str) -> None:
    raw = letter(body=text).as_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert part(letter(body=text), "plain") == "\n".join(text.splitlines()) + "\n"


@pytest.mark.parametrize(
    "subject", ["Short", "Ein Gruß aus München", "long " * 40 + "end", "日本語" * 40, "“" + "a" * 300]
)
def test_every_subject_arrives_as_it_was_written(subject: str) -> None:
    raw = letter(subject=subject).as_bytes()
    assert letter(subject=subject).message()["Subject"] == subject
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_people_and_addresses_outside_ascii_arrive() -> None:
    assert str(letter().message()["From"]) == "Die Übungsgruppe <sets@example.org>"
    assert str(letter(to=["asha@bücher.example"]).message()["To"]) == "asha@xn--bcher-kva.example"


@pytest.mark.parametrize("field", ["subject", "headers", "to"])
def test_a_header_of_two_lines_is_refused(field: str) -> None:
    evil = {"subject": "Hello\nBcc: all@example.org", "headers": {"Message-ID": "<a@b>\r\nBcc: x@example.org"}}
    changes = {field: evil.get(field, ["asha@example.org\nBcc: x@example.org"])}
    with pytest.raises((BadHeaderError, ValueError)):
        letter(**changes).as_bytes()


def test_the_parts_are_alternatives_plain_first() -> None:
    parts = [p.get_content_type() for p in letter().message().walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]
