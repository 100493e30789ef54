"""The floor: an asyncio server that does nothing but write an event to every connection of a room, or to all.

The first line of a connection says what it is: `GET /ROOM …` listens; `TELL` is told, line by line, whom to tell.
"""

import asyncio
import sys
from collections import defaultdict

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
EVENT = b"event: changed\ndata: 1\n\n"
rooms: dict[str, set[asyncio.Transport]] = defaultdict(set)


class Connection(asyncio.Protocol):
    room = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        for line in data.decode().splitlines():
            self.read(line.split(" "))

    def read(self, words: list[str]) -> None:
        if words[0] == "GET":
            self.room = words[1].strip("/")
            rooms[self.room].add(self.transport)
            self.transport.write(HEAD + EVENT)
        elif words[0] == "TELL":
            tell(words[1])

    def connection_lost(self, error: Exception | None) -> None:
        rooms[self.room].discard(self.transport)


def tell(room: str) -> None:
    for told in list(rooms) if room == "all" else [room]:
        for transport in rooms[told]:
            transport.write(EVENT)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", int(sys.argv[1]), backlog=2048)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
