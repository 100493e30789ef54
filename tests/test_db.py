"""The encrypted text field, on the real database."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection

from actions.models import LogEntry
from als_project.db import InvalidToken, encryption
from als_project.users.models import User


def raw(entry: LogEntry) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM actions_logentry WHERE id = %s", [entry.pk])
        return str(cursor.fetchone()[0])


@pytest.fixture
def entry(asha: User) -> LogEntry:
    return LogEntry.objects.create(author=asha, text="Ich hab’s gewagt — 我敢")


def test_the_database_holds_a_token_and_the_model_the_words(entry: LogEntry) -> None:
    assert encryption().decrypt(raw(entry)).decode() == "Ich hab’s gewagt — 我敢"
    assert "gewagt" not in raw(entry)
    assert LogEntry.objects.get().text == "Ich hab’s gewagt — 我敢"


def test_the_same_words_never_look_the_same(entry: LogEntry, asha: User) -> None:
    assert raw(entry) != raw(LogEntry.objects.create(author=asha, text=entry.text))


def test_nothing_written_stays_nothing(asha: User) -> None:
    assert raw(LogEntry.objects.create(author=asha, text="")) == ""


def test_an_older_key_still_reads_and_the_newest_one_writes(entry: LogEntry, asha: User, settings: Any) -> None:
    new = Fernet.generate_key().decode()
    settings.FIELD_KEYS = [new, *settings.FIELD_KEYS]
    assert LogEntry.objects.get().text == entry.text
    later = LogEntry.objects.create(author=asha, text="later")
    assert Fernet(new).decrypt(raw(later)) == b"later"


def test_a_lost_key_is_loud(entry: LogEntry, settings: Any) -> None:
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(InvalidToken):
        LogEntry.objects.get()


def test_a_key_that_is_none_stops_with_a_sentence(settings: Any) -> None:
    settings.FIELD_KEYS = ["not a key"]
    with pytest.raises(ImproperlyConfigured, match="new_field_key"):
        encryption()


@pytest.mark.parametrize("lookup", ["text", "text__icontains", "text__startswith"])
def test_what_is_encrypted_can_not_be_searched(lookup: str, db: None) -> None:
    with pytest.raises(FieldError):
        LogEntry.objects.filter(**{lookup: "x"}).exists()


def test_whether_anything_is_there_can_be_asked(entry: LogEntry) -> None:
    assert LogEntry.objects.filter(text__isnull=False).count() == 1
