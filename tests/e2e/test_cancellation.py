"""Cancelling an order in every state that it can be in, by its customer and by an admin, on the embedded wiring."""

from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest
import pytest_asyncio

from tests.browser import Answer
from tests.e2e.held_shop import HeldShop, Person, open_held_shop

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]
BY = pytest.mark.parametrize("by", ["customer", "admin"])
BEGUN, PAID, READY = (
    ("order-received",),
    ("order-received", "receipt"),
    ("order-received", "receipt", "order-confirmed"),
)
ENDED = ("order-cancelled", "refund-issued")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[HeldShop]:
    async with open_held_shop(tmp_path_factory.mktemp("held") / "var") as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="module")
async def ada(shop: HeldShop) -> AsyncIterator[Person]:
    async with shop.person() as person:
        yield person


@pytest_asyncio.fixture(loop_scope="module")
async def product(shop: HeldShop) -> str:
    return await shop.ask.product(stock=3)


async def cancel(shop: HeldShop, ada: Person, order_id: str, by: str) -> None:
    """Ask for the cancellation as this person does: at the order's own page, or in the console."""
    if by == "customer":
        await ada.browser.post(f"/bff/orders/{order_id}/cancel", json={"reason": "changed my mind"})
        return
    async with shop.person("admin") as ann:
        await ann.browser.post(f"/bff/admin/orders/{order_id}/cancel", json={"reason": "changed my mind"})


async def cancelled_while_held(shop: HeldShop, ada: Person, product: str, by: str, *, step: str, status: str) -> str:
    """The id of an order that was cancelled while nobody answered this step, in this status."""
    with shop.gates.held(step):
        order_id = await ada.order(product)
        await ada.until(order_id, status=status)
        await cancel(shop, ada, order_id, by)
        await ada.until(order_id, status="Cancelling")
    return order_id


async def ended(shop: HeldShop, ada: Person, order_id: str, product: str, mails: tuple[str, ...]) -> Answer:
    """The cancelled order, once its customer has seen and read all of it and the goods are back."""
    order = await ada.until(order_id, status="Cancelled")
    assert order["cancellation"] == {"reason": "changed my mind"}
    await shop.ask.stock(product, reserved=0)
    assert (await ada.mails(*mails)).keys() == set(mails)
    return order


async def ended_unpaid(shop: HeldShop, ada: Person, order_id: str, product: str) -> None:
    """Wait for the end of an order whose charge was under way: nothing was charged, or all of it was given back."""
    order = await ada.until(order_id, status="Cancelled")
    is_charged = any(line["type"] == "payment.processed" for line in order["timeline"])
    await ended(shop, ada, order_id, product, (*PAID, *ENDED) if is_charged else (*BEGUN, "order-cancelled"))
    refund = (order["totalAmount"], "USD") if is_charged else None
    assert (order["paymentStatus"], refund_of(order)) == ("refunded" if is_charged else "none", refund)


def refund_of(order: Answer) -> tuple[int, str] | None:
    """What the customer's page says was given back."""
    lines = [line["details"] for line in order["timeline"] if line["type"] == "payment.refunded"]
    assert len(lines) <= 1
    return (lines[0]["amount"], lines[0]["currency"]) if lines else None


@BY
async def test_pending_is_cancelled_before_its_fulfilment_has_begun_and_no_money_is_kept(
    shop: HeldShop, ada: Person, product: str, by: str
) -> None:
    with shop.gates.held("saga"):
        order_id = await ada.order(product)
        assert (await ada.sees(order_id))["status"] == "Pending"
        await cancel(shop, ada, order_id, by)
    await ended_unpaid(shop, ada, order_id, product)


@BY
async def test_processing_is_cancelled_while_the_payment_is_asked_for_and_no_money_is_kept(
    shop: HeldShop, ada: Person, product: str, by: str
) -> None:
    order_id = await cancelled_while_held(shop, ada, product, by, step="payment", status="Processing")
    await ended_unpaid(shop, ada, order_id, product)


@BY
async def test_payment_processed_is_cancelled_while_the_stock_is_asked_for_and_refunded(
    shop: HeldShop, ada: Person, product: str, by: str
) -> None:
    order_id = await cancelled_while_held(shop, ada, product, by, step="inventory", status="Payment Processed")
    order = await ended(shop, ada, order_id, product, (*PAID, *ENDED))
    assert (order["paymentStatus"], refund_of(order)) == ("refunded", (order["totalAmount"], "USD"))


@BY
async def test_inventory_reserved_is_cancelled_while_the_parcel_is_asked_for_and_refunded(
    shop: HeldShop, ada: Person, product: str, by: str
) -> None:
    order_id = await cancelled_while_held(shop, ada, product, by, step="shipping", status="Inventory Reserved")
    order = await ended(shop, ada, order_id, product, (*PAID, *ENDED))
    assert (order["paymentStatus"], refund_of(order)) == ("refunded", (order["totalAmount"], "USD"))


@BY
async def test_shipping_prepared_is_cancelled_and_all_of_it_is_undone(
    shop: HeldShop, ada: Person, product: str, by: str
) -> None:
    order_id = await ada.order(product)
    await ada.until(order_id, status="Shipping Prepared", outcome="completed")
    await cancel(shop, ada, order_id, by)
    order = await ended(shop, ada, order_id, product, (*READY, *ENDED))
    assert (order["paymentStatus"], refund_of(order)) == ("refunded", (order["totalAmount"], "USD"))
    types = [line["type"] for line in order["timeline"]]
    undone = [each for each in types if each in {"shipping.cancelled", "inventory.released", "payment.refunded"}]
    assert undone == ["shipping.cancelled", "inventory.released", "payment.refunded"]


@BY
@pytest.mark.parametrize("to", ["shipped", "delivered"])
async def test_what_has_left_is_not_cancelled_and_nothing_is_recorded(
    shop: HeldShop, ada: Person, product: str, by: str, to: str
) -> None:
    order_id = await ada.order(product)
    await ada.until(order_id, status="Shipping Prepared", outcome="completed")
    async with shop.person("admin") as ann:
        await ann.browser.post(f"/bff/admin/orders/{order_id}/ship")
        if to == "delivered":
            await ann.browser.post(f"/bff/admin/orders/{order_id}/deliver")
        await ada.until(order_id, status=to.capitalize())
        who = ada if by == "customer" else ann
        path = "/bff/orders" if by == "customer" else "/bff/admin/orders"
        await who.browser.refused(409, "order_on_its_way", "POST", f"{path}/{order_id}/cancel", json={"reason": "late"})
    assert "order.cancellation.requested" not in {line["type"] for line in (await ada.sees(order_id))["timeline"]}
    assert "order-cancelled" not in await ada.mails("order-shipped")


async def test_asking_twice_while_it_is_cancelled_is_asking_once(shop: HeldShop, ada: Person, product: str) -> None:
    order_id = await ada.order(product)
    await ada.until(order_id, status="Shipping Prepared", outcome="completed")
    with shop.gates.held("payment"):
        await cancel(shop, ada, order_id, "customer")
        await ada.until(order_id, status="Cancelling")
        await cancel(shop, ada, order_id, "customer")
        await cancel(shop, ada, order_id, "admin")
    order = await ended(shop, ada, order_id, product, (*READY, *ENDED))
    await cancel(shop, ada, order_id, "customer")
    assert (await ada.sees(order_id))["timeline"] == order["timeline"]
    asked = [line for line in order["timeline"] if line["type"] == "order.cancellation.requested"]
    assert len(asked) == 1


@BY
async def test_what_is_failing_or_has_failed_goes_on_as_it_was(
    shop: HeldShop, ada: Person, product: str, by: str
) -> None:
    with ExitStack() as later:
        with shop.gates.held("shipping"):
            order_id = await ada.order(product, postal_code="00000")
            await ada.until(order_id, status="Inventory Reserved")
            later.enter_context(shop.gates.held("payment"))
        await ada.until(order_id, status="Failing")
        await cancel(shop, ada, order_id, by)
    order = await ada.until(order_id, status="Failed")
    await cancel(shop, ada, order_id, by)
    assert (await ada.sees(order_id))["timeline"] == order["timeline"]
    assert (order["paymentStatus"], refund_of(order)) == ("refunded", (order["totalAmount"], "USD"))
    assert "order-cancelled" not in await ada.mails("order-failed", "refund-issued")


@BY
async def test_what_is_stuck_waits_for_an_operator_and_not_for_a_cancellation(
    shop: HeldShop, ada: Person, product: str, by: str
) -> None:
    order_id = await ada.order(product, postal_code="00000", token="tok_refund_fails")
    stuck = await ada.until(order_id, status="Compensation Stuck")
    await cancel(shop, ada, order_id, by)
    assert (await ada.sees(order_id))["timeline"] == stuck["timeline"]
    async with shop.person("operator") as olive:
        evidence = {"evidence": "paid back by bank transfer 7", "step": "payment"}
        await olive.browser.post(f"/bff/admin/sagas/{order_id}/mark-done", json=evidence)
    order = await ada.until(order_id, status="Failed")
    assert refund_of(order) is None
    await ada.mails("order-failed")
