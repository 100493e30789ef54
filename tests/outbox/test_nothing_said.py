"""Nothing of what is said in a set leaves with a message, or stays anywhere on its way.

Every kind of message goes its real way: from its cause through PostgreSQL, Redis and a Celery worker to a mail server.
Then every byte that left is searched, whatever passed through Redis, what the processes logged, and every table.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import current_app
from django.db import connection
from django.utils import timezone

from als_project.outbox import services as outbox
from als_project.outbox.kinds import all_kinds
from als_project.outbox.models import Message
from sets.models import LearningSet
from tests.faults.servers import wait_for
from tests.outbox.by_mail import REPLY_ADDRESS
from tests.outbox.every_kind import SCENES, tick
from tests.outbox.marked import MARK, PRESENTER_MARKS, Stage, confidential_fields, label
from tests.outbox.of_sets import NOBODY
from tests.outbox.traces import found_in, of_mail
from tests.sink import Sink

READ_BY_TYPE = {
    b"string": lambda key: ("GET", key),
    b"list": lambda key: ("LRANGE", key, 0, -1),
    b"set": lambda key: ("SMEMBERS", key),
    b"zset": lambda key: ("ZRANGE", key, 0, -1),
    b"hash": lambda key: ("HGETALL", key),
    b"stream": lambda key: ("XRANGE", key, "-", "+"),
}
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds, on a machine that is busy with much else
Places = Iterator[tuple[str, bytes]]


class Overheard:
    """Whatever any client says to this database of Redis, from now on."""

    def __init__(self) -> None:
        self.client = redis.Redis.from_url(os.environ["REDIS_URL"])
        self.number = self.client.connection_pool.connection_kwargs["db"]
        self.client.flushdb()
        self.lines: list[bytes] = []
        self.monitor = self.client.monitor().__enter__()
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self) -> None:
        try:
            for heard in self.monitor.listen():
                if heard["db"] == self.number:
                    self.lines.append(heard["command"].encode())
        except (redis.RedisError, OSError, ValueError, AttributeError):
            return  # hung up

    def close(self) -> None:
        self.monitor.connection.disconnect()
        self.thread.join(5)
        self.client.close()


class Way:
    """From cause to mail server, with everything that was left beside it."""

    def __init__(self, folder: Path, sink: Sink, overheard: Overheard, log: pytest.LogCaptureFixture) -> None:
        self.sink, self.overheard, self.page_log = sink, overheard, log
        self.worker_log = folder / "worker.log"
        server = os.environ["DATABASE_URL"].rpartition("/")[0]
        env = {
            **os.environ,
            "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
            "QUIET_HOURS": "",
            "REPLY_ADDRESS": REPLY_ADDRESS,
            "IMAP_URL": "imap://nobody:reads@127.0.0.1/INBOX",
            "DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "als_project.settings",
        }
        command = [sys.executable, "-m", "celery", "-A", "als_project", "worker", "--pool", "solo", "-l", "DEBUG"]
        with self.worker_log.open("wb") as file:
            self.worker = subprocess.Popen(command, cwd=ROOT, env=env, stdout=file, stderr=file)

    def mails(self, *, but_to: str = "") -> Places:
        for mail in list(self.sink.accepted):
            if not but_to or but_to not in str(mail["To"]):
                yield f"mail: {mail['Subject']}", of_mail(mail)

    def logs(self) -> Places:
        yield "log of the worker", self.worker_log.read_bytes()
        yield "log of the page", self.page_log.text.encode()

    def broker(self) -> Places:
        """What passed through, and what stands there now."""
        yield "Redis", b"\n".join(self.overheard.lines)
        for key in self.overheard.client.scan_iter():
            kind = self.overheard.client.type(key)
            if kind == b"none":  # it went while we looked; what was put there stands among what passed through
                continue
            read = READ_BY_TYPE[kind]
            yield f"Redis: {key!r}", key + b" " + repr(self.overheard.client.execute_command(*read(key))).encode()

    def tables(self) -> Places:
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                yield f"table {table}", "\n".join(row for (row,) in cursor.fetchall()).encode()

    def everywhere(self) -> Places:
        for places in (self.mails(), self.logs(), self.broker(), self.tables()):
            yield from places

    def wait_until_sent(self, kinds: set[str]) -> None:
        def missing() -> list[str]:
            return sorted(kinds - set(Message.objects.exclude(sent_at=None).values_list("kind", flat=True)))

        try:
            wait_for("every kind to be sent", lambda: not missing(), seconds=PATIENCE)
        except AssertionError:
            held = dict(Message.objects.filter(kind__in=missing()).values_list("kind", "dropped_because"))
            pytest.fail(f"not sent: {missing()} {held} {self.worker_log.read_text()[-1500:]}")


@pytest.fixture
def way(tmp_path: Path, transactional_db: None, caplog: pytest.LogCaptureFixture) -> Iterator[Way]:
    caplog.set_level("DEBUG")
    overheard = Overheard()
    with Sink() as sink:
        sink.refuse({NOBODY: "550 5.1.1 No such person"})
        way = Way(tmp_path, sink, overheard, caplog)
        yield way
        way.worker.terminate()
        way.worker.wait(20)
    overheard.close()


def test_every_kind_has_a_scene() -> None:
    """Write one here for a new kind: what it says is then searched with the others."""
    assert sorted(SCENES) == [name for name in all_kinds() if not name.startswith("test.")]


def test_nothing_that_is_said_in_a_set_leaves_it(way: Way) -> None:
    play_every_scene()
    way.wait_until_sent(set(SCENES))

    assert found_in(way.everywhere(), MARK) == set()
    assert found_in(way.mails(but_to="ondine"), *PRESENTER_MARKS) == set()
    assert found_in((*way.logs(), *way.broker()), *PRESENTER_MARKS) == set()
    assert confidential_fields_that_say_nothing() == []

    # And it would have been found: the same search, after the same words went each of these ways.
    leak(way)
    assert kinds_of_place(found_in(way.everywhere(), MARK)) == {"mail", "log of the worker", "Redis", "table"}
    assert found_in(way.mails(but_to="ondine"), *PRESENTER_MARKS) == {"mail: A leak"}


def play_every_scene() -> None:
    stage = Stage()
    for scene in dict.fromkeys(SCENES.values()):
        scene(stage)
    wait_for(
        "the weekly message to be begun",
        lambda: Message.objects.filter(kind="outbox.digest").exists(),
        seconds=PATIENCE,
    )
    Message.objects.filter(kind="outbox.digest").update(due_at=timezone.now())
    tick("als_project.outbox.tasks.sweep")


def confidential_fields_that_say_nothing() -> list[str]:
    return [label(field) for field in confidential_fields() if not any(MARK in text for text in texts_of(field))]


def texts_of(field: Any) -> list[str]:
    return list(field.model._base_manager.values_list(field.name, flat=True))


def leak(way: Way) -> None:
    """A mail whose words are wrapped twice, a task with the words in it, and a row."""
    words = {"subject": "A leak", "body": f"{MARK} of {PRESENTER_MARKS[1]} — behind ünïcode, so that it is encoded"}
    outbox.post(kind="users.notice", key="a leak", address="ben@example.org", sealed=json.dumps(words))
    current_app.send_task("nobody.knows", args=[MARK])
    LearningSet.objects.update(name=MARK)
    wait_for(
        "the leak to arrive", lambda: any(mail["Subject"] == "A leak" for mail in way.sink.accepted), seconds=PATIENCE
    )
    wait_for("the leak to be logged", lambda: MARK in way.worker_log.read_text(), seconds=PATIENCE)


def kinds_of_place(places: set[str]) -> set[str]:
    return {place.partition(":")[0].split(" sets_")[0] for place in places}
