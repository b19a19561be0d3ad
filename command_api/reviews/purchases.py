"""The purchase behind a review, found in the orders' own streams."""

from collections.abc import Sequence
from typing import cast

from command_api.context import CommandContext
from domain.purchase import is_purchase
from schemas.errors import NotPurchased
from schemas.order import OrderEvent
from schemas.stream_names import order_stream


async def find_purchase(context: CommandContext, order_ids: Sequence[str], *, customer_id: str, product_id: str) -> str:
    """Return the first of these orders by which the customer has bought the product.

    Nothing but the log decides: who names the orders may be wrong, or behind.

    Raises:
        NotPurchased: None of them is the customer's, has the product, and is completed or delivered.
    """
    loaded = await context.store.streams({order_stream(order_id): 0 for order_id in order_ids})
    for order_id in order_ids:
        events = [cast(OrderEvent, each.event) for each in loaded[order_stream(order_id)]]
        if is_purchase(events, customer_id=customer_id, product_id=product_id):
            return order_id
    detail = f"{product_id} can be reviewed once you have bought and received it"
    raise NotPurchased(detail, productId=product_id)
