import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError
from django.test import Client, RequestFactory
from django.utils import timezone

from als_project.health import checks, disk
from als_project.logs import AsJson
from als_project.outbox import condition
from als_project.outbox.models import MailServer, Message, RefusedAddress
from als_project.users.models import User


@pytest.fixture
def at_work(db: None) -> None:
    for name in (condition.WORKER, condition.BEAT):
        condition.saw(name, now=timezone.now())


@pytest.fixture(autouse=True)
def broker(settings: Any, tmp_path: Path) -> None:
    """A broker of folders, as in the embedded product."""
    (tmp_path / "queue").mkdir()
    settings.REDIS_URL, settings.BROKER_DIR = "", tmp_path


def ready() -> tuple[int, dict[str, Any]]:
    response = Client().get("/readyz")
    return response.status_code, json.loads(response.content)


@pytest.mark.django_db
def test_a_process_that_answers_is_up_and_asks_nobody(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = Client().get("/healthz")
    assert (response.status_code, response.content, response["Content-Type"]) == (200, b"ok\n", "text/plain")


@pytest.mark.parametrize("page", ["healthz", "readyz", "metrics"])
@pytest.mark.usefixtures("at_work")
def test_machines_within_the_house_ask_by_address_and_without_tls(page: str, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT, settings.METRICS_TOKEN = True, "a-token"
    response = Client().get(f"/{page}", headers={"Host": "10.0.0.7:8000", "Authorization": "Bearer a-token"})
    assert (response.status_code, response.cookies) == (200, {})


@pytest.mark.usefixtures("at_work")
def test_the_product_is_ready_when_everything_answers() -> None:
    everything = {"database": "ok", "broker": "ok", "worker": "ok", "beat": "ok", "oldest_unsent_seconds": 0}
    assert ready() == (200, everything)


@pytest.mark.parametrize("name", [condition.WORKER, condition.BEAT])
@pytest.mark.usefixtures("at_work")
def test_a_process_not_seen_for_two_minutes_is_away(name: str) -> None:
    condition.saw(name, now=timezone.now() - timedelta(minutes=2, seconds=1))
    status, answer = ready()
    assert (status, answer[name]) == (503, "away")


@pytest.mark.usefixtures("at_work")
def test_a_redis_that_does_not_answer_is_away(settings: Any, unused_tcp_port: int) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{unused_tcp_port}/0"
    status, answer = ready()
    assert (status, answer["broker"]) == (503, "away")


@pytest.fixture
def unused_tcp_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_database_that_does_not_answer_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def cursor(self) -> None:
            raise DatabaseError

    monkeypatch.setattr(checks, "connection", Away())
    wellness = checks.look(now=timezone.now())
    assert (wellness.parts, wellness.is_well) == ({"database": False, "broker": True}, False)


@pytest.mark.usefixtures("at_work")
def test_the_oldest_unsent_message_is_told_by_its_age(asha: User) -> None:
    now = timezone.now()
    for minutes, end in ((5, {}), (9, {"sent_at": now}), (8, {"parked_at": now}), (-60, {})):
        Message.objects.create(
            kind="test.hello", key=f"{minutes}", to=asha, due_at=now - timedelta(minutes=minutes), **end
        )
    _, answer = ready()
    assert answer["oldest_unsent_seconds"] in range(300, 310)


# --- Metrics -----------------------------------------------------------------------------------


def metrics(token: str = "secret") -> Any:
    return Client().get("/metrics", headers={"Authorization": f"Bearer {token}"})


@pytest.mark.django_db
def test_without_the_token_there_are_no_metrics(settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert metrics("").status_code == 404
    settings.METRICS_TOKEN = "secret"
    assert [metrics(token).status_code for token in ("wrong", "", "secret")] == [404, 404, 200]


@pytest.mark.usefixtures("at_work")
def test_metrics_count_messages_by_what_became_of_them(settings: Any, asha: User) -> None:
    settings.METRICS_TOKEN = "secret"
    now = timezone.now()
    long_ago = now - timedelta(hours=2)
    ends = [{}, {}, {"parked_at": now}, {"sent_at": now}, {"sent_at": long_ago}, {"dropped_at": now}]
    for position, end in enumerate(ends):
        Message.objects.create(kind="test.hello", key=f"{position}", to=asha, due_at=long_ago, **end)
    MailServer.objects.create(pk=1, failures=3)
    RefusedAddress.objects.create(address="asha@example.org", answer="550")
    figures = dict(line.rsplit(" ", 1) for line in metrics().content.decode().splitlines() if line.startswith("als_"))
    assert figures['als_messages{state="due"}'] == "2.0"
    assert figures['als_messages{state="parked"}'] == "1.0"
    assert figures['als_messages{state="sent_last_hour"}'] == "1.0"
    assert figures['als_messages{state="dropped_last_hour"}'] == "1.0"
    assert figures['als_up{part="beat"}'] == "1.0"
    assert (figures["als_mail_server_failures"], figures["als_refused_addresses"]) == ("3.0", "1.0")
    assert float(figures["als_oldest_unsent_seconds"]) == pytest.approx(7200, abs=10)
    assert float(figures['als_seen_seconds_ago{process="worker"}']) < 10
    assert "asha" not in metrics().content.decode()


# --- A full disk -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "full"),
    [
        ("database or disk is full", True),
        ("disk I/O error", True),
        ("could not extend file: No space left on device", True),
        ("database is locked", False),
    ],
)
def test_a_full_disk_is_told_from_other_faults(words: str, full: bool) -> None:
    assert disk.is_full(OperationalError(words)) == full
    assert not disk.is_full(ValueError(words))


def test_a_page_that_can_not_save_says_why_and_the_log_too(caplog: pytest.LogCaptureFixture) -> None:
    middleware = disk.FullDiskMiddleware(lambda request: None)  # type: ignore[arg-type, return-value]
    request = RequestFactory().post("/")
    request.user = User()
    response = middleware.process_exception(request, OperationalError("database or disk is full"))
    assert response is not None
    assert (response.status_code, b"The disk of this site is full" in response.content) == (503, True)
    assert [record.getMessage() for record in caplog.records] == [
        "The disk is full: nothing can be saved until there is room on it."
    ]
    assert middleware.process_exception(request, OperationalError("database is locked")) is None


# --- Signs of life -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_beat_says_itself_that_it_lives_but_not_at_each_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(condition, "_is_beat", True)
    monkeypatch.setattr(condition, "_said_at", None)
    monkeypatch.setattr(condition.connection, "close", lambda: None)
    condition._beat_was_here()
    first = condition.Seen.objects.get(name=condition.BEAT).at
    condition._beat_was_here()
    assert condition.Seen.objects.get(name=condition.BEAT).at == first


@pytest.mark.django_db
def test_who_is_not_beat_does_not_say_so() -> None:
    condition._beat_was_here()
    assert not condition.Seen.objects.exists()


def test_a_line_of_the_log_is_json_with_ids() -> None:
    record = logging.makeLogRecord(
        {"name": "x", "levelname": "INFO", "msg": "Message %s", "args": (7,), "message_id": 7, "kind": "a.b", "z": 1}
    )
    line = json.loads(AsJson().format(record))
    assert {name: line[name] for name in ("level", "logger", "says", "message_id", "kind")} == {
        "level": "INFO",
        "logger": "x",
        "says": "Message 7",
        "message_id": 7,
        "kind": "a.b",
    }
    assert "z" not in line
