"""What customers, admins and operators may do at any moment: as at the HTTP doors, a whole request or nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

from aioutlet.order_states.move import Move
from aioutlet.order_states.nodes import Node, Nodes
from aioutlet.order_states.order import CANCEL, OrderSide
from aioutlet.order_states.shipping import ShippingSide
from aioutlet.order_states.side import ORDER_ID, WAREHOUSE_ID
from aioutlet.order_states.stock import StockSide
from aioutlet.order_states.world import PAYMENT, World
from domain.dispatch import check_stock
from domain.fulfilment.decider import SAGA
from domain.fulfilment.state import Saga, State
from domain.shipment import SHIPMENT
from schemas.errors import AIOutletError
from schemas.order import DeliverOrder, OrderStatus, ShipOrder
from schemas.saga import CloseSaga, RequestResolution
from schemas.shipment import Dispatch, RecordDelivery, ShippingDispatched

SHIP, CLOSE, DISPATCH = (
    ShipOrder(order_id=ORDER_ID),
    CloseSaga(order_id=ORDER_ID),
    Dispatch(order_id=ORDER_ID, warehouse_id=WAREHOUSE_ID),
)
ASK = RequestResolution(order_id=ORDER_ID, operator="operator", evidence="evidence", resolution="retry")
DELIVER, RECORD_DELIVERY = DeliverOrder(order_id=ORDER_ID), RecordDelivery(order_id=ORDER_ID)

T = TypeVar("T")


class People:
    """Their requests, and how they are answered."""

    def __init__(self, nodes: Nodes[Any], saga_node: Callable[[Saga], Node[Saga]]) -> None:
        self._nodes = nodes
        self._saga_node = saga_node
        self._find_cancelled = cache(self._cancelled)
        self._find_shipped = cache(self._shipped)
        self._find_closed = cache(self._closed)
        self._find_asked = cache(self._asked)
        self._find_dispatched = cache(self._dispatched)

    def moves(self, world: World) -> Iterator[Move[World]]:
        """Every request that changes something. An operator asks again only after the saga has read it."""
        cancelled, shipped = self.cancel(world), self.ship(world)
        if isinstance(cancelled, World) and cancelled is not world:
            yield Move("the cancellation is requested", cancelled)
        if isinstance(shipped, World) and shipped != world:
            yield Move("an admin ships", shipped)
        if world.order.value.order.status is OrderStatus.SHIPPED:
            yield Move("an admin records the delivery", self._deliver(world))
        if world.saga.value.state is State.STUCK and not world.retries:
            yield Move("an operator orders a retry", world._replace(saga=self._find_asked(world.saga), retries=1))

    def cancel(self, world: World) -> World | AIOutletError:
        """A customer requests the cancellation."""
        order = self._find_cancelled(world.order)
        if isinstance(order, AIOutletError):
            return order
        return world if order is world.order else World._make((world.saga, order, *world[PAYMENT:]))

    def ship(self, world: World) -> World | AIOutletError:
        """An admin hands the goods to the carrier (`command_api.routers.orders`)."""
        order = self._find_shipped(world.order, world.stock)
        if isinstance(order, AIOutletError):
            return order
        saga = self._find_closed(world.saga)
        if isinstance(saga, AIOutletError):
            return saga
        dispatched = self._find_dispatched(world.shipping, world.stock)
        if isinstance(dispatched, AIOutletError):
            return dispatched
        shipping, stock = dispatched
        return World(saga, order, world.payment, stock, shipping, world.retries)

    def _deliver(self, world: World) -> World:
        shipping = world.shipping.value
        events = SHIPMENT.decide(RECORD_DELIVERY, shipping.shipment)
        delivered = replace(shipping, shipment=SHIPMENT.fold(events, shipping.shipment))
        order = world.order.value.decide(DELIVER)
        return world._replace(order=self._nodes.of(order), shipping=self._nodes.of(delivered))

    def _cancelled(self, order: Node[OrderSide]) -> Node[OrderSide] | AIOutletError:
        return _attempt(lambda: self._nodes.of(order.value.decide(CANCEL)))

    def _shipped(self, order: Node[OrderSide], stock: Node[StockSide]) -> Node[OrderSide] | AIOutletError:
        def decide() -> Node[OrderSide]:
            check_stock(order.value.order, stock.value.hold)
            return self._nodes.of(order.value.decide(SHIP))

        return _attempt(decide)

    def _closed(self, saga: Node[Saga]) -> Node[Saga] | AIOutletError:
        return _attempt(lambda: self._saga_node(SAGA.fold(SAGA.decide(CLOSE, saga.value), saga.value)))

    def _asked(self, saga: Node[Saga]) -> Node[Saga]:
        return self._saga_node(SAGA.fold(SAGA.decide(ASK, saga.value), saga.value))

    def _dispatched(
        self, shipping: Node[ShippingSide], stock: Node[StockSide]
    ) -> tuple[Node[ShippingSide], Node[StockSide]] | AIOutletError:
        def decide() -> tuple[Node[ShippingSide], Node[StockSide]]:
            events = SHIPMENT.decide(DISPATCH, shipping.value.shipment)
            shipment = SHIPMENT.fold(events, shipping.value.shipment)
            new = (event for event in events if isinstance(event, ShippingDispatched))
            dispatched = replace(stock.value, dispatches=(*stock.value.dispatches, *new))
            return self._nodes.of(replace(shipping.value, shipment=shipment)), self._nodes.of(dispatched)

        return _attempt(decide)


def _attempt(decide: Callable[[], T]) -> T | AIOutletError:
    try:
        return decide()
    except AIOutletError as refused:
        return refused
