"""When something breaks under open streams."""

import re
import signal
import time

import pytest

from als_project.live import services as live
from als_project.users.models import User
from tests.live.servers import OwnRedis, Web, wait_until
from tests.live.streams import Pages, settle

pytestmark = pytest.mark.django_db(transaction=True)


def test_streams_outlive_a_redis_that_is_killed_and_catch_up(
    web: Web, redis: OwnRedis, pages: Pages, asha: User, ben: User, channel: str
) -> None:
    streams = [pages.open(asha, channel), pages.open(ben, channel)]
    settle()
    redis.kill()
    wait_until(lambda: "open pages look for themselves" in web.complaints())
    before = [stream.count("changed") for stream in streams]
    began = time.monotonic()
    live.tell(channel)
    assert (live.present_on(channel), time.monotonic() - began < 1) == (set(), True)
    for stream, count in zip(streams, before, strict=True):
        stream.hears("changed", times=count + 1, within=4)
    redis.start()
    for stream in streams:
        wait_until(lambda text=stream: "data: 10000" in text.text, seconds=6)
    before = [stream.count("changed") for stream in streams]
    live.tell(channel)
    for stream, count in zip(streams, before, strict=True):
        stream.hears("changed", times=count + 1)
    assert "Traceback" not in web.complaints()


def test_who_is_present_is_written_again_once_redis_is_back(
    redis: OwnRedis, pages: Pages, asha: User, channel: str
) -> None:
    pages.open(asha, channel)
    wait_until(lambda: live.present_on(channel) == {asha.pk})
    redis.kill()
    redis.start()
    wait_until(lambda: live.present_on(channel) == {asha.pk}, seconds=3)


def test_a_redis_that_says_nothing_is_given_up_and_found_again(
    web: Web, redis: OwnRedis, pages: Pages, asha: User, channel: str
) -> None:
    stream = pages.open(asha, channel)
    redis.process.send_signal(signal.SIGSTOP)
    try:
        wait_until(lambda: "open pages look for themselves" in web.complaints(), seconds=15)
    finally:
        redis.process.send_signal(signal.SIGCONT)
    wait_until(lambda: "data: 10000" in stream.text, seconds=10)
    before = stream.count("changed")
    live.tell(channel)
    stream.hears("changed", times=before + 1)


def test_after_redis_was_away_everyone_comes_in_by_the_door_again(
    web: Web, redis: OwnRedis, pages: Pages, asha: User, channel: str
) -> None:
    stream = pages.open(asha, channel)
    redis.kill()
    redis.start()
    wait_until(lambda: stream.has_ended, seconds=12)
    assert re.findall(r"retry: (\d+)\n", stream.text)[-1] == "50"
    assert pages.open(asha, channel).status == 200


def test_a_server_with_open_streams_stops_at_once(web: Web, pages: Pages, asha: User, ben: User, channel: str) -> None:
    streams = [pages.open(user, channel) for user in (asha, ben, asha, ben)]
    assert web.stop() < 2
    assert all(stream.text.endswith("0\r\n\r\n") for stream in streams)
    assert web.complaints() == ""
    assert live.present_on(channel) == set()
