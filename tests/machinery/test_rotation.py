from datetime import UTC, datetime
from io import StringIO

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from als_project.ground import rotation
from als_project.outbox.models import Message

pytestmark = pytest.mark.django_db
OLD, NEW, LOST = (Fernet.generate_key().decode() for _ in range(3))


@pytest.fixture(autouse=True)
def old_key(settings: Settings) -> None:
    settings.FIELD_KEYS = [OLD]


def write(key: str, sealed: str) -> Message:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    return Message.objects.create(kind="test", key=key, address="nia@example.org", sealed=sealed, due_at=now)


def tokens() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sealed FROM {Message._meta.db_table} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def reencrypt() -> str:
    said = StringIO()
    call_command("reencrypt", stdout=said)
    return next(line for line in said.getvalue().splitlines() if "Message.sealed" in line)


def test_a_new_key_is_one_that_encrypts() -> None:
    said = StringIO()
    call_command("new_field_key", stdout=said)
    assert len(Fernet(said.getvalue().strip()).encrypt(b"words")) > 0


def test_afterwards_the_newest_key_alone_reads_everything(settings: Settings) -> None:
    write("one", "Who holds the budget?")
    write("two", "")
    settings.FIELD_KEYS = [NEW, OLD]
    assert reencrypt() == "outbox.Message.sealed: 1 rewritten, 0 already under the newest key, 0 without a key"
    settings.FIELD_KEYS = [NEW]
    assert [message.sealed for message in Message.objects.order_by("pk")] == ["Who holds the budget?", ""]
    assert tokens()[1] == ""


def test_it_goes_through_all_rows_batch_by_batch(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    words = [f"sentence {number}" for number in range(5)]
    for number, sentence in enumerate(words):
        write(f"m{number}", sentence)
    settings.FIELD_KEYS = [NEW, OLD]
    assert reencrypt() == "outbox.Message.sealed: 5 rewritten, 0 already under the newest key, 0 without a key"
    settings.FIELD_KEYS = [NEW]
    assert [message.sealed for message in Message.objects.order_by("pk")] == words


def test_a_second_run_changes_nothing(settings: Settings) -> None:
    write("one", "Who holds the budget?")
    settings.FIELD_KEYS = [NEW, OLD]
    reencrypt()
    before = tokens()
    assert reencrypt() == "outbox.Message.sealed: 0 rewritten, 1 already under the newest key, 0 without a key"
    assert tokens() == before


def test_what_has_no_key_is_left_alone_counted_and_loud(settings: Settings) -> None:
    write("one", "Who holds the budget?")
    settings.FIELD_KEYS = [LOST]
    write("two", "Lost")
    before = tokens()
    settings.FIELD_KEYS = [NEW, OLD]
    said = StringIO()
    with pytest.raises(
        CommandError, match=r"^1 could not be read with any of FIELD_KEYS: add the key they are under\.$"
    ):
        call_command("reencrypt", stdout=said)
    assert tokens()[1] == before[1]
    assert tokens()[0] != before[0]
    with pytest.raises(InvalidToken):
        str(Message.objects.get(key="two").sealed)


def test_every_encrypted_field_of_the_product_is_walked() -> None:
    walked = {f"{field.model._meta.label}.{field.name}" for field in rotation.encrypted_fields()}
    assert walked >= {
        "actions.Action.what",
        "actions.LogEntry.text",
        "actions.ReportBack.learned",
        "als_sessions.Contribution.text",
        "als_sessions.Preparation.text",
        "als_sessions.PrivateNote.text",
        "als_sessions.Topic.headline",
        "outbox.Message.sealed",
        "sets.GroundRule.text",
    }


def test_nothing_of_what_was_said_is_printed(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    write("one", "Who holds the budget?")
    settings.FIELD_KEYS = [NEW, OLD]
    said = StringIO()
    call_command("reencrypt", stdout=said)
    printed = said.getvalue() + "".join(capsys.readouterr())
    assert "budget" not in printed
    assert tokens()[0] not in printed
