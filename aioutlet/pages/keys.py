"""The stream and the Kafka keys of every event, taken from the functions that build them."""

from collections import defaultdict

from schemas.audit import AuditExported, AuditRead
from schemas.cart import CartFact
from schemas.config import ConfigChanged
from schemas.dead_letters import DeadLettersDiscarded, DeadLettersReplayed
from schemas.email_claim import EmailClaimed, EmailReleased
from schemas.message import Event
from schemas.notification import NotificationFact
from schemas.order import OrderFact, OrderNumberClaimed
from schemas.payment import PaymentFact
from schemas.product import ProductFact
from schemas.read_models import VersionFact
from schemas.review import ReviewFact
from schemas.saga import SagaFact
from schemas.security import SecurityFact
from schemas.shipment import ShipmentFact
from schemas.stream_names import (
    AUDIT_STREAM,
    CONFIG_STREAM,
    DEAD_LETTERS_STREAM,
    READ_MODELS_STREAM,
    cart_stream,
    email_claim_stream,
    notification_stream,
    order_number_stream,
    order_stream,
    payment_stream,
    product_stream,
    saga_stream,
    shipment_stream,
    user_stream,
    warehouse_stream,
)
from schemas.topics import ROUTES
from schemas.user import UserFact
from schemas.warehouse import WarehouseFact

STREAMS: dict[type[Event], str] = {
    ProductFact: product_stream("<productId>"),
    ReviewFact: "review-<productId>-<userId>",
    WarehouseFact: warehouse_stream("<warehouseId>"),
    OrderNumberClaimed: order_number_stream("<orderNumber>"),
    OrderFact: order_stream("<orderId>"),
    PaymentFact: payment_stream("<orderId>"),
    ShipmentFact: shipment_stream("<orderId>"),
    SagaFact: saga_stream("<orderId>"),
    CartFact: cart_stream("<ownerId>"),
    UserFact: user_stream("<userId>"),
    EmailClaimed: email_claim_stream("<emailIndex>"),
    EmailReleased: email_claim_stream("<emailIndex>"),
    NotificationFact: notification_stream("<causeId>", "<template>"),
    SecurityFact: "security-<day>-<shard>",
    ConfigChanged: CONFIG_STREAM,
    DeadLettersReplayed: DEAD_LETTERS_STREAM,
    DeadLettersDiscarded: DEAD_LETTERS_STREAM,
    VersionFact: READ_MODELS_STREAM,
    AuditRead: AUDIT_STREAM,
    AuditExported: AUDIT_STREAM,
}
"""Class of events -> its stream; a subclass stands before its base."""
_BRACKETS = str.maketrans("", "", "<>")


class _FieldNames(dict[str, str]):
    """Event data in which the value of every field is its name."""

    def __missing__(self, field: str) -> str:
        return f"<{field}>"


def stream_of(event: type[Event]) -> str:
    """Return the name pattern of an event's stream."""
    return next(stream for base, stream in STREAMS.items() if issubclass(event, base))


def destinations(event: type[Event]) -> list[tuple[str, str]]:
    """Return the (topic, key) pairs that an event is published to."""
    stream = stream_of(event)
    keys = ((route.topic, route.key(stream, _FieldNames())) for route in ROUTES[event.wire_name])
    return [(topic, key.translate(_BRACKETS)) for topic, key in keys if key is not None]


def group_by_topic(events: list[type[Event]]) -> dict[str, dict[str, list[type[Event]]]]:
    """Return the events by topic and key."""
    groups: dict[str, dict[str, list[type[Event]]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        for topic, key in destinations(event):
            groups[topic][key].append(event)
    return groups
