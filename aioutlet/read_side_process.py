"""Starts the read side of the embedded wiring, query API and BFF, in a process of its own, and tells it what it needs.

What people look at is answered on another core than what they order, and never waits for it.
"""

import asyncio
import fcntl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO, NamedTuple

import orjson

from aioutlet.child_process import ChildProcess
from aioutlet.data_folder import READ_SIDE_LOCK
from aioutlet.listeners import bind, url_of
from aioutlet.settings import CannotStart, Settings
from schemas.topics import TopicPartition

COMMAND = (sys.executable, "-m", "aioutlet.read_side")
NAME = "read side"
BETWEEN, LOOKS = 0.02, 750
"""Seconds between two looks whether the read side of a killed shop has ended, and how many there are."""


class Parts(NamedTuple):
    """Where the read side finds the rest of the shop."""

    log: str
    documents: str
    command_url: str


class ReadSideFailed(CannotStart):
    """It cannot start, or ends as often as it is started."""


class ReadSide:
    """The process that answers pages and queries.

    Its URLs are good at once and never change: the shop's own process holds the listening sockets, and connections
    wait in their backlogs while the child starts, for the first time or after a crash.
    """

    def __init__(self, child: ChildProcess, *, query_url: str, bff_url: str) -> None:
        self.query_url = query_url
        self.bff_url = bff_url
        self._child = child
        self._moved: dict[tuple[str, TopicPartition], int] = {}

    @asynccontextmanager
    async def opened(self, parts: Parts) -> AsyncIterator[None]:
        """Have it answer while the context is open; it must be supervised."""
        self._child.begin_with(orjson.dumps(parts._asdict()) + b"\n")
        await self._child.ready.wait()
        try:
            yield
        finally:
            await self._child.stop()

    def advance(self, view: str, partition: TopicPartition, position: int) -> None:
        """Tell it soon that the checkpoint of a view (by name) is at a position."""
        if not self._moved:
            asyncio.get_running_loop().call_soon(self._tell)
        self._moved[view, partition] = position

    async def supervise(self) -> None:
        """Start it again whenever it ends, until it is stopped.

        Raises:
            ReadSideFailed: It cannot start, or does not stay up.
        """
        await self._child.supervise()

    def _tell(self) -> None:
        moved = [(view, *partition, position) for (view, partition), position in self._moved.items()]
        self._moved = {}
        self._child.send(orjson.dumps(moved) + b"\n")


@asynccontextmanager
async def read_side(settings: Settings) -> AsyncIterator[ReadSide]:
    """The read side while the context is open; at first it imports what it needs, until it is opened.

    Raises:
        CannotListen: A port is taken, or the address is none of this machine.
        ReadSideFailed: That of a shop that was killed does not end.
    """
    host = settings.host
    with (settings.data / READ_SIDE_LOCK).open("w") as lock:
        await _wait_for(lock)
        with (
            bind(host, settings.query_port, "AIOUTLET_QUERY_PORT") as queries,
            bind(host, settings.bff_port, "AIOUTLET_BFF_PORT") as pages,
        ):
            sockets = [queries.fileno(), pages.fileno()]
            child = ChildProcess(
                NAME,
                (*COMMAND, *map(str, sockets)),
                descriptors=[*sockets, lock.fileno()],
                unopened=ReadSideFailed,
                unstable=lambda cause: ReadSideFailed(f"the {NAME} does not stay up: {cause}"),
            )
            await child.start()
            try:
                yield ReadSide(child, query_url=url_of(queries, host), bff_url=url_of(pages, host))
            finally:
                await child.stop()


async def _wait_for(lock: IO[str]) -> None:
    """Take the lock, which is kept until every process that has the file open has ended."""
    for _ in range(LOOKS):
        if _take(lock):
            return
        await asyncio.sleep(BETWEEN)
    raise ReadSideFailed(f"the {NAME} of a shop that was killed still runs; end it: it has {lock.name} open")


def _take(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
