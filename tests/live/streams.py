"""A page's stream, read by a thread."""

import re
import socket
import threading
import time
from contextlib import suppress

from django.conf import settings
from django.test import Client

from als_project.live.passes import write_pass
from als_project.users.models import User
from tests.live.servers import Web, wait_until


class Stream:
    """`events` are the names of what was heard, in order. `status` is the answer's."""

    def __init__(self, port: int, path: str, cookie: str = "", method: str = "GET") -> None:
        self._line = socket.create_connection(("127.0.0.1", port), timeout=60)
        lines = [f"{method} {path} HTTP/1.1", "host: localhost", f"cookie: {cookie}", "", ""]
        self._line.sendall("\r\n".join(lines).encode())
        self.text = ""
        self.has_ended = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        wait_until(lambda: "\r\n\r\n" in self.text or self.has_ended)

    def _read(self) -> None:
        with suppress(OSError):
            while data := self._line.recv(65536):
                self.text += data.decode()
        self.has_ended = True

    @property
    def status(self) -> int:
        return int(self.text.split(" ")[1])

    @property
    def events(self) -> list[str]:
        return re.findall(r"event: (\w+)\n", self.text)

    def count(self, event: str) -> int:
        return self.events.count(event)

    def hears(self, event: str, *, times: int = 1, within: float = 2.0) -> float:
        """Waits until it has heard that, so many times in all. Gives the seconds it took."""
        return wait_until(lambda: self.count(event) >= times, seconds=within)

    def close(self) -> None:
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._line.close()


class Pages:
    """The pages people have open: `pages.open(asha, "set:1")`."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self._open: list[Stream] = []

    def open(self, user: User, channel: str, *, web: Web | None = None) -> Stream:
        return self.ask(write_pass(user.pk, channel), cookie_of(user), web=web)

    def ask(self, token: str, cookie: str = "", *, method: str = "GET", web: Web | None = None) -> Stream:
        stream = Stream((web or self.web).port, f"/live/{token}/", cookie, method)
        self._open.append(stream)
        return stream

    def close(self) -> None:
        for stream in self._open:
            stream.close()


def cookie_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def settle() -> None:
    """Who came is present by now, and has been said to be."""
    time.sleep(2.0)
