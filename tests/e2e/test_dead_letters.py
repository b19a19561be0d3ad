"""A bug in a handler: its orders are parked within a second and die, all others go on, and a replay finishes them."""

import asyncio
import sys
from collections import Counter as Tally
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import orjson
import pytest

from event_store.sqlite.store import sqlite_store
from schemas.stream_names import streams_of_order
from streams.provider_books import ProviderBooks
from tests.e2e.commands import said
from tests.e2e.customers import Answer, Counter, counter
from tests.e2e.running import RUN, SECRET, ShopProcess
from tests.services.waiting import STUCK_AFTER

ORDERS = 24
PARKED_WITHIN = 5.0
"""Seconds."""
BUG = """
import sys
import streams.fulfilment as handler
from aioutlet.cli import main
from schemas.payment import PaymentProcessed

step = handler.step

def broken(state, message, **known):
    if isinstance(message, PaymentProcessed) and int(message.order_id[-1], 16) % 2:
        raise LookupError("the line that is to be mended")
    return step(state, message, **known)

handler.step = broken
sys.argv = ["aioutlet", "run"]
main()
"""
"""The shop with a bug that half of all orders meet once they are paid."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ShopProcess]:
    settings = {"AIOUTLET_TOKEN_SECRET": SECRET, "AIOUTLET_DEMO": "false", "AIOUTLET_LOG_LEVEL": "WARNING"}
    with ShopProcess(tmp_path / "var", settings, (sys.executable, "-c", BUG)) as running:
        yield running


async def dead(ask: Counter, number: int) -> list[Answer]:
    """The dead letters, once there are so many."""
    headers, asked = ask.bearer("otto", "operator"), {"state": "dead", "limit": "100"}
    async with asyncio.timeout(STUCK_AFTER):
        while True:
            answer = await ask.queries.get("/admin/dead-letters", params=asked, headers=headers)
            answer.raise_for_status()
            items: list[Answer] = answer.json()["items"]
            if len(items) == number:
                return items


async def mended(shop: ShopProcess) -> None:
    """Open the shop again without the bug."""
    await asyncio.to_thread(shop.stop)
    shop._command = RUN
    await asyncio.to_thread(shop.start)


async def test_orders_that_a_bug_stops_are_parked_at_once_and_a_replay_finishes_each_of_them_once(
    shop: ShopProcess,
) -> None:
    async with counter(shop.addresses()) as ask:
        product = await ask.product(stock=2 * ORDERS)
        placed = await asyncio.gather(*(ask.place({product: 1}) for _ in range(ORDERS)))
        ids = [order["orderId"] for order in placed]
        stopped = {order_id for order_id in ids if int(order_id[-1], 16) % 2}
        healthy = [order for order in placed if order["orderId"] not in stopped]
        assert stopped, "chance has drawn only even ids"
        assert {order["outcome"] for order in await asyncio.gather(*map(ask.settled, healthy))} <= {"completed"}
        letters = await dead(ask, len(stopped))
    assert {letter["subject"] for letter in letters} == stopped
    assert {(letter["consumer"], letter["cause"], letter["attempts"]) for letter in letters} == {
        ("saga", "LookupError", 4)
    }
    await assert_parked_in_time(shop, letters)

    await mended(shop)
    async with counter(shop.addresses()) as ask:
        assert len(await dead(ask, len(stopped))) == len(stopped), "a restart alone revives nothing"
        code, words = await asyncio.to_thread(
            said, shop, "dead-letters", "replay", "--cause", "LookupError", "--reason", "mended"
        )
        assert (code, f"{len(stopped)} replayed" in words) == (0, True), words
        ended = await asyncio.gather(*(ask.settled(order) for order in placed))
        assert {order["outcome"] for order in ended} == {"completed"}
        assert await dead(ask, 0) == []
        stock = await ask.stock(product, reserved=ORDERS)
        assert stock["onHand"] == 2 * ORDERS
    await assert_nothing_twice(shop, ids)


async def assert_parked_in_time(shop: ShopProcess, letters: list[Answer]) -> None:
    """Each was parked within a second of the event that it could not handle."""
    store = sqlite_store(shop.addresses()["log"])
    for letter in letters:
        [stored] = await store.log(letter["position"] - 1, limit=1)
        recorded = datetime.fromisoformat(orjson.loads(stored.state)["recordedAt"])
        waited = datetime.fromisoformat(letter["since"]) - recorded
        assert waited.total_seconds() < PARKED_WITHIN
    await store.close()


async def assert_nothing_twice(shop: ShopProcess, orders: list[str]) -> None:
    """Every order was charged, reserved, prepared and completed once; so says the provider too."""
    store = sqlite_store(shop.addresses()["log"])
    for order_id in orders:
        found = await store.streams(dict.fromkeys(streams_of_order(order_id), 0))
        times = Tally(envelope.type for events in found.values() for envelope in events)
        once = ("payment.processed", "shipping.prepared", "order.completed", "saga.completed", "payment.processing")
        assert {name: times[name] for name in once} == dict.fromkeys(once, 1)
        assert times["saga.step.timed.out"] == 0
    held = await store.log(0, limit=100_000, types=("inventory.reserved",))
    assert Tally(orjson.loads(event.state)["data"]["orderId"] for event in held) == dict.fromkeys(orders, 1)
    await store.close()
    books = ProviderBooks(shop.data / "provider.sqlite")
    assert Tally(entry.order_id for entry in books.entries()) == dict.fromkeys(orders, 1)
