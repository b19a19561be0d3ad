"""An order's later commands: its customer cancels it, an admin hands it over; nobody else learns that it exists."""

from typing import Any

import pytest

from schemas.actor_type import ActorType
from schemas.order import OrderStatus, OrderUpdated
from schemas.warehouse_sites import WarehouseSite
from tests.histories import COMPLETED, events
from tests.integration.doors.counter import ANN, BOB, EVE, Counter, key, who

S = OrderStatus


async def ordered(counter: Counter) -> str:
    return str((await counter.place("k")).json()["orderId"])


async def moved(counter: Counter, order_id: str, to: OrderStatus) -> None:
    """As the saga moves it."""
    await counter.happened(OrderUpdated(order_id=order_id, from_=S.PENDING, to=to, reason="the saga"))


FULFILLED = COMPLETED[COMPLETED.index("saga.started") :]
"""What the saga and the processors record of an order until it may be shipped."""


async def prepared(counter: Counter, *more: str, without: frozenset[str] = frozenset()) -> str:
    """An order that may be shipped, but for what happened `more` or has not happened."""
    order_id = await ordered(counter)
    history = [name for name in (*FULFILLED, *more) if name not in without]
    await counter.happened(*events("stock.received"), *events(*history, order_id=order_id))
    await moved(counter, order_id, S.SHIPPING_PREPARED)
    return order_id


def status(counter: Counter, order_id: str, to: str, **headers: str) -> Any:
    return counter.done("PUT", f"/orders/{order_id}/status", json={"status": to}, headers=headers)


async def test_a_customer_cancels_an_order_of_theirs(counter: Counter) -> None:
    order_id = await ordered(counter)
    answer = await counter.says("POST", f"/orders/{order_id}/cancel", json={"reason": "too slow"}, headers=BOB)
    assert (answer.status_code, answer.json()) == (
        200,
        {"streamId": f"order-{order_id}", "version": 2, "position": 5, "orderId": order_id},
    )
    [event] = await counter.log(after=4)
    assert (event.type, event.event.model_dump(include={"by", "reason"})) == (
        "order.cancellation.requested",
        {"by": "bob", "reason": "too slow"},
    )


async def test_no_reason_need_be_given(counter: Counter) -> None:
    order_id = await ordered(counter)
    assert (await counter.says("POST", f"/orders/{order_id}/cancel", headers=BOB)).status_code == 200
    [event] = await counter.log(after=4)
    assert event.event.model_dump()["reason"] == "customer request"


async def test_asking_twice_to_cancel_is_asking_once(counter: Counter) -> None:
    order_id = await ordered(counter)
    first, again = [await counter.says("POST", f"/orders/{order_id}/cancel", headers=BOB) for _ in range(2)]
    assert first.json() == again.json()
    assert await counter.recorded(after=4) == ["order.cancellation.requested"]


async def test_an_admin_cancels_anybodys_order(counter: Counter) -> None:
    order_id = await ordered(counter)
    await counter.done("POST", f"/orders/{order_id}/cancel", json={})
    assert await counter.recorded(after=4) == ["order.cancellation.requested"]


async def test_somebody_elses_order_looks_like_none_at_all(counter: Counter) -> None:
    order_id = await ordered(counter)
    there = await counter.refused(404, "not_found", "POST", f"/orders/{order_id}/cancel", headers=EVE)
    nowhere = await counter.refused(404, "not_found", "POST", "/orders/nowhere/cancel", headers=EVE)
    assert there["detail"].replace(order_id, "nowhere") == nowhere["detail"]
    assert there.keys() == nowhere.keys()


@pytest.mark.parametrize("kind", sorted(set(ActorType) - {ActorType.CUSTOMER}))
async def test_another_kind_of_actor_with_the_customers_subject_cancels_nothing(counter: Counter, kind: str) -> None:
    order_id = await ordered(counter)
    namesake = who("bob", "customer", kind=kind)
    await counter.refused(404, "not_found", "POST", f"/orders/{order_id}/cancel", headers=namesake)


@pytest.mark.parametrize("on_its_way", [S.SHIPPED, S.DELIVERED])
async def test_what_is_on_its_way_is_returned_and_not_cancelled(counter: Counter, on_its_way: OrderStatus) -> None:
    order_id = await ordered(counter)
    await moved(counter, order_id, on_its_way)
    await counter.refused(409, "order_on_its_way", "POST", f"/orders/{order_id}/cancel", headers=BOB)


async def test_the_parcel_and_the_order_move_at_once(counter: Counter) -> None:
    order_id = await prepared(counter)
    head = await counter.store.head()
    answer = await status(counter, order_id, "Shipped")
    assert (answer["streamId"], answer["position"]) == (f"order-{order_id}", head + 2)
    assert await counter.recorded(after=head) == [
        "order.shipped",
        "order.updated",
        "saga.closed",
        "shipping.dispatched",
    ]
    head = await counter.store.head()
    await status(counter, order_id, "Delivered")
    assert await counter.recorded(after=head) == ["order.delivered", "order.updated", "shipping.delivered"]


async def test_the_goods_leave_the_warehouse_of_the_order(counter: Counter) -> None:
    """Also when the shop has moved since."""
    order_id = await prepared(counter)
    moved_shop = Counter(counter.store, sites=(WarehouseSite("east"),))
    await status(moved_shop, order_id, "Shipped")
    [event] = [each.event for each in await counter.log() if each.type == "shipping.dispatched"]
    assert event.model_dump()["warehouseId"] == "main"


@pytest.mark.parametrize(
    ("more", "without", "why"),
    [
        ((), {"saga.completed", "order.completed"}, "SHIPPING_PROCESSING"),
        ((), {"inventory.confirmed"}, "its stock is held"),
        (("inventory.expired",), {"inventory.confirmed"}, "its stock is expired"),
        (("inventory.expired", "inventory.reservation"), {"inventory.confirmed"}, "its stock is expired"),
        (("saga.compensation.started",), set(), "COMPENSATING"),
        (("saga.compensation.started", "payment.refund", "saga.stuck"), set(), "STUCK"),
        (("saga.compensation.started", "inventory.release", "inventory.released"), set(), "its stock is released"),
    ],
)
async def test_goods_leave_only_when_saga_and_stock_allow_it(
    counter: Counter, more: tuple[str, ...], without: set[str], why: str
) -> None:
    order_id = await prepared(counter, *more, without=frozenset(without))
    said = {"json": {"status": "Shipped"}, "headers": ANN}
    refusal = await counter.refused(409, "order_not_ready", "PUT", f"/orders/{order_id}/status", **said)
    assert why in refusal["detail"]


async def test_an_order_whose_cancellation_is_requested_is_not_shipped(counter: Counter) -> None:
    order_id = await prepared(counter)
    await counter.done("POST", f"/orders/{order_id}/cancel", json={})
    said = {"json": {"status": "Shipped"}, "headers": ANN}
    await counter.refused(409, "transition_refused", "PUT", f"/orders/{order_id}/status", **said)


@pytest.mark.parametrize("again", ["Shipped", "Shipping Prepared"])
async def test_the_current_status_again_changes_nothing(counter: Counter, again: str) -> None:
    order_id = await prepared(counter)
    if again == "Shipped":
        await status(counter, order_id, "Shipped")
    head = await counter.store.head()
    await status(counter, order_id, again)
    assert await counter.recorded(after=head) == []


@pytest.mark.parametrize(
    ("at", "to", "allowed"),
    [
        (S.PENDING, S.SHIPPED, ["Cancelled"]),
        (S.PENDING, S.DELIVERED, ["Cancelled"]),
        (S.PROCESSING, S.PENDING, ["Cancelled"]),
        (S.SHIPPING_PREPARED, S.DELIVERED, ["Shipped", "Cancelled"]),
        (S.SHIPPING_PREPARED, S.FAILED, ["Shipped", "Cancelled"]),
        (S.SHIPPED, S.PENDING, ["Delivered"]),
        (S.DELIVERED, S.SHIPPED, []),
        (S.FAILED, S.SHIPPED, []),
        (S.CANCELLED, S.DELIVERED, []),
    ],
)
async def test_an_admin_takes_an_order_only_where_it_may_go(
    counter: Counter, at: OrderStatus, to: OrderStatus, allowed: list[str]
) -> None:
    order_id = await ordered(counter)
    await moved(counter, order_id, at)
    said = {"json": {"status": to.value}, "headers": ANN}
    refusal = await counter.refused(409, "transition_refused", "PUT", f"/orders/{order_id}/status", **said)
    assert (refusal["allowed"], refusal["current"]) == (allowed, at.value)


async def test_an_admin_cancels_by_asking_the_saga(counter: Counter) -> None:
    order_id = await ordered(counter)
    await status(counter, order_id, "Cancelled")
    assert await counter.recorded(after=4) == ["order.cancellation.requested"]


@pytest.mark.parametrize("to", ["Shipped", "Delivered", "Cancelled", "Processing"])
async def test_an_order_nobody_placed_has_no_status(counter: Counter, to: str) -> None:
    await counter.refused(404, "not_found", "PUT", "/orders/nowhere/status", json={"status": to}, headers=ANN)


@pytest.mark.parametrize("to", ["shipped", "Lost", "", None, 5])
async def test_a_status_nobody_knows_is_invalid(counter: Counter, to: object) -> None:
    order_id = await ordered(counter)
    await counter.refused(422, "invalid", "PUT", f"/orders/{order_id}/status", json={"status": to}, headers=ANN)


@pytest.mark.parametrize("order_id", ["-x", "a%20b", "x" * 65, "%2e%2e"])
async def test_what_is_no_id_is_invalid(counter: Counter, order_id: str) -> None:
    await counter.refused(422, "invalid", "POST", f"/orders/{order_id}/cancel", headers=BOB)


async def test_a_repeat_under_a_key_is_answered_again_for_each_command(counter: Counter) -> None:
    order_id = await prepared(counter)
    for method, path, body in (
        ("PUT", f"/orders/{order_id}/status", {"status": "Shipped"}),
        ("PUT", "/products/lamp/price", {"price": {"amount": 5, "currency": "USD"}}),
        ("PATCH", "/products/lamp", {"name": "Brass lamp"}),
        ("POST", "/products/mug/discontinue", None),
        ("POST", "/inventory/receipts", {"items": [{"productId": "lamp", "quantity": 1}]}),
        ("POST", "/inventory/adjustments", {"productId": "lamp", "delta": 1, "reason": "found"}),
    ):
        said = {"json": body, "headers": ANN | key("once")}
        first = await counter.says(method, path, **said)
        head = await counter.store.head()
        again = await counter.says(method, path, **said)
        assert (again.status_code, again.json()) == (first.status_code, first.json()), path
        assert again.headers["idempotent-replayed"] == "true"
        assert await counter.store.head() == head


async def test_one_key_does_not_cancel_two_orders(counter: Counter) -> None:
    one, two = [(await counter.place(name)).json()["orderId"] for name in ("one", "two")]
    assert (await counter.says("POST", f"/orders/{one}/cancel", headers=BOB | key("c"))).status_code == 200
    said = {"headers": BOB | key("c")}
    await counter.refused(422, "idempotency_key_reused", "POST", f"/orders/{two}/cancel", **said)


@pytest.mark.parametrize("reason", ["too\x00slow", "\x1b[2J", "\u200b", "\ufeff", "\u3164", "too\nslow"], ids=ascii)
async def test_the_reason_of_a_cancellation_is_text(counter: Counter, reason: str) -> None:
    order_id = (await counter.place("k")).json()["orderId"]
    said = {"json": {"reason": reason}, "headers": BOB}
    refusal = await counter.refused(422, "invalid", "POST", f"/orders/{order_id}/cancel", **said)
    assert [error["field"] for error in refusal["errors"]] == ["reason"]
