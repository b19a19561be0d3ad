"""What an order's document tells after these events."""

from typing import Any

import pytest

from projectors.folding import fold
from projectors.models.orders import ORDERS
from schemas.documents import Document
from schemas.message import Event
from schemas.order import OrderStatus
from tests.examples import ADDRESS, CUSTOMER_ID, EXAMPLES, ORDER_ID, ORDER_NUMBER
from tests.histories import COMPLETED, REFUSED_BY_THE_CARRIER, events, recorded


def order_after(*history: Event) -> Document:
    wanted = [envelope for envelope in recorded(history) if envelope.type in ORDERS.types]
    document = fold(ORDERS, {}, wanted).documents[ORDER_ID]
    assert document is not None
    return document


def told(document: Document) -> list[str]:
    return [line["type"] for line in document["timeline"]]


def moved(to: OrderStatus) -> Event:
    return EXAMPLES["order.updated"].model_copy(update={"to": to})


def test_a_new_order_shows_what_was_ordered_and_for_how_much() -> None:
    order = order_after(*events("order.created"))
    assert order["orderNumber"] == ORDER_NUMBER
    assert order["customerId"] == CUSTOMER_ID
    assert [(item["productId"], item["quantity"], item["unitPrice"]) for item in order["items"]] == [
        ("1082185", 1, 3499),
        ("995242", 2, 899),
    ]
    assert (order["subtotal"], order["tax"], order["shipping"], order["totalAmount"]) == (5297, 437, 0, 5734)
    assert (order["status"], order["paymentStatus"], order["fulfilmentStatus"]) == ("Pending", "none", "none")
    assert order["outcome"] is None


def test_an_address_stays_sealed_and_the_payment_token_is_left_out() -> None:
    order = order_after(*events("order.created"))
    assert order["shippingAddress"] == ADDRESS.model_dump()
    assert "tok_ok" not in str(order)


def test_a_completed_order_is_paid_and_prepared() -> None:
    order = order_after(*events(*COMPLETED), moved(OrderStatus.SHIPPING_PREPARED))
    assert (order["status"], order["outcome"]) == ("Shipping Prepared", "completed")
    assert (order["paymentStatus"], order["fulfilmentStatus"]) == ("paid", "prepared")
    assert order["shipment"]["trackingNumber"] == "TRK-0001"


def test_a_failed_order_shows_exactly_what_was_undone_and_in_which_order() -> None:
    order = order_after(*events(*REFUSED_BY_THE_CARRIER), moved(OrderStatus.FAILED))
    assert told(order)[-7:] == [
        "shipping.failed",
        "saga.compensation.started",
        "inventory.release",
        "inventory.released",
        "payment.refund",
        "payment.refunded",
        "order.failed",
    ]
    assert (order["outcome"], order["paymentStatus"], order["fulfilmentStatus"]) == ("failed", "refunded", "undone")
    assert order["failure"] == {"reason": "card declined", "failedStep": "payment"}


def test_every_line_says_when_what_and_where_in_the_log() -> None:
    order = order_after(*events("order.created", "payment.processing", "payment.failed"))
    refused = order["timeline"][-1]
    assert refused == {
        "at": "2026-03-14T12:00:03.250000Z",
        "type": "payment.failed",
        "title": "Payment refused",
        "version": 1,
        "position": 3,
        "details": {"attempt": 1, "code": "declined", "retriable": False},
    }


def test_retries_and_silences_are_lines_of_their_own() -> None:
    order = order_after(*events("order.created", "payment.processing", "saga.step.timed.out", "saga.retry.scheduled"))
    assert [line["title"] for line in order["timeline"]][-2:] == ["No answer in time", "Another try scheduled"]


def test_the_version_is_that_of_the_orders_own_stream() -> None:
    order = order_after(*events("order.created", "payment.processing", "payment.processed", "order.updated"))
    assert (order["version"], order["position"]) == (2, 4)


def test_a_stuck_order_says_where_until_an_operator_resolves_it() -> None:
    stuck = events("order.created", "saga.stuck")
    assert order_after(*stuck)["stuck"] == {"step": "payment", "reason": "refund_refused"}
    assert order_after(*stuck, *events("saga.resolved"))["stuck"] is None


@pytest.mark.parametrize(
    ("history", "status"),
    [
        (("payment.processing",), "pending"),
        (("payment.processing", "payment.processed"), "paid"),
        (("payment.processing", "payment.failed"), "failed"),
        (("payment.processing", "order.failed"), "failed"),
        (("payment.processing", "payment.processed", "payment.refund"), "refundPending"),
        (("payment.processing", "payment.refund", "payment.processed"), "refundPending"),
        (("payment.processed", "payment.refund", "payment.refunded"), "refunded"),
        (("payment.processed", "payment.refund", "payment.refunded", "payment.processed"), "refunded"),
        (("payment.processed", "payment.refund", "payment.refund.failed"), "refundFailed"),
        (("payment.processing", "payment.refund", "payment.voided"), "none"),
        (("payment.processing", "payment.refund", "payment.voided", "payment.processed"), "paid"),
    ],
)
def test_where_the_money_is(history: tuple[str, ...], status: str) -> None:
    assert order_after(*events("order.created", *history))["paymentStatus"] == status


@pytest.mark.parametrize(
    ("history", "status"),
    [
        (("inventory.reservation",), "reserving"),
        (("inventory.reservation", "inventory.failed"), "failed"),
        (("inventory.reserved", "inventory.expired"), "none"),
        (("inventory.reserved", "shipping.preparation", "shipping.failed"), "failed"),
        (("inventory.reserved", "shipping.cancel", "inventory.release", "inventory.released"), "undone"),
        (("shipping.prepared", "order.shipped"), "shipped"),
        (("shipping.prepared", "order.shipped", "order.delivered"), "delivered"),
    ],
)
def test_where_the_goods_are(history: tuple[str, ...], status: str) -> None:
    assert order_after(*events("order.created", *history))["fulfilmentStatus"] == status


def test_a_refusal_that_may_pass_leaves_the_goods_in_preparation() -> None:
    later: Any = EXAMPLES["shipping.failed"].model_copy(update={"retriable": True})
    order = order_after(*events("order.created", "shipping.preparation"), later)
    assert order["fulfilmentStatus"] == "preparing"


def test_what_is_known_of_an_order_nobody_created_makes_no_document() -> None:
    assert fold(ORDERS, {}, recorded(events("payment.processing", "payment.processed"))).documents == {}


def test_every_type_an_order_wants_is_about_one_order() -> None:
    assert [name for name in ORDERS.types if not hasattr(EXAMPLES[name], "order_id")] == []
