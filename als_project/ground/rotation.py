"""Rewriting everything that was said under the newest key.

Works on the tokens as they stand in the rows: no clear text reaches a model, a log or the caller. Rows already under
the newest key are passed over, so a run that was broken off is taken up again by the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, TextField, Value
from django.db.models.functions import Cast

from als_project.db import EncryptedTextField, encryption

BATCH = 500


@dataclass
class Count:
    """What became of one field's tokens. `unreadable` ones have no key: they were left as they are."""

    field: str
    rewritten: int = 0
    already: int = 0
    unreadable: int = 0


def encrypted_fields() -> Iterator[EncryptedTextField]:
    for model in apps.get_models():
        if not model._meta.proxy:
            for field in model._meta.local_concrete_fields:
                if isinstance(field, EncryptedTextField):
                    yield field


def reencrypt(field: EncryptedTextField) -> Count:
    """Afterwards every readable token of this field is under the newest key."""
    count = Count(field=f"{field.model._meta.label}.{field.name}")
    last = 0
    while rows := _batch(field, after=last):
        with transaction.atomic():
            for pk, token in rows:
                _rewrite(field, pk, token, count)
        last = rows[-1][0]
    return count


def _tokens(field: EncryptedTextField) -> models.QuerySet[models.Model]:
    # The cast hides the field from itself: a column read as plain text isn't decrypted.
    return field.model._base_manager.annotate(token=Cast(F(field.name), TextField()))


def _batch(field: EncryptedTextField, *, after: int) -> list[tuple[int, str]]:
    rows = _tokens(field).filter(pk__gt=after).exclude(token="").exclude(token=None)
    return list(rows.order_by("pk").values_list("pk", "token")[:BATCH])


def _rewrite(field: EncryptedTextField, pk: int, token: str, count: Count) -> None:
    """One row, unless it was written anew since it was read: then it is under the newest key anyway."""
    if _is_newest(token):
        count.already += 1
        return
    try:
        rewritten = encryption().rotate(token).decode()
    except InvalidToken:
        count.unreadable += 1
        return
    unchanged = _tokens(field).filter(pk=pk, token=token)
    count.rewritten += unchanged.update(**{field.name: Value(rewritten, output_field=TextField())})


def _is_newest(token: str) -> bool:
    try:
        Fernet(settings.FIELD_KEYS[0].strip()).decrypt(token)
    except InvalidToken:
        return False
    return True
