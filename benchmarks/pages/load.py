"""So many connections that ask one page again and again. In a process that is none of the servers."""

import asyncio
import time
from dataclasses import dataclass, field


@dataclass
class Burst:
    """The seconds each answer took, and how long they took together."""

    taken: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def a_second(self) -> float:
        return len(self.taken) / self.seconds


class Asker(asyncio.Protocol):
    """Keeps its connection, and asks again as soon as it is answered."""

    def __init__(self, request: bytes, burst: Burst, until: float) -> None:
        self.request, self.burst, self.until = request, burst, until
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        self.answer, self.length = b"", -1
        self.asked = time.perf_counter()
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.answer += data
        if self.length < 0 and b"\r\n\r\n" in self.answer:
            self.length = whole_length(self.answer)
        if len(self.answer) == self.length:
            now = time.perf_counter()
            self.burst.taken.append(now - self.asked)
            if now < self.until:
                self.ask()
            else:
                self.done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionError(f"The server hung up: {self.answer[:200]!r}"))


def whole_length(answer: bytes) -> int:
    """Bytes of head and body, told by the head. Only an answer of 200 with a length will do."""
    head, _, _ = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    lengths = [line.partition(":")[2] for line in lines if line.lower().startswith("content-length:")]
    if status.split()[1] != "200" or not lengths:
        raise ValueError(f"Not the page: {head!r}")
    return len(head) + 4 + int(lengths[0])


def request_for(path: str, cookie: str) -> bytes:
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nAccept-Language: en-gb\r\n"
    return f"{head}User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nCookie: {cookie}\r\n\r\n".encode()


def burst(port: int, request: bytes, *, connections: int, seconds: float) -> Burst:
    return asyncio.run(_burst(port, request, connections, seconds))


async def _burst(port: int, request: bytes, connections: int, seconds: float) -> Burst:
    loop = asyncio.get_running_loop()
    made = Burst()
    began = time.perf_counter()
    askers = [
        (await loop.create_connection(lambda: Asker(request, made, began + seconds), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(asker.done for asker in askers))
    made.seconds = time.perf_counter() - began
    for asker in askers:
        asker.transport.abort()
    return made
