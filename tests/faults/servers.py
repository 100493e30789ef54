"""Servers that a test may hurt: nobody else's tests stand on them."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import redis

OWNER = "postgres" if os.geteuid() == 0 else None
GROUPS: list[str] | None = [] if OWNER else None
PATIENCE = 4 if os.environ.get("FAULTS") == "long" else 1  # what takes an hour does not fail for a busy minute


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, probe: Callable[[], Any], *, seconds: float = 30) -> Any:
    until = time.monotonic() + seconds * PATIENCE
    while time.monotonic() < until:
        if found := probe():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds * PATIENCE:.0f} s in vain for {what}")


def program(name: str) -> str:
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda home: float(home.parent.name), reverse=True)
    return next((str(home / name) for home in homes if (home / name).exists()), None) or shutil.which(name) or name


class Redis:
    """Keeps nothing: whatever starts again starts empty."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command = [shutil.which("redis-server") or "valkey-server", *words, "--dir", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("Redis to answer", self.answers)

    def answers(self) -> bool:
        try:
            with closing(redis.Redis(port=self.port, socket_timeout=1)) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def flush(self) -> None:
        with closing(redis.Redis(port=self.port)) as client:
            client.flushall()

    def send(self, number: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process:
            self.send(number)
            self.process.wait(20)
            self.process = None


class Postgres:
    """Waits for the disk at each commit, as any other does."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder = folder
        self.is_migrated = False
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/als"

    def make(self) -> None:
        if OWNER:
            shutil.chown(self.folder, OWNER, OWNER)
        command = [program("initdb"), "-D", str(self.folder / "data"), "-A", "trust", "-U", "postgres", "-E", "UTF8"]
        self._run([*command, "--no-locale", "--no-sync"])
        self.start()
        with closing(self.connect("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE als")

    def _run(self, command: list[str]) -> None:
        owned = {"user": OWNER, "group": OWNER, "extra_groups": GROUPS, "cwd": self.folder}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **owned)  # type: ignore[call-overload]

    def start(self) -> None:
        words = ["-p", str(self.port), "-h", "127.0.0.1", "-k", "", "-D", str(self.folder / "data")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [program("postgres"), *words],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                user=OWNER,
                group=OWNER,
                extra_groups=GROUPS,
            )
        wait_for("PostgreSQL to answer", self.answers)

    def connect(self, database: str = "als") -> Any:
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user="postgres", dbname=database)
        connection.autocommit = True
        return connection

    def answers(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """SIGINT throws everybody out and writes everything down; SIGQUIT is a crash."""
        if self.process:
            self.process.send_signal(number)
            self.process.wait(30)
            self.process = None
