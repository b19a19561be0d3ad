"""Streams and keys in words, asked of the functions that make them."""

from collections import defaultdict

from schemas.message import Event
from schemas.order import OrderFact, OrderNumberClaimed
from schemas.payment import PaymentFact
from schemas.product import ProductFact
from schemas.saga import SagaFact
from schemas.shipment import ShipmentFact
from schemas.stream_names import (
    order_number_stream,
    order_stream,
    payment_stream,
    product_stream,
    saga_stream,
    shipment_stream,
    warehouse_stream,
)
from schemas.topics import ROUTES
from schemas.warehouse import WarehouseFact

STREAMS: dict[type[Event], str] = {
    ProductFact: product_stream("<productId>"),
    WarehouseFact: warehouse_stream("<warehouseId>"),
    OrderNumberClaimed: order_number_stream("<orderNumber>"),
    OrderFact: order_stream("<orderId>"),
    PaymentFact: payment_stream("<orderId>"),
    ShipmentFact: shipment_stream("<orderId>"),
    SagaFact: saga_stream("<orderId>"),
}
"""Kind of fact -> its stream; an exception stands before its kind."""


class _FieldNames(dict[str, str]):
    """Data in which every field holds its own name."""

    def __missing__(self, field: str) -> str:
        return f"<{field}>"


def stream_of(event: type[Event]) -> str:
    """The pattern of the stream an event stands in."""
    return next(stream for kind, stream in STREAMS.items() if issubclass(event, kind))


def destinations(event: type[Event]) -> list[tuple[str, str]]:
    """The (topic, key) pairs an event is published under."""
    stream = stream_of(event)
    return [(route.topic, route.key(stream, _FieldNames()).strip("<>")) for route in ROUTES[event.wire_name]]


def by_topic(events: list[type[Event]]) -> dict[str, dict[str, list[type[Event]]]]:
    """Topic -> key -> the events published there."""
    found: dict[str, dict[str, list[type[Event]]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        for topic, key in destinations(event):
            found[topic][key].append(event)
    return found
