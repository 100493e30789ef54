"""What open pages hear, and when."""

import re

import pytest
from django.db import transaction

from als_project.live import hub
from als_project.live import services as live
from als_project.users.models import User
from sets.live import channel_of
from sets.models import LearningSet, Membership
from tests.live.streams import Pages, settle

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_stream_begins_with_changed_and_how_soon_to_come_back(pages: Pages, asha: User, channel: str) -> None:
    stream = pages.open(asha, channel)
    stream.hears("changed")
    assert stream.status == 200
    assert 1000 <= int(re.findall(r"retry: (\d+)\n", stream.text)[0]) < 2000


def test_a_stream_is_kept_by_no_cache_and_no_proxy(pages: Pages, asha: User, channel: str) -> None:
    head = pages.open(asha, channel).text.partition("\r\n\r\n")[0].lower()
    for line in ("content-type: text/event-stream; charset=utf-8", "cache-control: no-store", "x-accel-buffering: no"):
        assert line in head.split("\r\n")


def test_a_change_is_told_once_it_is_committed(pages: Pages, asha: User, channel: str) -> None:
    stream = pages.open(asha, channel)
    settle()
    before = stream.count("changed")
    with transaction.atomic():
        live.tell(channel)
        settle()
        assert stream.count("changed") == before
    stream.hears("changed", times=before + 1)


def test_a_change_that_is_rolled_back_is_told_to_nobody(pages: Pages, asha: User, channel: str) -> None:
    stream = pages.open(asha, channel)
    settle()
    before = stream.count("changed")
    with transaction.atomic():
        live.tell(channel)
        transaction.set_rollback(True)
    settle()
    assert stream.count("changed") == before


def test_a_change_is_told_to_its_own_channel_alone(
    pages: Pages, asha: User, stranger: User, learning_set: LearningSet, channel: str
) -> None:
    elsewhere = channel_of(Membership.objects.get(user=stranger).learning_set_id)
    streams = pages.open(asha, channel), pages.open(stranger, elsewhere)
    settle()
    before = [stream.count("changed") for stream in streams]
    live.tell(elsewhere)
    streams[1].hears("changed", times=before[1] + 1)
    settle()
    assert [stream.count("changed") for stream in streams] == [before[0], before[1] + 1]


def test_everyone_is_told_with_time_to_spread(pages: Pages, asha: User, stranger: User, channel: str) -> None:
    elsewhere = channel_of(Membership.objects.get(user=stranger).learning_set_id)
    streams = pages.open(asha, channel), pages.open(stranger, elsewhere)
    live.tell_everyone()
    for stream in streams:
        stream.hears("changed", times=2)
        assert "event: changed\ndata: 10000\n" in stream.text


def test_a_quiet_stream_is_heard_at_every_turn(pages: Pages, asha: User, channel: str) -> None:
    """Every two seconds here; see `application`."""
    stream = pages.open(asha, channel)
    stream.hears("beat", within=3)
    assert 1.5 <= stream.hears("beat", times=2, within=3) <= 2.5


def test_proxies_that_give_up_after_fifteen_seconds_never_do() -> None:
    assert (hub.BEAT_EVERY, hub.LASTS) == (10.0, 600.0)


def test_a_stream_says_nothing_of_what_has_changed(pages: Pages, asha: User, channel: str) -> None:
    stream = pages.open(asha, channel)
    live.tell(channel)
    live.tell_everyone()
    stream.hears("changed", times=3)
    live.dismiss(asha.pk, channel)
    stream.hears("dismissed")
    body = stream.text.partition("\r\n\r\n")[2]
    lines = {line for line in re.split(r"[\r\n]+", body) if not re.fullmatch(r"[0-9a-f]*|retry: \d+", line)}
    assert lines == {"event: changed", "event: dismissed", "data: 0", "data: 10000"}


@pytest.mark.parametrize("name", ["a topic", "set:1 everyone", "set:", "set:one", "Set:1", ""])
def test_a_channel_is_a_kind_and_an_id(name: str) -> None:
    with pytest.raises(ValueError, match="called like set:12"):
        live.tell(name)
