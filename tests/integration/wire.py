"""The wire between a client and a server, for a test to cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from psycopg.conninfo import conninfo_to_dict

from tests.databases import address

CHUNK = 65_536


@asynccontextmanager
async def wired(database: str) -> AsyncIterator[tuple["Wire", str]]:
    """A wire to a database of PostgreSQL, and the database's address through it."""
    at = conninfo_to_dict(database)
    wire = Wire(str(at["host"]), int(str(at["port"])))
    async with wire.open() as port:
        yield wire, address(database, port=str(port))


class Wire:
    """Carries every byte, until an answer is to be lost."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._doomed = 0
        self._awaited: bytes | None = None
        self._carrying: set[asyncio.Task[None]] = set()
        self.is_down = False
        self.flows = asyncio.Event()
        """While it is not set, connections stand and nothing is carried."""
        self.flows.set()
        self.lost = 0

    def lose_answers(self, count: int = 1) -> None:
        """Let the next requests through, and cut their connections when the server answers."""
        self._doomed = count

    def lose_the_answer_that_says(self, words: bytes) -> None:
        """Cut the connection when the server next answers `words`: COMMIT, for one, is then done."""
        self._awaited = words

    @asynccontextmanager
    async def open(self) -> AsyncIterator[int]:
        """Listen on a free port while the context is open."""
        listener = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        try:
            yield listener.sockets[0].getsockname()[1]
        finally:
            listener.close()
            for task in self._carrying:
                task.cancel()
            await asyncio.gather(*self._carrying, return_exceptions=True)

    def _connected(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        self._carrying.add(asyncio.ensure_future(self._carry(client, to_client)))

    async def _carry(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self.is_down:
            to_client.close()
            return
        server, to_server = await asyncio.open_connection(*self._server)
        requests = asyncio.ensure_future(self._requests(client, to_server))
        try:
            with suppress(ConnectionError):
                await self._answers(server, to_client)
        finally:
            requests.cancel()
            to_client.close()
            to_server.close()

    async def _requests(self, client: asyncio.StreamReader, to_server: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await client.read(CHUNK):
                await self.flows.wait()
                to_server.write(data)

    async def _answers(self, server: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        while data := await server.read(CHUNK):
            await self.flows.wait()
            if self._awaited and self._awaited in data:
                self._awaited = None
                self._doomed += 1
            if self._doomed:
                self._doomed -= 1
                self.lost += 1
                return
            to_client.write(data)
