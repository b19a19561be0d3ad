"""`X-Min-Position` at the query door: what a command answered is seen, waited for, or said to be missing."""

import asyncio
from typing import Any

import pytest

from query_api.freshness import TIMEOUT
from schemas.documents import ORDERS_VIEW, PRODUCTS_VIEW, STOCK_VIEW, USERS_VIEW, View
from schemas.topics import TopicPartition, partition_of
from tests.histories import PARTITIONS
from tests.integration.doors.counter import ANN, BOB, Counter, basket, problem
from tests.integration.doors.reader import Reader

HEADER = "X-Min-Position"
LISTS_AND_DOCUMENTS = [
    ("/orders", "order-some", ORDERS_VIEW),
    ("/orders/some", "saga-some", ORDERS_VIEW),
    ("/orders/counts", "payment-some", ORDERS_VIEW),
    ("/orders/some", "shipment-some", ORDERS_VIEW),
    ("/products", "product-lamp", PRODUCTS_VIEW),
    ("/products/lamp", "product-lamp", PRODUCTS_VIEW),
    ("/products/departments", "product-lamp", PRODUCTS_VIEW),
    ("/inventory", "warehouse-main", STOCK_VIEW),
    ("/inventory/lamp", "warehouse-main", STOCK_VIEW),
    ("/users/me", "user-ann", USERS_VIEW),
    ("/users/me/export", "user-ann", USERS_VIEW),
    ("/admin/users", "user-some", USERS_VIEW),
    ("/admin/users/some", "user-some", USERS_VIEW),
    ("/admin/users/some/export", "user-some", USERS_VIEW),
]


def least(accepted: dict[str, Any]) -> dict[str, str]:
    """The header of whoever was given this answer."""
    return {HEADER: f"{accepted['streamId']}@{accepted['position']}"}


async def test_what_was_ordered_is_read_as_soon_as_it_is_folded(counter: Counter, reader: Reader) -> None:
    order = (await counter.place("k")).json()
    question = asyncio.create_task(reader.told(f"/orders/{order['orderId']}", headers=BOB | least(order)))
    await reader.watcher.is_asked.wait()
    assert not question.done()
    await reader.sees(await counter.log())
    assert (await question)["orderId"] == order["orderId"]


async def test_a_list_waits_too(counter: Counter, reader: Reader) -> None:
    order = (await counter.place("k")).json()
    question = asyncio.create_task(reader.told("/orders", headers=BOB | least(order)))
    await reader.watcher.is_asked.wait()
    await reader.sees(await counter.log())
    assert [item["orderId"] for item in (await question)["items"]] == [order["orderId"]]


async def test_stock_and_catalogue_are_waited_for_alike(counter: Counter, reader: Reader) -> None:
    items = [{"productId": "lamp", "quantity": 3}]
    received = await counter.done("POST", "/inventory/receipts", 201, json={"items": items})
    priced = await counter.done("PUT", "/products/lamp/price", json={"price": {"amount": 1, "currency": "USD"}})
    stock = asyncio.create_task(reader.told("/inventory/lamp", headers=least(received)))
    product = asyncio.create_task(reader.told("/products/lamp", headers=least(priced)))
    await reader.watcher.is_asked.wait()
    await reader.sees(await counter.log())
    assert ((await stock)["onHand"], (await product)["price"]["amount"]) == (3, 1)


@pytest.mark.parametrize(("path", "stream", "view"), LISTS_AND_DOCUMENTS)
async def test_it_is_the_checkpoint_of_that_streams_partition_that_counts(
    reader: Reader, path: str, stream: str, view: View
) -> None:
    reader.watcher.answers = True
    await reader.asks(path, headers=ANN | {HEADER: f"{stream}@41"})
    place = TopicPartition(view.topic, partition_of(stream.partition("-")[2], PARTITIONS))
    assert reader.watcher.asked == [(view.name, place, 41, TIMEOUT)]


@pytest.mark.parametrize(("path", "stream", "view"), LISTS_AND_DOCUMENTS)
async def test_what_stays_behind_is_said_to_be_stale(reader: Reader, path: str, stream: str, view: View) -> None:
    reader.watcher.answers = False
    answer = await reader.asks(path, headers=ANN | {HEADER: f"{stream}@41"})
    assert view.title in problem(answer, 503, "stale")["detail"]
    assert answer.headers["retry-after"] == "1"


async def test_nobody_waits_for_longer_than_two_seconds(reader: Reader) -> None:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await reader.refused(503, "stale", "/orders", headers={HEADER: "order-some@999999"})
    assert 1.9 <= loop.time() - begun < 10


async def test_what_another_process_folded_is_seen_by_its_checkpoint(counter: Counter, reader: Reader) -> None:
    order = (await counter.place("k")).json()
    question = asyncio.create_task(reader.told("/orders", headers=BOB | least(order)))
    await reader.watcher.is_asked.wait()
    deaf = Reader(reader.app.state.context.database)
    await deaf.sees(await counter.log())
    assert (await question)["total"] == 1


async def test_without_the_header_nobody_waits(counter: Counter, reader: Reader) -> None:
    await counter.place("k")
    assert (await reader.told("/orders", headers=BOB))["total"] == 0
    assert reader.watcher.asked == []


async def test_position_nought_is_no_wait(reader: Reader) -> None:
    assert (await reader.told("/orders", headers={HEADER: "order-some@0"}))["total"] == 0


@pytest.mark.parametrize(
    "value",
    [
        "",
        "41",
        "order-some",
        "order-some@",
        "order-some@-1",
        "order-some@4.1",
        "order-some@1e3",
        "order-some@41 ",
        "@41",
        "order@41",
        "order-@41",
        "order-some@41@42",
        "order-../x@41",
        f"order-{'x' * 129}@41",
        "order-some@" + "9" * 19,
        "order-some@41, order-other@42",
        "order-some@٤١".encode(),
    ],
)
async def test_a_malformed_position_is_invalid_and_nobody_waits(reader: Reader, value: str | bytes) -> None:
    raw = value if isinstance(value, bytes) else value.encode()
    headers = [*((name.encode(), each.encode()) for name, each in ANN.items()), (HEADER.encode(), raw)]
    for path in ("/orders", "/products/lamp", "/inventory"):
        refusal = problem(await reader.client.get(path, headers=headers), 422, "invalid")
        assert refusal["header"] == HEADER
    assert reader.watcher.asked == []


@pytest.mark.parametrize(
    ("path", "stream"),
    [
        ("/orders", "product-lamp"),
        ("/orders", "warehouse-main"),
        ("/products", "order-some"),
        ("/inventory", "order-some"),
        ("/inventory/lamp", "product-lamp"),
        ("/orders", "cart-some"),
        ("/users/me", "order-some"),
        ("/admin/users", "address-some"),
        ("/admin/users", "security-20260314-0"),
    ],
)
async def test_a_stream_the_view_never_sees_is_invalid_and_not_waited_for(
    reader: Reader, path: str, stream: str
) -> None:
    await reader.refused(422, "invalid", path, headers={HEADER: f"{stream}@41"})
    assert reader.watcher.asked == []


async def test_who_may_not_ask_does_not_wait(reader: Reader) -> None:
    answer = await reader.asks("/orders", headers={HEADER: "order-some@41"})
    problem(answer, 401, "unauthorised")
    assert reader.watcher.asked == []


async def test_every_answer_of_a_command_can_be_waited_for_where_it_is_read(counter: Counter, reader: Reader) -> None:
    order = (await counter.place("k", basket())).json()
    cancelled = (await counter.says("POST", f"/orders/{order['orderId']}/cancel", headers=BOB)).json()
    await reader.sees(await counter.log())
    timeline = (await reader.told(f"/orders/{order['orderId']}", headers=least(cancelled)))["timeline"]
    assert [line["type"] for line in timeline] == ["order.created", "order.cancellation.requested"]
