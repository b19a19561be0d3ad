"""One state of everything about an order: the order itself, its saga, and the sides that the saga asks."""

from typing import NamedTuple

from aioutlet.order_states.nodes import Node
from aioutlet.order_states.order import OrderSide
from aioutlet.order_states.payment import PaymentSide
from aioutlet.order_states.shipping import ShippingSide
from aioutlet.order_states.side import Side
from aioutlet.order_states.stock import StockSide
from domain.fulfilment.state import Saga, State
from domain.warehouse.state import HoldPhase
from schemas.order import OrderStatus
from schemas.saga import Step


class Triple(NamedTuple):
    """What is told of an order: its status, its saga and its stock; None where it never had any."""

    status: OrderStatus
    saga: State
    hold: HoldPhase | None


class World(NamedTuple):
    """One state of everything about the order; `retries` are those of operators that the saga has not read."""

    saga: Node[Saga]
    order: Node[OrderSide]
    payment: Node[PaymentSide]
    stock: Node[StockSide]
    shipping: Node[ShippingSide]
    retries: int = 0

    @property
    def triple(self) -> Triple:
        """The part of it that is told."""
        status = self.order.value.order.status
        if status is None:
            raise ValueError("there is no order")
        return Triple(status, self.saga.value.state, self.stock.value.phase)

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing more happens unless somebody wants it."""
        sides: tuple[Side, ...] = (self.payment.value, self.stock.value, self.shipping.value)
        is_busy = any(side.is_busy for side in sides) or self.order.value.answers or self.retries
        return not is_busy and self.saga.value.timed is None


ORDER, PAYMENT, STOCK, SHIPPING = 1, 2, 3, 4
SIDES = {Step.PAYMENT: PAYMENT, Step.INVENTORY: STOCK, Step.SHIPPING: SHIPPING}
"""Where in a world those are that the saga reads from."""
