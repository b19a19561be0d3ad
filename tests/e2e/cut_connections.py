"""A connection to a shop that breaks while it carries a stream of events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

FIELD = b"\ndata: "
"""Begins what an event says."""
PASSED_ON = 20
"""Bytes of the second event that come through."""
SIZE = 65_536


@asynccontextmanager
async def cut_in_an_event(url: str) -> AsyncIterator[str]:
    """The address of a proxy before `url` that cuts a connection within the second event of its stream."""
    target = httpx.URL(url)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_shop, to_shop = await asyncio.open_connection(target.host, target.port)
        asking = asyncio.create_task(_copy(reader, to_shop))
        try:
            await _copy_until_cut(from_shop, writer)
        finally:
            asking.cancel()
            to_shop.close()
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(SIZE):
        writer.write(piece)


async def _copy_until_cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    passed = b""
    while piece := await reader.read(SIZE):
        received = passed + piece
        second = received.find(FIELD, received.find(FIELD) + 1)
        if second > 0:
            writer.write(received[len(passed) : second + PASSED_ON])
            return
        writer.write(piece)
        passed = received
