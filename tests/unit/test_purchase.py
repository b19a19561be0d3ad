"""Which orders are purchases: those that came to this person, with this product."""

from typing import cast

import pytest

from domain.purchase import is_purchase
from schemas.order import OrderEvent, OrderStatus, OrderUpdated
from tests.examples import CUSTOMER_ID, LAMP_ID, MUG_ID, ORDER_ID
from tests.histories import events

S = OrderStatus


def moved(to: OrderStatus) -> OrderEvent:
    return OrderUpdated(order_id=ORDER_ID, from_=S.PENDING, to=to, reason="told by the test")


def happened(*names: str) -> list[OrderEvent]:
    return cast(list[OrderEvent], events(*names))


CREATED = happened("order.created")
COMPLETED = [*CREATED, moved(S.SHIPPING_PREPARED), *happened("order.completed")]
SHIPPED = [*COMPLETED, *happened("order.shipped"), moved(S.SHIPPED)]


@pytest.mark.parametrize(
    ("history", "is_one"),
    [
        ([], False),
        (CREATED, False),
        ([*CREATED, moved(S.SHIPPING_PREPARED)], False),
        (COMPLETED, True),
        ([*COMPLETED, *happened("order.cancellation.requested")], False),
        ([*COMPLETED, moved(S.CANCELLING)], False),
        ([*COMPLETED, *happened("order.cancelled"), moved(S.CANCELLED)], False),
        ([*CREATED, *happened("order.failed"), moved(S.FAILED)], False),
        (SHIPPED, True),
        ([*SHIPPED, *happened("order.delivered"), moved(S.DELIVERED)], True),
        ([*CREATED, *happened("order.delivered"), moved(S.DELIVERED)], True),
        (COMPLETED[1:], False),
    ],
)
def test_an_order_is_a_purchase_once_it_is_completed_and_not_undone(history: list[OrderEvent], is_one: bool) -> None:
    assert is_purchase(history, customer_id=CUSTOMER_ID, product_id=LAMP_ID) is is_one


def test_it_is_a_purchase_of_its_customer_and_of_its_products() -> None:
    assert is_purchase(COMPLETED, customer_id=CUSTOMER_ID, product_id=MUG_ID)
    assert not is_purchase(COMPLETED, customer_id="somebody", product_id=LAMP_ID)
    assert not is_purchase(COMPLETED, customer_id=CUSTOMER_ID, product_id="another")
