"""The sending half of the product as it really runs: Celery workers and beat, which a test may kill."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
from celery import Celery
from cryptography.fernet import Fernet

from tests.faults.servers import Postgres, Redis, wait_for
from tests.faults.supervised import Supervised
from tests.sink import Sink

ROOT = Path(__file__).resolve().parents[2]
FIELD_KEY = Fernet.generate_key()
CLAIM_SECONDS = 4
BEAT_SECONDS = 0.5
# As in the Procfile: workers have nothing to tell each other.
ALONE = ("--without-gossip", "--without-mingle", "--without-heartbeat")


class Product:
    """A database, a broker, a mail server, and the processes between them."""

    def __init__(self, folder: Path, postgres: Postgres, broker: Redis, sink: Sink) -> None:
        self.folder, self.postgres, self.broker, self.sink = folder, postgres, broker, sink
        self.log = folder / "product.log"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.supervised: list[Supervised] = []
        self.extra: dict[str, str] = {}
        self.posted = 0

    @property
    def env(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.broker.url,
            "SECRET_KEY": "a-key-for-these-tests-only-a-key-for-these-tests-only",
            "FIELD_KEYS": FIELD_KEY.decode(),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.sink.port}",
            "ALLOWED_HOSTS": "localhost",
            "DATA_DIR": str(self.folder / "var"),
            "DJANGO_SETTINGS_MODULE": "als_project.settings",
            "QUIET_HOURS": "",
            "CLAIM_SECONDS": str(CLAIM_SECONDS),
            "BEAT_SECONDS": str(BEAT_SECONDS),
            "PYTHONPATH": str(ROOT),
            **self.extra,
        }

    def run(self, *words: str, check: bool = True) -> None:
        with self.log.open("ab") as log:
            subprocess.run([sys.executable, *words], cwd=ROOT, env=self.env, stdout=log, stderr=log, check=check)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=self.env, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def start_worker(self, *options: str, name: str = "worker", app: str = "als_project") -> subprocess.Popen[bytes]:
        return self.start(*_celery("worker", app), *ALONE, "-n", f"{name}@%h", *(options or ("--pool", "solo")))

    def start_beat(self, app: str = "als_project") -> subprocess.Popen[bytes]:
        return self.start(*_celery("beat", app), "--pidfile=")

    def start_supervised(self, name: str, *options: str, app: str = "als_project") -> Supervised:
        """As in production: whatever ends is started again."""
        start = (lambda: self.start_beat()) if name == "beat" else (lambda: self.start_worker(*options, app=app))
        supervised = Supervised(start)
        self.supervised.append(supervised)
        return supervised

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()
        self.processes.remove(process)

    def stop(self) -> None:
        for supervised in self.supervised:
            supervised.end()
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    # --- What there is to send, and what became of it ------------------------------------------

    def post(self, count: int, *, late: float = 0) -> None:
        """So many messages that are due since `late` seconds, each to an address of its own."""
        now = datetime.now(UTC) - timedelta(seconds=late)
        words = Fernet(FIELD_KEY).encrypt(json.dumps({"subject": "Hello", "body": "Hello.\n"}).encode()).decode()
        rows = [(f"fault:{n}", f"p{n}@example.org", words, now, now) for n in range(self.posted, self.posted + count)]
        self.posted += count
        with closing(self.postgres.connect()) as connection, connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO outbox_message (key, kind, address, sealed, urgent, created_at, due_at, attempts,"
                " dropped_because, parked_because) VALUES (%s, 'users.notice', %s, %s, false, %s, %s, 0, '', '')",
                rows,
            )

    def tell(self, statement: str) -> None:
        with closing(self.postgres.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(statement)

    def ask(self, question: str) -> Any:
        with closing(self.postgres.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0]

    def ring(self) -> None:
        """As a page does that has posted something."""
        with Celery("a page", broker=self.broker.url) as pages:
            pages.send_task("als_project.outbox.tasks.send_due")

    def count(self, condition: str) -> int:
        try:
            return int(self.ask(f"SELECT count(*) FROM outbox_message WHERE {condition}"))
        except psycopg2.OperationalError:  # starting up
            return -1

    def unsent(self) -> int:
        return self.count("sent_at IS NULL")

    def wait_until_all_is_sent(self, *, seconds: float = 60) -> None:
        self.wait_for("every message to be noted as sent", lambda: self.unsent() == 0, seconds=seconds)

    def lost(self) -> int:
        return self.posted - len(set(self.sink.addresses))

    def repeats(self) -> int:
        return len(self.sink.addresses) - len(set(self.sink.addresses))

    def twins_are_recognisable(self) -> bool:
        """Every message to one address has the same Message-ID, and no two addresses share one."""
        pairs = {(str(mail["To"]), str(mail["Message-ID"])) for mail in self.sink.accepted}
        return max(Counter(address for address, _ in pairs).values()) == 1 == max(Counter(i for _, i in pairs).values())

    def wait_for(self, what: str, probe: Callable[[], Any], *, seconds: float = 60) -> None:
        wait_for(what, probe, seconds=seconds)

    def wait_for_more_mail(self, *, seconds: float = 30) -> None:
        self.wait_for_mail(len(self.sink.contents) + 1, seconds=seconds)

    def wait_for_mail(self, count: int, *, seconds: float = 30) -> None:
        wait_for(f"message {count} to arrive", lambda: len(self.sink.contents) >= count, seconds=seconds)

    def wait_in_log(self, words: str, *, since: int = 0, seconds: float = 30) -> None:
        wait_for(f"“{words}” in the log", lambda: words in self.log.read_text()[since:], seconds=seconds)


def _celery(command: str, app: str = "als_project") -> list[str]:
    return ["-m", "celery", "-A", app, command, "--loglevel", "INFO"]


def a_moment(longest: float) -> None:
    time.sleep(random.uniform(0, longest))
