"""Without Redis, one process serves pages and streams, and they meet in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from als_project.live import services as live
from als_project.users.models import User
from tests.live.servers import Web, wait_until
from tests.live.servers import web as running_web
from tests.live.streams import Pages

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(transactional_db: None, tmp_path: Path) -> Iterator[Web]:
    with running_web(tmp_path, "") as running:
        yield running


def test_a_change_made_by_a_page_is_told(web: Web, pages: Pages, asha: User, channel: str) -> None:
    stream = pages.open(asha, channel)
    web.ask(f"/say/tell/{channel}/")
    stream.hears("changed", times=2)


def test_who_is_dismissed_loses_the_stream(web: Web, pages: Pages, asha: User, ben: User, channel: str) -> None:
    ashas, bens = pages.open(asha, channel), pages.open(ben, channel)
    web.ask(f"/say/dismiss/{ben.pk}/{channel}/")
    wait_until(lambda: bens.has_ended, seconds=2)
    assert (bens.events[-1], ashas.has_ended) == ("dismissed", False)


def test_people_are_present(web: Web, pages: Pages, asha: User, ben: User, channel: str) -> None:
    pages.open(asha, channel), pages.open(ben, channel)
    wait_until(lambda: f"[{asha.pk}, {ben.pk}]" in web.ask(f"/say/present/{channel}/")[1], seconds=4)


def test_it_stops_at_once(web: Web, pages: Pages, asha: User, channel: str) -> None:
    pages.open(asha, channel)
    assert web.stop() < 2


def test_where_no_streams_are_served_telling_costs_nothing(settings: Any) -> None:
    settings.REDIS_URL = ""
    live.tell("set:1")
    live.dismiss(1, "set:1")
    assert live.present_on("set:1") == set()
