"""The order, decided by people and by the saga, with its events that the saga has not read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from aioutlet.order_states.side import ORDER_ID, WAREHOUSE_ID
from aioutlet.order_states.stock import PRODUCT_ID
from domain.fulfilment.inputs import EVENT_TYPES
from domain.order import FORWARD, ORDER, Order
from domain.pricing import RULES
from schemas.errors import Refused
from schemas.message import Event
from schemas.order import (
    CompleteOrder,
    MoveOrder,
    OrderCommand,
    OrderLine,
    PaymentMethod,
    PlaceOrder,
    RequestCancellation,
)
from schemas.sealed import Sealed

CUSTOMER_ID = "customer"
ADDRESS = Sealed(subject=CUSTOMER_ID, key="key", nonce="nonce", text="text")
PLACE = PlaceOrder(
    order_id=ORDER_ID,
    order_number="ORD-20260101-00000",
    customer_id=CUSTOMER_ID,
    lines=(OrderLine(product_id=PRODUCT_ID, name="Product", quantity=1, unit_price=100),),
    currency="USD",
    terms=RULES["2026-1"].terms(region="US-CA", currency="USD"),
    shipping_address=ADDRESS,
    billing_address=ADDRESS,
    payment_method=PaymentMethod(),
    warehouse_id=WAREHOUSE_ID,
)
CANCEL = RequestCancellation(order_id=ORDER_ID, by=CUSTOMER_ID)


class Disagreement(AssertionError):
    """The order does not do what its saga has already done."""


@dataclass(frozen=True)
class OrderSide:
    """The aggregate, and its events that the saga has not read, oldest first."""

    order: Order = ORDER.initial
    answers: tuple[Event, ...] = ()

    def decide(self, *commands: OrderCommand) -> Self:
        """Decide a person's commands.

        Raises:
            Refused: The order refuses one.
        """
        side = self
        for command in commands:
            events = ORDER.decide(command, side.order)
            read = tuple(event for event in events if event.wire_name in EVENT_TYPES)
            side = replace(side, order=ORDER.fold(events, side.order), answers=(*side.answers, *read))
        return side

    def obey(self, commands: Sequence[OrderCommand]) -> Self:
        """Decide the saga's commands.

        Raises:
            Disagreement: The order refuses one, or ignores it although it does not hold already.
        """
        side = self
        for command in commands:
            try:
                after = side.decide(command)
            except Refused as refused:
                raise Disagreement(f"{command} is refused: {refused.detail}") from refused
            if after == side and not _holds_already(command, side.order):
                raise Disagreement(f"{command} is ignored by {side.order}")
            side = after
        return side

    def drop_answer(self) -> Self:
        """Remove the event that the saga has read."""
        return replace(self, answers=self.answers[1:])


def _holds_already(command: OrderCommand, order: Order) -> bool:
    match command:
        case CompleteOrder():
            return order.is_completed
        case MoveOrder(to=to) if to in FORWARD and order.status in FORWARD:
            return FORWARD.index(to) <= FORWARD.index(order.status)
        case MoveOrder(to=to):
            return to is order.status
        case _:
            return False


PLACED = OrderSide().decide(PLACE)
"""An order that was just placed."""
