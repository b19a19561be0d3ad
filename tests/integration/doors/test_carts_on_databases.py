"""Many at one cart, on the databases that shops run on: nothing that was answered is lost, whoever answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from event_store.sqlite.store import sqlite_store
from event_store.store import EventStore
from schemas.cart import CartItemAdded
from schemas.ids import derived_id
from schemas.stream_names import cart_stream
from tests.examples import GUEST_ID
from tests.integration.doors.counter import BOB, LAMP, MUG, Counter, key, who
from tests.integration.doors.test_cart_commands import checkout, pieces

ADDS = 50
AS_GUEST = who(GUEST_ID, kind="guest")


class OtherProcess(Counter):
    """A second command API on the same log; its causes are its own."""

    def _new_id(self) -> str:
        return derived_id("another process", super()._new_id())


@pytest.fixture(params=["sqlite", "postgres"])
async def processes(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[list[Counter]]:
    """The command APIs of one log: one over a file, two over PostgreSQL; a hundred mugs and a hundred lamps."""
    if request.param == "sqlite":
        stores: list[EventStore] = [sqlite_store(tmp_path / "events.db")]
    else:
        from event_store.postgres.store import postgres_store

        database = request.getfixturevalue("database")
        stores = [postgres_store(database) for _ in range(2)]
    async with AsyncExitStack() as ends:
        opened = []
        for kind, store in zip((Counter, OtherProcess), stores, strict=False):
            counter = kind(store)
            await ends.enter_async_context(counter.client)
            ends.push_async_callback(store.close)
            ends.push_async_callback(counter.accounts.passwords.close)
            opened.append(counter)
        await opened[0].stock(LAMP, MUG)
        items = [{"productId": product_id, "quantity": 100} for product_id in ("lamp", "mug")]
        await opened[0].done("POST", "/inventory/receipts", 201, json={"receiptId": "first", "items": items})
        yield opened


async def add(counter: Counter, owner: str = "bob", product_id: str = "mug") -> int:
    headers = AS_GUEST if owner == GUEST_ID else BOB
    answer = await counter.says("POST", f"/carts/{owner}/items", headers=headers, **pieces(product_id, 1))
    return answer.status_code


async def added_pieces(counter: Counter, owner: str = "bob") -> int:
    events = [envelope.event for envelope in await counter.store.stream(cart_stream(owner))]
    return sum(event.quantity for event in events if isinstance(event, CartItemAdded))


async def test_fifty_parallel_adds_lose_none(processes: list[Counter]) -> None:
    statuses = await asyncio.gather(*(add(processes[n % len(processes)]) for n in range(ADDS)))
    assert statuses == [200] * ADDS
    assert await added_pieces(processes[0]) == ADDS
    last = await processes[-1].done("DELETE", "/carts/bob/items/lamp", headers=BOB)
    assert last["pieces"] == ADDS


async def test_a_transfer_racing_with_adds_loses_none(processes: list[Counter]) -> None:
    assert await add(processes[0], GUEST_ID) == 200
    owners = [GUEST_ID if n % 2 else "bob" for n in range(20)]

    async def transfer() -> int:
        body = {"guestId": GUEST_ID}
        return (await processes[-1].says("POST", "/carts/bob/transfer", headers=BOB, json=body)).status_code

    moved, *statuses = await asyncio.gather(
        transfer(), *(add(processes[n % len(processes)], owner) for n, owner in enumerate(owners))
    )
    assert moved == 200
    assert set(statuses) <= {200, 409}
    cart = await processes[0].done("DELETE", "/carts/bob/items/lamp", headers=BOB)
    assert cart["pieces"] == 1 + statuses.count(200)


async def test_tabs_of_several_processes_make_one_order(processes: list[Counter]) -> None:
    assert await add(processes[0]) == 200
    answers = await asyncio.gather(
        *(
            processes[n % len(processes)].says("POST", "/orders", json=checkout(), headers=BOB | key(f"tab-{n}"))
            for n in range(6)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]
    [order] = [answer.json()["orderId"] for answer in answers if answer.status_code == 201]
    assert {answer.json().get("orderId") for answer in answers} == {order}
    assert (await processes[0].recorded()).count("order.created") == 1


async def test_a_checkout_racing_with_adds_takes_what_was_added_before_and_leaves_the_rest(
    processes: list[Counter],
) -> None:
    assert await add(processes[0]) == 200
    ordering = asyncio.create_task(processes[-1].says("POST", "/orders", json=checkout(), headers=BOB | key("k")))
    statuses = await asyncio.gather(*(add(processes[n % len(processes)]) for n in range(20)))
    order = await ordering
    assert order.status_code == 201, order.text
    assert statuses == [200] * 20
    left = await processes[0].done("DELETE", "/carts/bob/items/lamp", headers=BOB)
    assert left["cartId"] == "bob.2"
    assert left["pieces"] + order.json()["subtotal"] // 899 == 21
