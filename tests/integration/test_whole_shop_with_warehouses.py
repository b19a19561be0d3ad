"""The write side whole with two warehouses: each has its own partition and decides its own stock."""

from collections import Counter as Tally
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from aioutlet.broker import PARTITIONS, MockCluster
from event_store.sqlite.store import sqlite_store
from schemas.codec import decode
from schemas.topics import STOCK, TopicPartition
from schemas.warehouse import InventoryFact
from schemas.warehouse_sites import parse_sites
from schemas.wire import published_to
from tests.integration.whole_shop import WholeShop, open_whole_shop

pytestmark = pytest.mark.timeout(180)
SITES = parse_sites("east=US-NY,west=US-CA")
"""The orders of a whole shop go to California."""


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[WholeShop]:
    cluster, store = MockCluster(), sqlite_store(tmp_path / "log.sqlite")
    opening = open_whole_shop(store, cluster.address, tmp_path / "faust", partitions=PARTITIONS, sites=SITES)
    async with opening as shop, shop.relaying():
        yield shop
    await store.close()
    cluster.stop()


async def answers(shop: WholeShop, wire_name: str) -> Tally[str]:
    """How often each warehouse has given this answer."""
    found = [decode(stored).event for stored in await shop.store.log(0, limit=100_000, types=(wire_name,))]
    return Tally(event.warehouse_id for event in found if isinstance(event, InventoryFact))


async def test_one_order_after_another_goes_to_the_nearest_that_still_has_some(shop: WholeShop) -> None:
    await shop.stock(2, warehouse_id="east")
    await shop.stock(3, warehouse_id="west")
    placed = []
    for _ in range(6):
        placed += await shop.order(1)
        await shop.all_end(placed)
    assert await shop.tally(placed) == {"order.completed": 5, "order.failed": 1}
    assert await answers(shop, "inventory.reserved") == {"west": 3, "east": 2}
    assert await answers(shop, "inventory.failed") == {"west": 1}
    assert [await shop.ship(order_id) for order_id in placed[:5]] == [200] * 5
    assert await shop.at_rest() == []
    assert await answers(shop, "inventory.committed") == {"west": 3, "east": 2}


async def test_many_at_once_are_promised_nothing_twice(shop: WholeShop) -> None:
    await shop.stock(15, warehouse_id="east")
    await shop.stock(15, warehouse_id="west")
    placed = await shop.order(40)
    await shop.all_end(placed)
    ended, reserved = await shop.tally(placed), await answers(shop, "inventory.reserved")
    assert (ended["order.completed"], max(reserved.values())) == (reserved.total(), 15)
    assert ended["order.completed"] + ended["order.failed"] == 40
    assert await shop.at_rest() == []


async def test_each_warehouse_is_read_in_a_partition_of_its_own(shop: WholeShop) -> None:
    await shop.stock(1, warehouse_id="east")
    await shop.stock(1, warehouse_id="west")
    placed = await shop.order(2)
    await shop.all_end(placed)
    read: dict[str, set[TopicPartition]] = {}
    for stored in await shop.store.log(0, limit=1_000):
        warehouse_id = getattr(decode(stored).event, "warehouse_id", None)
        places = {each for each in published_to(stored, shop.partitions) if each.topic == STOCK}
        if warehouse_id and places:
            read.setdefault(warehouse_id, set()).update(places)
    assert {warehouse_id: len(places) for warehouse_id, places in read.items()} == {"east": 1, "west": 1}
    assert read["east"] != read["west"]
