"""The warehouse's commands: deliveries taken in once, counts corrected but never below nothing."""

import asyncio
from typing import Any

import pytest

from schemas.order import OrderCreated
from schemas.reserved_ids import RESERVED_IDS
from schemas.warehouse import InventoryReserved, StockAdjusted
from schemas.warehouse_sites import WarehouseSite
from tests.examples import EXAMPLES
from tests.integration.doors.counter import ANN, LAMP, Counter, key, open_counter

RECEIPTS, ADJUSTMENTS = "/inventory/receipts", "/inventory/adjustments"


def receipt(**said: object) -> dict[str, Any]:
    return {"receiptId": "r-1", "items": [{"productId": "lamp", "quantity": 10}]} | said


def adjustment(**said: object) -> dict[str, Any]:
    return {"adjustmentId": "a-1", "productId": "lamp", "delta": -1, "reason": "one broke"} | said


async def test_a_delivery_is_taken_in(counter: Counter) -> None:
    answer = await counter.done("POST", RECEIPTS, 201, json=receipt())
    assert answer == {"streamId": "warehouse-main", "version": 1, "position": 3, "receiptId": "r-1"}
    assert await counter.recorded(after=2) == ["stock.received", "stock.replenished"]


async def test_a_delivery_note_counts_once(counter: Counter) -> None:
    first = await counter.done("POST", RECEIPTS, 201, json=receipt())
    assert await counter.done("POST", RECEIPTS, 201, json=receipt()) == first
    assert await counter.recorded(after=2) == ["stock.received", "stock.replenished"]


@pytest.mark.parametrize(
    "items",
    [
        [{"productId": "lamp", "quantity": 11}],
        [{"productId": "mug", "quantity": 10}],
        [{"productId": "lamp", "quantity": 10}, {"productId": "mug", "quantity": 1}],
    ],
    ids=["more", "else", "also"],
)
async def test_other_goods_under_a_used_id_are_refused_and_said_to_be(
    counter: Counter, items: list[dict[str, Any]]
) -> None:
    await counter.done("POST", RECEIPTS, 201, json=receipt())
    said = {"json": receipt(items=items), "headers": ANN}
    refusal = await counter.refused(409, "receipt_exists", "POST", RECEIPTS, **said)
    assert (refusal["receiptId"], "r-1" in refusal["detail"]) == ("r-1", True)


async def test_a_repeat_gets_the_first_answer_whatever_has_happened_since(counter: Counter) -> None:
    goods = receipt(items=[{"productId": "lamp", "quantity": 11}])
    first = await counter.done("POST", RECEIPTS, 201, json=goods)
    correction = await counter.done("POST", ADJUSTMENTS, 201, json=adjustment())  # with a signal: ten are left
    await counter.done("POST", RECEIPTS, 201, json=receipt(receiptId="r-2"))
    head = await counter.store.head()
    assert await counter.done("POST", RECEIPTS, 201, json=goods) == first
    assert await counter.done("POST", ADJUSTMENTS, 201, json=adjustment()) == correction
    assert (correction["version"], correction["position"]) == (3, first["position"] + 2)
    assert await counter.recorded(after=head) == []


@pytest.mark.parametrize("change", [{"delta": -2}, {"productId": "mug", "delta": 1}, {"reason": "two broke"}])
async def test_another_correction_under_a_used_id_is_refused_and_said_to_be(
    counter: Counter, change: dict[str, Any]
) -> None:
    await counter.done("POST", RECEIPTS, 201, json=receipt())
    await counter.done("POST", ADJUSTMENTS, 201, json=adjustment())
    said = {"json": adjustment(**change), "headers": ANN}
    refusal = await counter.refused(409, "adjustment_exists", "POST", ADJUSTMENTS, **said)
    assert refusal["adjustmentId"] == "a-1"


async def test_a_refused_repeat_does_not_use_up_its_key(counter: Counter) -> None:
    await counter.done("POST", RECEIPTS, 201, json=receipt())
    other = receipt(items=[{"productId": "mug", "quantity": 1}])
    said = {"json": other, "headers": ANN | key("k")}
    await counter.refused(409, "receipt_exists", "POST", RECEIPTS, **said)
    await counter.done("POST", RECEIPTS, 201, json=receipt(), headers=key("k"))


async def test_a_delivery_without_a_number_is_given_one(counter: Counter) -> None:
    one = await counter.done("POST", RECEIPTS, 201, json=receipt(receiptId=None))
    two = await counter.done("POST", RECEIPTS, 201, json=receipt(receiptId=None))
    assert one["receiptId"] != two["receiptId"]
    assert await counter.recorded(after=2) == ["stock.received", "stock.replenished", "stock.received"]


async def test_without_a_number_but_under_a_key_it_is_one_delivery(counter: Counter) -> None:
    said = {"json": receipt(receiptId=None), "headers": key("k")}
    assert await counter.done("POST", RECEIPTS, 201, **said) == await counter.done("POST", RECEIPTS, 201, **said)
    assert await counter.recorded(after=2) == ["stock.received", "stock.replenished"]


@pytest.mark.parametrize("said", [{}, {"warehouseId": None}, {"warehouseId": "main"}])
async def test_the_shops_warehouse_may_be_named(counter: Counter, said: dict[str, Any]) -> None:
    answer = await counter.done("POST", RECEIPTS, 201, json=receipt(**said))
    assert (answer["streamId"], answer["version"]) == ("warehouse-main", 1)


@pytest.mark.parametrize("warehouse", ["east", "Main", "MAIN", "main-2", "mai"])
@pytest.mark.parametrize("path", [RECEIPTS, ADJUSTMENTS])
async def test_a_warehouse_that_nothing_is_sold_from_receives_nothing(
    counter: Counter, path: str, warehouse: str
) -> None:
    body = {RECEIPTS: receipt, ADJUSTMENTS: adjustment}[path](warehouseId=warehouse)
    refusal = await counter.refused(422, "invalid", "POST", path, json=body, headers=ANN)
    [error] = refusal["errors"]
    assert (error["field"], error["in"], error["code"]) == ("warehouseId", "body", "unknown_warehouse")
    assert (refusal["warehouses"], "main" in error["detail"]) == (["main"], True)


async def test_a_shop_sells_from_the_warehouse_it_is_told_of() -> None:
    async with open_counter(sites=(WarehouseSite("Ost-2"),)) as shop:
        await shop.stock(LAMP)
        answer = await shop.done("POST", RECEIPTS, 201, json=receipt())
        assert answer["streamId"] == "warehouse-Ost-2"
        await shop.done("POST", ADJUSTMENTS, 201, json=adjustment(warehouseId="Ost-2"))
        await shop.refused(422, "invalid", "POST", RECEIPTS, json=receipt(warehouseId="main"), headers=ANN)
        order = (await shop.place("k")).json()
        [created] = await shop.store.stream(order["streamId"])
        assert isinstance(created.event, OrderCreated)
        assert created.event.warehouse_id == "Ost-2"


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
    assert (first["streamId"], first["version"], first["adjustmentId"]) == ("warehouse-main", 3, "a-1")
    assert await counter.done("POST", ADJUSTMENTS, 201, json=adjustment()) == first
    [event] = await counter.log(after=4)
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


@pytest.mark.parametrize("reason", ["one\x00broke", "\x1b[2J", "\u200b", "\ufeff", "\u3164", "one\nbroke"], ids=ascii)
async def test_a_reason_is_text(counter: Counter, reason: str) -> None:
    said = {"json": adjustment(reason=reason), "headers": ANN}
    refusal = await counter.refused(422, "invalid", "POST", ADJUSTMENTS, **said)
    assert [error["field"] for error in refusal["errors"]] == ["reason"]


@pytest.mark.parametrize("name", sorted(RESERVED_IDS))
async def test_a_word_of_the_paths_is_no_id_of_a_receipt_or_an_adjustment(counter: Counter, name: str) -> None:
    for path, body, field in (
        (RECEIPTS, receipt(receiptId=name), "receiptId"),
        (ADJUSTMENTS, adjustment(adjustmentId=name), "adjustmentId"),
    ):
        refusal = await counter.refused(422, "invalid", "POST", path, json=body, headers=ANN)
        assert [(error["field"], error["code"]) for error in refusal["errors"]] == [(field, "reserved_id")]


@pytest.mark.parametrize("clerks", [2, 50])
async def test_clerks_at_one_warehouse_wait_for_each_other_and_none_is_refused(counter: Counter, clerks: int) -> None:
    await counter.done("POST", "/inventory/receipts", 201, json={"items": [{"productId": "lamp", "quantity": clerks}]})
    change = {"productId": "lamp", "delta": -1, "reason": "broken"}
    said: dict[str, Any] = {"json": change, "headers": ANN}
    calls = [counter.says("POST", "/inventory/adjustments", **said) for _ in range(clerks + 3)]
    answers = await asyncio.gather(*calls)
    codes = [answer.json().get("code", "recorded") for answer in answers]
    assert codes == ["recorded"] * clerks + ["stock_would_be_negative"] * 3
