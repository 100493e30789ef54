"""The learning log: written, changed and deleted by its author, seen by nobody else."""

from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from actions.models import LogEntry
from als_project.users.models import User


@transaction.atomic
def write_entry(*, by: User, text: str, now: datetime, form_key: UUID | None = None) -> LogEntry:
    """One more entry. The same form sent twice writes one."""
    key = form_key or uuid4()
    entry, _ = LogEntry.objects.get_or_create(form_key=key, defaults={"author": by, "text": text, "written_at": now})
    if entry.author_id != by.pk:
        raise PermissionDenied
    return entry


@transaction.atomic
def change_entry(*, entry: LogEntry, by: User, text: str, now: datetime) -> LogEntry:
    entry = _own(entry, by)
    entry.text = text
    entry.save(update_fields=["text"])
    return entry


@transaction.atomic
def delete_entry(*, entry: LogEntry, by: User, now: datetime) -> None:
    """The words are gone from the database."""
    _own(entry, by).delete()


def _own(entry: LogEntry, by: User) -> LogEntry:
    own = LogEntry.objects.visible_to(by).select_for_update().filter(pk=entry.pk).first()
    if own is None:
        raise PermissionDenied
    return own
