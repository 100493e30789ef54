"""Who has the page open, quietly."""

import time
from pathlib import Path

import pytest

from als_project.live import services as live
from als_project.live import wire
from als_project.users.models import User
from tests.live.servers import OwnRedis, Web, wait_until
from tests.live.servers import web as running_web
from tests.live.streams import Pages, settle

pytestmark = pytest.mark.django_db(transaction=True)


def test_people_are_present_while_a_page_of_theirs_is_open(pages: Pages, asha: User, ben: User, channel: str) -> None:
    first, second = pages.open(asha, channel), pages.open(asha, channel)
    pages.open(ben, channel)
    wait_until(lambda: live.present_on(channel) == {asha.pk, ben.pk}, seconds=4)
    first.close()
    settle()
    assert live.present_on(channel) == {asha.pk, ben.pk}
    second.close()
    wait_until(lambda: live.present_on(channel) == {ben.pk}, seconds=4)


def test_the_others_look_again_when_somebody_comes_or_goes(pages: Pages, asha: User, ben: User, channel: str) -> None:
    stream = pages.open(asha, channel)
    settle()
    before = stream.count("changed")
    other = pages.open(ben, channel)
    stream.hears("changed", times=before + 1, within=4)
    settle()
    other.close()
    stream.hears("changed", times=before + 2, within=4)


def test_a_reload_is_no_news(pages: Pages, asha: User, ben: User, channel: str) -> None:
    stream, other = pages.open(asha, channel), pages.open(ben, channel)
    settle()
    before = stream.count("changed")
    other.close()
    pages.open(ben, channel)
    settle()
    assert stream.count("changed") == before
    assert live.present_on(channel) == {asha.pk, ben.pk}


def test_who_is_refused_is_not_present(pages: Pages, stranger: User, asha: User, channel: str) -> None:
    pages.open(stranger, channel)
    pages.open(asha, channel)
    settle()
    assert live.present_on(channel) == {asha.pk}


def test_people_are_present_through_any_process(
    pages: Pages, redis: OwnRedis, asha: User, ben: User, channel: str, tmp_path: Path
) -> None:
    pages.open(asha, channel)
    with running_web(tmp_path, redis.url) as second:
        stream = pages.open(ben, channel, web=second)
        wait_until(lambda: live.present_on(channel) == {asha.pk, ben.pk}, seconds=4)
        before = stream.count("changed")
        live.tell(channel)
        stream.hears("changed", times=before + 1)
        second.stop()
        assert live.present_on(channel) == {asha.pk}


def test_nobody_is_present_through_a_process_that_has_died(web: Web, pages: Pages, asha: User, channel: str) -> None:
    pages.open(asha, channel)
    wait_until(lambda: live.present_on(channel) == {asha.pk}, seconds=4)
    web.process.kill()
    written = wire.redis().hvals(wire.present_key(channel))
    until = min(int(each.split()[0]) for each in written)
    assert 0 < until - time.time() <= wire.FORGOTTEN_AFTER
    assert wire.read_present([f"{int(time.time()) - 1} {asha.pk}".encode()]) == set()
    assert 0 < wire.redis().ttl(wire.present_key(channel)) <= 60
