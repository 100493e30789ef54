"""The server in front of the product's processes, with the one rule it needs: what begins with /live/ goes to `live`.

python -m tests.journeys.front PORT WEB_PORT LIVE_PORT
"""

import asyncio
import sys
from contextlib import suppress
from functools import partial


async def pass_on(web: int, live: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One request a connection: its answer ends with it."""
    with suppress(OSError, asyncio.IncompleteReadError):
        line = await reader.readline()
        port = live if b" /live/" in line else web
        upstream, downstream = await asyncio.open_connection("127.0.0.1", port)
        downstream.write(line + b"Connection: close\r\n")
        await asyncio.gather(pour(reader, downstream, but=b"connection:"), pour(upstream, writer))
    writer.close()


async def pour(source: asyncio.StreamReader, target: asyncio.StreamWriter, but: bytes = b"") -> None:
    with suppress(OSError):
        while but and (line := await source.readline()).strip():
            if not line.lower().startswith(but):
                target.write(line)
        if but:
            target.write(b"\r\n")
        while part := await source.read(65536):
            target.write(part)
            await target.drain()
        target.close()


async def serve(port: int, web: int, live: int) -> None:
    server = await asyncio.start_server(partial(pass_on, web, live), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(*map(int, sys.argv[1:])))
