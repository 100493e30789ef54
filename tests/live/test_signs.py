"""A network that is lost: the stream to it can stay open for minutes."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from als_project.live import wire
from als_project.live.passes import write_pass
from als_project.users.models import User
from tests.live.servers import OwnRedis, Web, wait_until
from tests.live.servers import web as running_web
from tests.live.streams import Pages

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True, scope="module")
def soon() -> Iterator[None]:
    """Who gives no sign for two seconds has lost the network. Asked for before the file's server starts."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("FADES_AFTER", "2")
        yield


def sign(web: Web, person: User, channel: str) -> int:
    return web.ask(f"/live/{write_pass(person.pk, channel)}/", method="POST")[0]


def is_shown(web: Web, channel: str, *people: User) -> bool:
    return str(sorted(person.pk for person in people)) in web.ask(f"/say/present/{channel}/")[1]


def loses_who_falls_silent(web: Web, pages: Pages, asha: User, ben: User, channel: str) -> None:
    ashas, bens = pages.open(asha, channel), pages.open(ben, channel)
    assert (sign(web, asha, channel), sign(web, ben, channel)) == (200, 200)
    wait_until(lambda: is_shown(web, channel, asha, ben), seconds=4)
    until = time.monotonic() + 4
    while time.monotonic() < until:
        sign(web, asha, channel)
        time.sleep(0.2)
    wait_until(lambda: bens.has_ended, seconds=4)
    sign(web, asha, channel)
    wait_until(lambda: is_shown(web, channel, asha), seconds=4)
    assert not ashas.has_ended


def test_who_falls_silent_loses_the_stream(web: Web, pages: Pages, asha: User, ben: User, channel: str) -> None:
    loses_who_falls_silent(web, pages, asha, ben, channel)


def test_the_same_holds_within_one_process(
    transactional_db: None, asha: User, ben: User, channel: str, tmp_path: Path
) -> None:
    with running_web(tmp_path, "") as alone:
        pages = Pages(alone)
        loses_who_falls_silent(alone, pages, asha, ben, channel)
        pages.close()


def test_a_sign_may_come_through_another_process(
    web: Web, pages: Pages, redis: OwnRedis, asha: User, channel: str, tmp_path: Path
) -> None:
    stream = pages.open(asha, channel)
    with running_web(tmp_path, redis.url) as second:
        sign(second, asha, channel)
        wait_until(lambda: wire.redis().exists(wire.signs_key(channel)), seconds=4)
    wait_until(lambda: stream.has_ended, seconds=8)


def test_a_sign_lets_nobody_in(web: Web, pages: Pages, asha: User, ben: User, channel: str) -> None:
    pages.open(asha, channel)
    sign(web, ben, channel)
    wait_until(lambda: wire.redis().exists(wire.signs_key(channel)), seconds=4)
    wait_until(lambda: is_shown(web, channel, asha), seconds=4)
    assert web.ask("/live/forged/", method="POST")[0] == 403
