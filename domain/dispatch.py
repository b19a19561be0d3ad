"""Whether the goods of an order may leave: its stock must be confirmed."""

from domain.order import Order
from domain.warehouse.state import Hold, HoldPhase
from schemas.errors import OrderNotReady
from schemas.order import OrderStatus


def check_stock(order: Order, hold: Hold | None) -> None:
    """Refuse to ship an order whose stock may still expire, or is gone.

    Orders in other statuses are left to the order's own decision. A confirmed hold is only released by the saga, so it
    lasts as long as the saga stays as it is.

    Raises:
        OrderNotReady: The order could be shipped, but its hold is not confirmed.
    """
    phase = hold.phase if hold else "missing"
    if order.status is OrderStatus.SHIPPING_PREPARED and phase is not HoldPhase.CONFIRMED:
        raise OrderNotReady(f"its stock is {phase} and not {HoldPhase.CONFIRMED} yet", hold=phase)
