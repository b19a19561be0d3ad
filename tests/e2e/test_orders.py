"""Orders from the till to their end, each with exactly the story the saga's table tells."""

import asyncio
from collections import Counter as Count
from pathlib import Path

import orjson

from event_store.sqlite.store import sqlite_store
from schemas.codec import decode
from tests.e2e.customers import Counter, titles
from tests.e2e.running import ShopProcess

PAID = ["Order received", "Payment requested", "Payment received"]
RESERVED = ["Reservation requested", "Items reserved"]
REFUNDED = ["Refund requested", "Payment refunded"]
RELEASED = ["Release requested", "Items released"]


async def test_a_good_order_is_paid_reserved_prepared_and_confirmed(ask: Counter) -> None:
    oats = await ask.product(stock=5)
    order = await ask.settled(await ask.place({oats: 2}))
    assert titles(order)[:7] == [*PAID, *RESERVED, "Shipping requested", "Shipping prepared"]
    assert (order["outcome"], order["status"], order["paymentStatus"]) == ("completed", "Shipping Prepared", "paid")
    assert (await ask.stock(oats, reserved=2))["available"] == 3


async def test_a_declined_payment_fails_the_order_with_nothing_to_undo(ask: Counter) -> None:
    oats = await ask.product(stock=5)
    order = await ask.settled(await ask.place({oats: 2}, token="tok_decline"))
    assert titles(order) == ["Order received", "Payment requested", "Payment refused", "Order failed"]
    assert (order["outcome"], order["status"], order["paymentStatus"]) == ("failed", "Failed", "failed")
    assert order["failure"]["failedStep"] == "payment"
    assert (await ask.stock(oats, reserved=0))["available"] == 5


async def test_short_stock_gives_the_money_back_and_nothing_else(ask: Counter) -> None:
    oats, rice = await ask.product(stock=5), await ask.product(stock=1)
    order = await ask.settled(await ask.place({oats: 2, rice: 2}))
    assert titles(order) == [
        *PAID,
        "Reservation requested",
        "Items not reserved",
        "Undoing what was done",
        *REFUNDED,
        "Order failed",
    ]
    [short] = [line["details"] for line in order["timeline"] if line["title"] == "Items not reserved"]
    assert short["shortages"] == [{"productId": rice, "requested": 2, "available": 1}]
    assert (order["status"], order["paymentStatus"]) == ("Failed", "refunded")
    assert (await ask.stock(oats, reserved=0))["available"] == 5


async def test_a_refusing_carrier_has_the_goods_released_and_then_the_money_given_back(ask: Counter) -> None:
    oats = await ask.product(stock=5)
    order = await ask.settled(await ask.place({oats: 2}, postal_code="00000"))
    assert titles(order) == [
        *PAID,
        *RESERVED,
        "Shipping requested",
        "Shipping refused",
        "Undoing what was done",
        *RELEASED,
        *REFUNDED,
        "Order failed",
    ]
    assert (order["status"], order["paymentStatus"]) == ("Failed", "refunded")
    assert (await ask.stock(oats, reserved=0))["available"] == 5


async def test_a_flaky_gateway_and_a_flaky_carrier_are_asked_until_they_answer(ask: Counter) -> None:
    oats = await ask.product(stock=5)
    order = await ask.settled(await ask.place({oats: 1}, token="tok_flaky", postal_code="00002"))
    count = Count(titles(order))
    assert (count["Payment requested"], count["Payment refused"], count["Payment received"]) == (3, 2, 1)
    assert (count["Shipping requested"], count["Shipping refused"], count["Shipping prepared"]) == (3, 2, 1)
    assert order["outcome"] == "completed"


async def test_two_hundred_at_once_for_the_last_ten_pieces_reserve_exactly_ten(ask: Counter) -> None:
    last = await ask.product(stock=10)
    placed = await asyncio.gather(*(ask.place({last: 1}, customer=f"customer-{n}") for n in range(200)))
    orders = await asyncio.gather(*(ask.settled(each) for each in placed))
    assert Count(order["outcome"] for order in orders) == {"completed": 10, "failed": 190}
    assert Count(order["paymentStatus"] for order in orders) == {"paid": 10, "refunded": 190}
    assert sum(titles(order).count("Items reserved") for order in orders) == 10
    stock = await ask.stock(last, reserved=10)
    assert (stock["onHand"], stock["available"]) == (10, 0)


async def test_one_correlation_runs_through_every_hop_and_every_cause_is_known(ask: Counter, shop: ShopProcess) -> None:
    oats, correlation = await ask.product(stock=1), "a-correlation-of-my-own"
    placed = await ask.place({oats: 1}, headers={"X-Correlation-ID": correlation})
    order = await ask.settled(placed)
    store = sqlite_store(Path(shop.addresses()["log"]))
    log = [decode(stored) for stored in await store.log(0, limit=100_000)]
    await store.close()
    told = [each for each in log if getattr(each.event, "order_id", None) == placed["orderId"]]
    assert {each.correlation_id for each in told} == {correlation}
    assert {line["type"] for line in order["timeline"]} <= {each.type for each in told}
    known = {each.id for each in told}
    [request] = {each.causation_id for each in told} - known
    assert {each.type for each in told if each.causation_id == request} >= {"order.created"}
    traces = {each.traceparent.split("-")[1] for each in told if each.traceparent}
    assert len(traces) == 1


async def test_the_log_lines_of_an_order_are_found_at_every_hop_by_its_correlation(
    ask: Counter, shop: ShopProcess
) -> None:
    oats, correlation = await ask.product(stock=1), "a-correlation-to-look-for"
    placed = await ask.place({oats: 1}, headers={"X-Correlation-ID": correlation})
    await ask.settled(placed)
    lines = [orjson.loads(line) for line in shop.errors().splitlines()]
    told = [line for line in lines if line.get("correlationId") == correlation]
    assert {(line["event"], line.get("consumer")) for line in told} == {
        ("request", None),
        ("published", None),
        ("projected", "projections"),
        *(("handled", agent) for agent in ("saga", "payment", "inventory", "shipping", "notification")),
    }
    assert all(line["causationId"] for line in told if line["event"] != "request")
    assert [line for line in lines if line.get("orderId") == placed["orderId"] and line not in told] == []
