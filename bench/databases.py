"""Databases of PostgreSQL for a bench: made for it, emptied before every run, dropped at its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bench.sampling import Sample, Side, WorkNotDone

HEAD = "SELECT coalesce(max(notification_id), 0) FROM stored_events"
DURABLE = {"fsync": "on", "synchronous_commit": "on"}


class NotDurable(Exception):
    """The server may lose what it has acknowledged: no figure found on it would be one."""


@asynccontextmanager
async def database(server: str, *, template: str = "template0") -> AsyncIterator[str]:
    """The address of a new database while the context is open; nobody may be connected to its template."""
    name = f"bench_{uuid4().hex}"
    await asyncio.to_thread(_run, server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        at = conninfo_to_dict(server)
        yield f"postgresql://{at['user']}@{at['host']}:{at['port']}/{name}"  # as drivers in other languages read it too
    finally:
        await asyncio.to_thread(_run, server, f"DROP DATABASE {name} WITH (FORCE)")


async def durability(server: str) -> dict[str, str]:
    """How the server keeps what it acknowledges, and its version.

    Raises:
        NotDurable: Not at all.
    """
    names = (*DURABLE, "server_version")
    found = dict(zip(names, await asyncio.to_thread(_run, server, *(f"SHOW {name}" for name in names)), strict=True))
    if found | DURABLE != found:
        raise NotDurable(f"the server of the bench is not durable: {found}")
    return found


def library_settings(url: str) -> dict[str, str]:
    """What tells an application of `eventsourcing` to keep its events in the database at `url`."""
    at = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": at["dbname"],
        "POSTGRES_HOST": at["host"],
        "POSTGRES_PORT": at["port"],
        "POSTGRES_USER": at["user"],
        "POSTGRES_PASSWORD": "",
    }


async def number(log: psycopg.AsyncConnection[tuple[Any, ...]], query: str, *given: int) -> int:
    """The number a question to the log is answered with."""
    found = await (await log.execute(query.encode(), given)).fetchone()
    return int(found[0]) if found else 0


async def run(url: str, *statements: str) -> None:
    """Each in a transaction of its own."""
    await asyncio.to_thread(_run, url, *statements)


def emptied(side: Side, url: str, *statements: str) -> Side:
    """The same side on an empty database each time, all pages written: no run pays for another."""

    async def work(seconds: float) -> Sample:
        await run(url, *statements, "CHECKPOINT")
        return await side(seconds)

    return work


def counted(side: Side, url: str, table: str) -> Side:
    """The same side, whose processes together claim no more and no less than `table` holds in the end."""

    async def work(seconds: float) -> Sample:
        sample = await side(seconds)
        [found] = await asyncio.to_thread(_run, url, f"SELECT count(*) FROM {table}")  # noqa: S608 - a constant
        if found != sample.done:
            raise WorkNotDone(f"of {sample.done} events {found} are in {table}")
        return sample

    return work


def _run(url: str, *statements: str) -> list[Any]:
    """What the first row of each says first."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursors = [connection.execute(statement.encode()) for statement in statements]
        rows = [cursor.fetchone() if cursor.description else None for cursor in cursors]
    return [row and row[0] for row in rows]
