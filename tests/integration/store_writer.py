"""Appends to a store until it is killed, or for so many turns, and tells every acknowledgement.

`python -m … ADDRESS [NAME] [TURNS]`. Every caller has a stream of its own, and once in eight turns adds to one
that all callers of all processes share.
"""

import asyncio
import sys
from itertools import count

from event_store.opening import open_store
from event_store.records import AppendResult
from event_store.store import EventStore
from schemas.errors import Conflict
from tests.contract.event_store.requests import request

CALLERS = 16
SHARED, RARELY = "warehouse-main", 8


async def _write(address: str, name: str = "", turns: str = "") -> None:
    store = open_store(address)

    async def caller(stream: str) -> None:
        for version in range(int(turns)) if turns else count():
            _tell(stream, version + 1, await store.append(request(stream, version, by=f"{stream}-{version}")))
            if turns and version % RARELY == 0:
                _tell(SHARED, *await _share(store, f"{stream}-{version}"))

    await asyncio.gather(*(caller(f"order-{name}{number}") for number in range(CALLERS)))
    await store.close()


async def _share(store: EventStore, by: str) -> tuple[int, AppendResult]:
    version = 0
    while True:
        version += len(await store.stream(SHARED, after=version))
        try:
            return version + 1, await store.append(request(SHARED, version, by=by))
        except Conflict:
            continue


def _tell(stream: str, version: int, result: AppendResult) -> None:
    sys.stdout.write(f"{stream} {version} {result.last}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_write(*sys.argv[1:]))
