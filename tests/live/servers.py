"""What the streams run on, as real processes: a Redis that can be killed, and uvicorn with the product in it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(true: Callable[[], Any], *, seconds: float = 10.0) -> float:
    """How long it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"waited {seconds} s in vain"
        time.sleep(0.01)
    return time.monotonic() - began


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


class OwnRedis:
    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/3"

    def start(self) -> None:
        program = shutil.which("redis-server") or shutil.which("valkey-server") or "redis-server"
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        wait_until(lambda: answers(self.port))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class Web:
    """uvicorn on the test's database, with or without Redis."""

    def __init__(self, folder: Path, redis_url: str) -> None:
        self.port = free_port()
        self.log = folder / f"web-{self.port}.log"
        (folder / "static").mkdir(exist_ok=True)
        environment = {**os.environ, **_settings_of_this_test(), "REDIS_URL": redis_url, "DATA_DIR": str(folder)}
        if not redis_url:
            environment["DEBUG"] = "1"
        self.environment = environment
        self.start()

    def start(self) -> None:
        """Once more, after it was killed: on the same port."""
        command = [sys.executable, "-m", "uvicorn", "tests.live.application:application", f"--port={self.port}"]
        command += ["--log-level=warning", "--no-access-log", "--timeout-graceful-shutdown=3"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        wait_until(lambda: answers(self.port), seconds=30)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> float:
        """Told to stop as a supervisor tells it. Gives the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        return time.monotonic() - began

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def complaints(self) -> str:
        return self.log.read_text()

    def ask(self, path: str, *, method: str = "GET") -> tuple[int, str]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            line.sendall(f"{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode())
            answer = b"".join(iter(lambda: line.recv(65536), b"")).decode()
        head, _, body = answer.partition("\r\n\r\n")
        return int(head.split(" ")[1]), body


@contextmanager
def web(folder: Path, redis_url: str) -> Iterator[Web]:
    running = Web(folder, redis_url)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()


def _settings_of_this_test() -> dict[str, str]:
    own = connection.settings_dict
    place = f"{own['HOST']}:{own['PORT']}" if own["HOST"] else ""
    return {
        "DATABASE_URL": f"postgres://{own['USER']}:{own['PASSWORD']}@{place}/{own['NAME']}",
        "DJANGO_SETTINGS_MODULE": "als_project.settings",
    }
