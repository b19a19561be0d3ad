"""What partitions want of one collection at the same time is one trip; each collection has its own."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from projectors.batched_io import BatcherPerCollection

ORDERS: Any = SimpleNamespace(name="orders")
STOCK: Any = SimpleNamespace(name="stock")


async def test_each_collection_has_its_own_trips() -> None:
    trips: list[tuple[str, Sequence[int]]] = []

    async def answer(collection: Any, requests: Sequence[int]) -> int:
        trips.append((collection.name, requests))
        return sum(requests)

    batcher = BatcherPerCollection(answer)
    asked = (batcher.ask(ORDERS, 1), batcher.ask(STOCK, 2), batcher.ask(ORDERS, 3))
    assert list(await asyncio.gather(*asked)) == [4, 2, 4]
    assert sorted(trips) == [("orders", [1, 3]), ("stock", [2])]


async def test_one_collection_does_not_wait_for_another() -> None:
    stock_is_read = asyncio.Event()

    async def answer(collection: Any, requests: Sequence[int]) -> int:
        if collection is ORDERS:
            await stock_is_read.wait()
        else:
            stock_is_read.set()
        return sum(requests)

    batcher = BatcherPerCollection(answer)
    async with asyncio.timeout(10):
        assert list(await asyncio.gather(batcher.ask(ORDERS, 1), batcher.ask(STOCK, 2))) == [1, 2]
