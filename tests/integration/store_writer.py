"""Appends to a store until it is killed, and tells every acknowledgement: `python -m … FILE`."""

import asyncio
import sys
from itertools import count

from event_store.sqlite import sqlite_store
from tests.contract.event_store.units import unit

CALLERS = 16


async def _write(path: str) -> None:
    store = sqlite_store(path)

    async def caller(name: int) -> None:
        for version in count():
            stood = await store.append(unit(f"order-{name}", version, by=f"{name}-{version}"))
            sys.stdout.write(f"order-{name} {version + 1} {stood.last}\n")
            sys.stdout.flush()

    await asyncio.gather(*(caller(name) for name in range(CALLERS)))


if __name__ == "__main__":
    asyncio.run(_write(sys.argv[1]))
