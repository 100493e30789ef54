"""The learning log is its author's."""

from uuid import uuid4

import pytest

from actions.models import LogEntry
from tests.actions.pages import EVERYONE, url, words


def test_the_log_is_written_changed_and_deleted(signed_in, asha):
    client = signed_in(asha)
    client.post(url("log"), {"text": "I talk too soon", "form_key": uuid4()})
    entry = LogEntry.objects.get()
    assert "I talk too soon" in words(client.get(url("log")))
    client.post(url("log_entry", entry.pk), {"text": "I listen longer"})
    assert "I listen longer" in words(client.get(url("log_entry", entry.pk)))
    assert client.post(url("delete_log_entry", entry.pk)).url == url("log")
    assert LogEntry.objects.count() == 0


def test_an_empty_entry_is_not_written(signed_in, asha):
    response = signed_in(asha).post(url("log"), {"text": " ", "form_key": uuid4()})
    assert (response.status_code, LogEntry.objects.count()) == (200, 0)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ["log_entry", "delete_log_entry"])
def test_a_log_is_its_author_s_alone(request, signed_in, learning_set, asha, name, method, now):
    entry = LogEntry.objects.create(author=asha, text="Mine")
    own = {"log_entry": 200, "delete_log_entry": 405 if method == "get" else 302}[name]
    outsiders = dict.fromkeys(EVERYONE, 405 if (name, method) == ("delete_log_entry", "get") else 404)
    address = url(name, entry.pk)
    answers = {
        who: getattr(signed_in(request.getfixturevalue(who)), method)(address).status_code for who in reversed(EVERYONE)
    }
    assert answers == {**outsiders, "asha": own}
