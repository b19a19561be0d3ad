"""B1, B1b, B2 and B4: a durable append beside the library, beside Emmett, and beside the bare database."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from operator import methodcaller
from pathlib import Path
from uuid import uuid4

from bench.databases import counted, database, durability, emptied, run
from bench.npm import installed
from bench.orders import prepare
from bench.sampling import Course, Result, Sample, Side
from bench.servers import running
from bench.workers import ROOT, module, working
from event_store.postgres.schema import migrate
from tests.services.postgres import PostgreSQL

CALLERS = 512
"""Callers of B4."""
EMMETT = ROOT / "bench" / "peers" / "emmett"
EMPTY_OURS = (
    "ALTER TABLE stored_events DISABLE TRIGGER refuse_change",
    "TRUNCATE stored_events",
    "ALTER TABLE stored_events ENABLE ALWAYS TRIGGER refuse_change",
)
RAW_TABLE = (
    "CREATE TABLE raw_events (LIKE stored_events INCLUDING ALL)",
    "CREATE SEQUENCE positions",
    "ALTER TABLE raw_events ALTER COLUMN notification_id SET DEFAULT nextval('positions')",
)


class Ground:
    """One durable server, and what stands on it while a bench goes on."""

    def __init__(self, course: Course, server: str, orders: Path) -> None:
        self._course = course
        self._server = server
        self._orders = orders

    @classmethod
    async def of(cls, course: Course) -> "Ground":
        """Start the server, write the load down."""
        server = await course.ends.enter_async_context(running(PostgreSQL))
        orders = course.scratch / "orders"
        if not orders.exists():
            await asyncio.to_thread(prepare, orders)
        return cls(course, server.url, orders)

    async def notes(self) -> dict[str, str]:
        """How durable it is."""
        return await durability(self._server)

    async def ours(self, callers: int, *, processes: int = 1, events: int = 1) -> Side:
        """Our store on a database of its own, under `callers` in each of so many processes."""
        url = await self._course.ends.enter_async_context(database(self._server))
        await asyncio.to_thread(migrate, url)
        command = module("bench.sides.append_ours", url, str(self._orders), str(callers), str(events))
        side = together([await self._working(command) for _ in range(processes)])
        return emptied(counted(side, url, "stored_events"), url, *EMPTY_OURS)

    async def library(self, threads: int) -> Side:
        """The library's application."""
        url = await self._course.ends.enter_async_context(database(self._server))
        side = await self._working(module("bench.sides.append_library", url, str(self._orders), str(threads)))
        return emptied(side, url, "TRUNCATE orders_events")

    async def emmett(self, callers: int) -> Side:
        """Emmett's store."""
        url = await self._course.ends.enter_async_context(database(self._server))
        side = await self._working(("node", str(EMMETT / "append.js"), url, str(self._orders), str(callers)))
        return emptied(side, url, "TRUNCATE emt_messages, emt_streams")

    async def raw(self) -> Side:
        """The database, with a table of the shape of ours."""
        url = await self._course.ends.enter_async_context(database(self._server))
        await asyncio.to_thread(migrate, url)
        await run(url, *RAW_TABLE)
        side = await self._working(module("bench.sides.append_raw", url, str(self._orders)))
        return emptied(side, url, "TRUNCATE raw_events")

    async def at_its_best(self, peers: Mapping[str, Callable[["Ground"], Awaitable[Side]]]) -> tuple[str, Side]:
        """The fastest of several manners of a peer, tried one after another: all at once need too many connections."""
        found = {}
        for label, opened in peers.items():
            async with AsyncExitStack() as ends:
                trial = Ground(replace(self._course, ends=ends), self._server, self._orders)
                found[label] = await self._course.tried(await opened(trial))
        label = max(found, key=lambda each: found[each])
        return label, await peers[label](self)

    async def _working(self, command: Sequence[str]) -> Side:
        complaints = self._course.scratch / f"append-{uuid4().hex}.log"
        side = await self._course.ends.enter_async_context(working(command, complaints=complaints))
        await side(0.0)  # it has made its tables when it has answered
        return side


def together(sides: Sequence[Side]) -> Side:
    """Several processes at once, as one side: what all of them did in the time of the slowest."""

    async def work(seconds: float) -> Sample:
        samples = await asyncio.gather(*(side(seconds) for side in sides))
        return Sample(sum(sample.done for sample in samples), max(sample.seconds for sample in samples))

    return work


async def one_event(course: Course) -> Sequence[Result]:
    """B1, against both peers at their best."""
    await installed(EMMETT)
    ground = await Ground.of(course)
    notes, ours = await ground.notes(), await ground.ours(64)
    threads, library = await ground.at_its_best({f"{n} threads": methodcaller("library", n) for n in (1, 8, 64)})
    callers, emmett = await ground.at_its_best({f"{n} callers": methodcaller("emmett", n) for n in (8, 32, 64, 128)})
    return [
        await course.compare("B1", ours, library, **notes, **{"peer's best": threads}),
        await course.compare("B1-emmett", ours, emmett, **notes, **{"peer's best": callers}),
    ]


async def four_processes(course: Course) -> Sequence[Result]:
    """B1b."""
    ground = await Ground.of(course)
    notes, four, one = await ground.notes(), await ground.ours(16, processes=4), await ground.ours(64)
    return [await course.compare("B1b", four, one, **notes)]


async def one_caller(course: Course) -> Sequence[Result]:
    """B2."""
    ground = await Ground.of(course)
    notes, ours, library = await ground.notes(), await ground.ours(1), await ground.library(1)
    return [await course.compare("B2", ours, library, **notes)]


async def three_events(course: Course) -> Sequence[Result]:
    """B4."""
    ground = await Ground.of(course)
    notes, ours, raw = await ground.notes(), await ground.ours(CALLERS, events=3), await ground.raw()
    return [await course.compare("B4", ours, raw, **notes)]
