"""The warehouse's commands: deliveries taken in once, counts corrected but never below nothing."""

import asyncio
from typing import Any

import pytest

from schemas.warehouse import InventoryReserved, StockAdjusted
from tests.examples import EXAMPLES
from tests.integration.doors.counter import ANN, Counter, key

RECEIPTS, ADJUSTMENTS = "/inventory/receipts", "/inventory/adjustments"


def receipt(**said: object) -> dict[str, Any]:
    return {"receiptId": "r-1", "items": [{"productId": "lamp", "quantity": 10}]} | said


def adjustment(**said: object) -> dict[str, Any]:
    return {"adjustmentId": "a-1", "productId": "lamp", "delta": -1, "reason": "one broke"} | said


async def test_a_delivery_is_taken_in(counter: Counter) -> None:
    answer = await counter.done("POST", RECEIPTS, 201, json=receipt())
    assert answer == {"streamId": "warehouse-main", "version": 1, "position": 3, "receiptId": "r-1"}
    assert await counter.recorded(after=2) == ["stock.received"]


async def test_a_delivery_note_counts_once(counter: Counter) -> None:
    first = await counter.done("POST", RECEIPTS, 201, json=receipt())
    assert await counter.done("POST", RECEIPTS, 201, json=receipt()) == first
    assert await counter.recorded(after=2) == ["stock.received"]


async def test_a_delivery_without_a_number_is_given_one(counter: Counter) -> None:
    one = await counter.done("POST", RECEIPTS, 201, json=receipt(receiptId=None))
    two = await counter.done("POST", RECEIPTS, 201, json=receipt(receiptId=None))
    assert one["receiptId"] != two["receiptId"]
    assert await counter.recorded(after=2) == ["stock.received", "stock.received"]


async def test_without_a_number_but_under_a_key_it_is_one_delivery(counter: Counter) -> None:
    said = {"json": receipt(receiptId=None), "headers": key("k")}
    assert await counter.done("POST", RECEIPTS, 201, **said) == await counter.done("POST", RECEIPTS, 201, **said)
    assert await counter.recorded(after=2) == ["stock.received"]


async def test_every_warehouse_is_a_stream_of_its_own(counter: Counter) -> None:
    await counter.done("POST", RECEIPTS, 201, json=receipt())
    answer = await counter.done("POST", RECEIPTS, 201, json=receipt(warehouseId="north"))
    assert (answer["streamId"], answer["version"]) == ("warehouse-north", 1)


async def test_what_is_no_longer_sold_may_still_arrive(counter: Counter) -> None:
    await counter.done("POST", "/products/lamp/discontinue")
    await counter.done("POST", RECEIPTS, 201, json=receipt())


async def test_a_delivery_of_products_nobody_knows_is_refused_whole(counter: Counter) -> None:
    items = [{"productId": name, "quantity": 1} for name in ("lamp", "unicorn", "dragon")]
    said = {"json": receipt(items=items), "headers": ANN}
    assert (await counter.refused(404, "not_found", "POST", RECEIPTS, **said))["productIds"] == ["unicorn", "dragon"]


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001, 1.5, "1", None])
async def test_a_delivery_is_of_so_many_pieces(counter: Counter, quantity: object) -> None:
    said = {"json": receipt(items=[{"productId": "lamp", "quantity": quantity}]), "headers": ANN}
    refusal = await counter.refused(422, "invalid", "POST", RECEIPTS, **said)
    assert "items.0.quantity" in {error["field"] for error in refusal["errors"]}


@pytest.mark.parametrize("lines", [0, 1_001])
async def test_a_delivery_has_some_lines_and_not_too_many(counter: Counter, lines: int) -> None:
    said = {"json": receipt(items=[{"productId": "lamp", "quantity": 1}] * lines), "headers": ANN}
    await counter.refused(422, "invalid", "POST", RECEIPTS, **said)


async def test_a_count_is_corrected_once_and_by_somebody(counter: Counter) -> None:
    await counter.done("POST", RECEIPTS, 201, json=receipt(items=[{"productId": "lamp", "quantity": 1_000}]))
    first = await counter.done("POST", ADJUSTMENTS, 201, json=adjustment())
    assert (first["streamId"], first["version"], first["adjustmentId"]) == ("warehouse-main", 2, "a-1")
    assert await counter.done("POST", ADJUSTMENTS, 201, json=adjustment()) == first
    [event] = await counter.log(after=3)
    assert isinstance(event.event, StockAdjusted)
    assert (event.event.by, event.event.delta, event.event.reason) == ("ann", -1, "one broke")


async def test_a_count_never_falls_below_what_is_reserved(counter: Counter) -> None:
    await counter.done("POST", RECEIPTS, 201, json=receipt())
    reserved = EXAMPLES["inventory.reserved"]
    assert isinstance(reserved, InventoryReserved)
    line = reserved.items[0].model_copy(update={"product_id": "lamp", "quantity": 7})
    await counter.happened(reserved.model_copy(update={"items": (line,)}))
    said = {"json": adjustment(delta=-4), "headers": ANN}
    refusal = await counter.refused(409, "stock_would_be_negative", "POST", ADJUSTMENTS, **said)
    assert (refusal["productId"], refusal["onHand"], refusal["reserved"]) == ("lamp", 10, 7)
    await counter.done("POST", ADJUSTMENTS, 201, json=adjustment(delta=-3))


@pytest.mark.parametrize(
    "change",
    [{"delta": 1.5}, {"delta": "1"}, {"delta": 1_000_001}, {"delta": -1_000_001}, {"reason": " "}, {"by": "bob"}],
)
async def test_a_correction_is_held_to_its_form(counter: Counter, change: dict[str, Any]) -> None:
    refusal = await counter.refused(422, "invalid", "POST", ADJUSTMENTS, json=adjustment(**change), headers=ANN)
    assert [error["field"] for error in refusal["errors"]] == list(change)


async def test_a_correction_of_a_product_nobody_knows_is_not_found(counter: Counter) -> None:
    said = {"json": adjustment(productId="unicorn"), "headers": ANN}
    assert (await counter.refused(404, "not_found", "POST", ADJUSTMENTS, **said))["productIds"] == ["unicorn"]


@pytest.mark.parametrize("clerks", [2, 50])
async def test_clerks_at_one_warehouse_wait_for_each_other_and_none_is_refused(counter: Counter, clerks: int) -> None:
    await counter.done("POST", "/inventory/receipts", 201, json={"items": [{"productId": "lamp", "quantity": clerks}]})
    change = {"productId": "lamp", "delta": -1, "reason": "broken"}
    said: dict[str, Any] = {"json": change, "headers": ANN}
    calls = [counter.says("POST", "/inventory/adjustments", **said) for _ in range(clerks + 3)]
    answers = await asyncio.gather(*calls)
    codes = [answer.json().get("code", "recorded") for answer in answers]
    assert codes == ["recorded"] * clerks + ["stock_would_be_negative"] * 3
