"""Two servers set up as the Procfile's `web` is: the product's and the floor's."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.processes import children, family, kilobytes

# As in the Procfile.
WORKERS, THREADS = 2, 2
PATIENCE = 60.0


class Web:
    """gunicorn. A database connection lives as long as the run, so that its processor time is not lost with it."""

    def __init__(self, settings: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        command = ["-m", "gunicorn", "als_project.wsgi", "--bind", f"127.0.0.1:{self.port}", "--log-level=warning"]
        command += ["--preload", "--worker-class=gthread", f"--workers={WORKERS}", f"--threads={THREADS}"]
        own = {"DJANGO_SETTINGS_MODULE": settings, "CONN_MAX_AGE": "3600", "LOG_LEVEL": "WARNING"}
        self._process = subprocess.Popen(
            [sys.executable, *command], env=os.environ | own, stdin=subprocess.DEVNULL, process_group=0
        )
        try:
            self._wait_for_its_workers()
        except TimeoutError:
            self.stop()
            raise

    def _wait_for_its_workers(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while len(self.workers()) < WORKERS or not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise TimeoutError("gunicorn did not start.")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
                line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return bool(line.recv(16))
        except OSError:
            return False

    def workers(self) -> list[int]:
        return children(self._process.pid)

    def kilobytes_a_worker(self) -> float:
        """With its part of the process that loads the product, and from which all of them have parted."""
        together = family(self._process.pid)
        return sum(kilobytes(pid) for pid in together) / len(self.workers())

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@contextmanager
def web(settings: str) -> Iterator[Web]:
    server = Web(settings)
    try:
        yield server
    finally:
        server.stop()
