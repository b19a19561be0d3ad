"""Every event class by its wire name."""

from collections.abc import Iterator
from types import UnionType
from typing import get_args

from schemas.audit import AuditTrailEvent
from schemas.cart import CartEvent
from schemas.config import ConfigChanged
from schemas.dead_letters import DeadLetterEvent
from schemas.email_claim import EmailClaimEvent
from schemas.message import Event
from schemas.notification import NotificationEvent
from schemas.order import OrderEvent, OrderNumberClaimed
from schemas.payment import PaymentEvent
from schemas.product import ProductEvent
from schemas.read_models import ReadModelEvent
from schemas.review import ReviewEvent
from schemas.saga import SagaEvent
from schemas.security import SecurityEvent
from schemas.shipment import ShipmentEvent
from schemas.user import UserEvent
from schemas.warehouse import WarehouseEvent


def _members(*unions: UnionType) -> Iterator[type[Event]]:
    for union in unions:
        yield from get_args(union)


_ALL: tuple[type[Event], ...] = (
    *_members(ProductEvent, WarehouseEvent, OrderEvent, PaymentEvent, ShipmentEvent, SagaEvent),
    *_members(UserEvent, CartEvent, EmailClaimEvent, SecurityEvent, NotificationEvent, ReviewEvent, DeadLetterEvent),
    *_members(ReadModelEvent),
    *_members(AuditTrailEvent),
    OrderNumberClaimed,
    ConfigChanged,
)
EVENTS: dict[str, type[Event]] = {event.wire_name: event for event in _ALL}
