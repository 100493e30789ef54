import json
import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from als_project.outbox.models import Message
from tests.outbox.conftest import smtp, unused_tcp_port

__all__ = ["smtp", "unused_tcp_port"]
CODE = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)


@pytest.fixture(autouse=True)
def fresh_rate_limits() -> Iterator[None]:
    """Rate limits live in the cache: one test's attempts are none of another's."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def anyone_may_sign_up(settings: Settings) -> None:
    settings.WHO_MAY_SIGN_UP = "anyone"


@pytest.fixture
def visitor(db: None) -> Client:
    return Client()


def words_of(message: Message) -> dict[str, str]:
    words: dict[str, str] = json.loads(message.sealed)
    return words


def last_to(address: str) -> Message:
    return Message.objects.filter(address=address).latest("pk")


def code_to(address: str) -> str:
    found = CODE.search(words_of(last_to(address))["body"])
    assert found, f"no code for {address}"
    return found.group()
