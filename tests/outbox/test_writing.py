from typing import Any

import pytest
from django.utils import timezone

from als_project.outbox.models import Message
from als_project.outbox.writing import write
from als_project.users.models import User
from tests.outbox.conftest import Hello


@pytest.fixture
def message(ben: User) -> Message:
    return Message.objects.create(kind="test.hello", key="hello:1", to=ben, due_at=timezone.now())


def mail(message: Message, hello: type[Hello]) -> Any:
    return write(message, hello().context(message) or {})


def test_the_text_is_plain_and_in_the_recipients_zone(message: Message, hello: type[Hello]) -> None:
    words = mail(message, hello).body
    assert words == ("It's at Tuesday 13 October 2026, 16:00 (Nairobi), & that's all.\n\nhttp://testserver/sets/1/\n")


def test_the_html_part_says_the_same_words_escaped(message: Message, hello: type[Hello]) -> None:
    html = mail(message, hello).alternatives[0].content
    assert "It&#x27;s at Tuesday 13 October 2026, 16:00 (Nairobi), &amp; that&#x27;s all." in html
    assert '<a href="http://testserver/sets/1/"' in html


def test_the_message_id_comes_from_the_key_alone(message: Message, hello: type[Hello]) -> None:
    again = Message(kind="test.hello", key="hello:1", to=message.to)
    other = Message(kind="test.hello", key="hello:2", to=message.to)
    ids = [mail(m, hello).message()["Message-ID"] for m in (message, again, other)]
    assert ids[0] == ids[1] != ids[2]


def test_it_says_that_a_machine_wrote_it(message: Message, hello: type[Hello]) -> None:
    assert mail(message, hello).message()["Auto-Submitted"] == "auto-generated"


def test_the_subject_is_one_line(message: Message, hello: type[Hello]) -> None:
    assert mail(message, hello).subject == "Don’t forget Tuesday"
