"""Whether an order has brought a product to a person, as its own events say."""

from collections.abc import Sequence

from domain.order import ENDED, ORDER, UNDOING
from schemas.order import OrderCreated, OrderEvent, OrderStatus


def is_purchase(events: Sequence[OrderEvent], *, customer_id: str, product_id: str) -> bool:
    """Whether these events of one order make it a purchase: completed or delivered, and not being undone."""
    if not events or not _is_about(events[0], customer_id, product_id):
        return False
    order = ORDER.fold(events)
    if order.is_cancellation_requested or order.status in ENDED | UNDOING:
        return False
    return order.is_completed or order.status is OrderStatus.DELIVERED


def _is_about(first: OrderEvent, customer_id: str, product_id: str) -> bool:
    return (
        isinstance(first, OrderCreated)
        and first.customer_id == customer_id
        and any(line.product_id == product_id for line in first.items)
    )
