"""The streams as they run: uvicorn and Redis of their own, on the test's database."""

from collections.abc import Iterator
from typing import Any

import pytest

from als_project.live import wire
from sets.live import channel_of
from sets.models import LearningSet
from tests.live.servers import OwnRedis, Web
from tests.live.servers import web as running_web
from tests.live.streams import Pages


@pytest.fixture(scope="module")
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnRedis]:
    redis = OwnRedis(tmp_path_factory.mktemp("redis"))
    redis.start()
    yield redis
    redis.kill()


@pytest.fixture
def redis(own_redis: OwnRedis, settings: Any) -> Iterator[OwnRedis]:
    """The one this test's own process speaks to as well."""
    settings.REDIS_URL = own_redis.url
    wire.redis.cache_clear()
    yield own_redis
    wire.redis.cache_clear()


@pytest.fixture(scope="module")
def own_web(django_db_setup: None, own_redis: OwnRedis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with running_web(tmp_path_factory.mktemp("web"), own_redis.url) as running:
        yield running


@pytest.fixture
def web(transactional_db: None, redis: OwnRedis, own_web: Web) -> Web:
    """The one of all tests of a file; anew where the one before stopped it, or left it complaining."""
    if own_web.has_ended or own_web.complaints():
        own_web.kill()
        own_web.log.unlink()
        own_web.start()
    return own_web


@pytest.fixture
def pages(web: Web) -> Iterator[Pages]:
    pages = Pages(web)
    yield pages
    pages.close()


@pytest.fixture
def channel(learning_set: LearningSet) -> str:
    return channel_of(learning_set.pk)
