"""The ground every model stands on: the encrypted text field and its keys."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.signals import setting_changed
from django.db import models

__all__ = ["EncryptedTextField", "InvalidToken", "decrypted", "encryption"]


@lru_cache(maxsize=1)
def encryption() -> MultiFernet:
    """The keys of `settings.FIELD_KEYS`, newest first: the first one encrypts, all of them decrypt."""
    try:
        return MultiFernet([Fernet(key.strip()) for key in settings.FIELD_KEYS])
    except ValueError as error:
        raise ImproperlyConfigured(
            "FIELD_KEYS must hold keys made by `python manage.py new_field_key`, newest first, joined by commas."
        ) from error


def decrypted(token: str) -> str:
    """What an `EncryptedTextField` holds as this token, for what is not read through the field."""
    return encryption().decrypt(token).decode() if token else token


def _forget_keys(*, setting: str, **_: Any) -> None:
    if setting == "FIELD_KEYS":
        encryption.cache_clear()


setting_changed.connect(_forget_keys)


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # only generic to the type checker
    """Text that the database, its backups and its logs hold only as a Fernet token.

    Read and written as `str`. The empty string stays empty, so that "nothing was written" costs nothing. A row
    whose key is gone raises `InvalidToken`: losing a key must be loud. It can't be searched, by design.
    """

    def get_prep_value(self, value: Any) -> str | None:
        value = super().get_prep_value(value)
        return encryption().encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return decrypted(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: it can't be looked up by “{lookup_name}”.")
        return super().get_lookup(lookup_name)
