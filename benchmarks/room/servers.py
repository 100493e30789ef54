"""The two servers that are compared, each in a process of its own, and what the benchmark asks of them."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from benchmarks.database import own_database

READS = b"accept: text/event-stream\r\naccept-language: en-gb\r\nuser-agent: Mozilla/5.0 (X11; Linux x86_64)\r\n"


class Server(Protocol):
    port: int

    def kilobytes(self) -> float: ...
    def request(self, room: int, person: int) -> bytes: ...
    def tell(self, room: int) -> None: ...
    def tell_all(self) -> None: ...
    def database_connections(self) -> int: ...


class Process:
    def __init__(self, *command: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        arguments = [each.format(port=self.port) for each in command]
        self._process = subprocess.Popen([sys.executable, *arguments], stdin=subprocess.DEVNULL)
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        for _ in range(300):
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("A server did not start.")

    def kilobytes(self) -> float:
        """What the process keeps in memory."""
        with open(f"/proc/{self._process.pid}/smaps_rollup") as lines:
            return next(float(line.split()[1]) for line in lines if line.startswith("Pss:"))

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(20)


class Bare(Process):
    def __init__(self) -> None:
        super().__init__("-m", "benchmarks.room.bare", "{port}")
        self._teller = socket.create_connection(("127.0.0.1", self.port))

    def request(self, room: int, person: int) -> bytes:
        return f"GET /{room}/ HTTP/1.1\r\nhost: localhost\r\n".encode() + READS + b"\r\n"

    def tell(self, room: int) -> None:
        self._teller.sendall(b"TELL %d\n" % room)

    def tell_all(self) -> None:
        self._teller.sendall(b"TELL all\n")

    def database_connections(self) -> int:
        return 0


class Product(Process):
    """The whole of Django with the streams beside it, as the Procfile runs it."""

    def __init__(self, people: list[tuple[int, str]]) -> None:
        self._people = people
        super().__init__(
            *("-m", "uvicorn", "benchmarks.room.server:application", "--port={port}", "--log-level=warning"),
            *("--no-access-log", "--timeout-graceful-shutdown=3"),
        )

    def request(self, room: int, person: int) -> bytes:
        from als_project.live.passes import write_pass

        pk, cookie = self._people[person]
        address = f"GET /live/{write_pass(pk, f'bench:{room}')}/ HTTP/1.1\r\nhost: localhost\r\n"
        return address.encode() + READS + f"cookie: {cookie}\r\n\r\n".encode()

    def tell(self, room: int) -> None:
        from als_project.live import services as live

        live.tell(f"bench:{room}")

    def tell_all(self) -> None:
        from als_project.live import services as live

        live.tell_everyone()

    def database_connections(self) -> int:
        from benchmarks.room.people import connections_of_others

        return connections_of_others()


@contextmanager
def product(people: int) -> Iterator[Product]:
    with own_database():
        from django.db import connections

        from benchmarks.room.people import signed_in

        known = signed_in(people)
        connections.close_all()
        server = Product(known)
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def bare() -> Iterator[Bare]:
    server = Bare()
    try:
        yield server
    finally:
        server.stop()
