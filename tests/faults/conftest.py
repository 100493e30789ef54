"""Real processes and servers of the test's own. Short by default; `bin/test --faults` (FAULTS=long) runs them whole."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.product import Product
from tests.faults.servers import Postgres, Redis
from tests.sink import Sink

LONG = os.environ.get("FAULTS") == "long"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "faults: over real processes that are killed, stopped and cut off")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.faults)
            item.add_marker(pytest.mark.timeout(3600 if LONG else 180))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with TemporaryDirectory(prefix="als-faults-", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder))
        server.make()
        yield server
        server.stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def product(tmp_path: Path, postgres: Postgres, broker: Redis) -> Iterator[Product]:
    with Sink() as sink:
        product = Product(tmp_path, postgres, broker, sink)
        (tmp_path / "var").mkdir()
        if not postgres.is_migrated:
            product.run("-m", "django", "migrate", "-v0")
            postgres.is_migrated = True
        product.tell("TRUNCATE outbox_message, outbox_mailserver, outbox_seen, users_user, sets_learningset CASCADE")
        yield product
        product.stop()
