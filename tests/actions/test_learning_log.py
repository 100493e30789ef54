from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from actions.models import LogEntry
from actions.services import learning_log
from tests.factories import end


@pytest.fixture
def entry(asha, now):
    return learning_log.write_entry(by=asha, text="I talk too soon", now=now)


def test_an_entry_is_its_authors(entry, asha, now):
    entry.refresh_from_db()
    assert (entry.author, entry.text, entry.written_at) == (asha, "I talk too soon", now)


def test_the_same_form_sent_twice_writes_one_entry(asha, now):
    key = uuid4()
    first = learning_log.write_entry(by=asha, text="Once", now=now, form_key=key)
    assert learning_log.write_entry(by=asha, text="Once", now=now, form_key=key) == first
    assert LogEntry.objects.count() == 1


def test_another_persons_form_key_is_refused(asha, ben, now):
    key = uuid4()
    learning_log.write_entry(by=asha, text="Mine", now=now, form_key=key)
    with pytest.raises(PermissionDenied):
        learning_log.write_entry(by=ben, text="Yours", now=now, form_key=key)


def test_the_author_changes_and_deletes_it(entry, asha, now):
    learning_log.change_entry(entry=entry, by=asha, text="I listen longer", now=now)
    entry.refresh_from_db()
    assert entry.text == "I listen longer"
    learning_log.delete_entry(entry=entry, by=asha, now=now)
    assert LogEntry.objects.count() == 0


@pytest.mark.parametrize("who", ["ben", "gita", "olu", "superuser"])
def test_nobody_else_reads_changes_or_deletes_it(request, learning_set, entry, who, now):
    other = request.getfixturevalue(who)
    assert list(LogEntry.objects.visible_to(other)) == []
    with pytest.raises(PermissionDenied):
        learning_log.change_entry(entry=entry, by=other, text="x", now=now)
    with pytest.raises(PermissionDenied):
        learning_log.delete_entry(entry=entry, by=other, now=now)


def test_the_log_outlasts_every_membership(entry, asha, memberships):
    end(memberships["Asha"])
    assert list(LogEntry.objects.visible_to(asha)) == [entry]
