"""The payment status and the fulfilment status of an order, as two folds over its events."""

from collections.abc import Collection

from schemas import order, payment, saga, shipment, warehouse
from schemas.documents import FulfilmentStatus, PaymentStatus
from schemas.message import Event

_BEFORE_CHARGE = (PaymentStatus.NONE, PaymentStatus.PENDING, PaymentStatus.FAILED)
_ANY = frozenset(PaymentStatus)
_PAYMENT_AFTER: dict[type[Event], tuple[Collection[PaymentStatus], PaymentStatus]] = {
    saga.PaymentProcessing: ((PaymentStatus.NONE, PaymentStatus.FAILED), PaymentStatus.PENDING),
    payment.PaymentProcessed: (_BEFORE_CHARGE, PaymentStatus.PAID),
    payment.PaymentFailed: ((PaymentStatus.PENDING,), PaymentStatus.FAILED),
    order.OrderFailed: ((PaymentStatus.PENDING,), PaymentStatus.FAILED),
    saga.PaymentRefund: (_ANY, PaymentStatus.REFUND_PENDING),
    payment.PaymentRefunded: (_ANY, PaymentStatus.REFUNDED),
    payment.PaymentRefundFailed: (_ANY, PaymentStatus.REFUND_FAILED),
    payment.PaymentVoided: (_ANY, PaymentStatus.NONE),
}
"""Event -> the statuses that it changes, and to which."""
PAYMENT_EVENTS = frozenset(_PAYMENT_AFTER)
"""The only events that change a payment status."""


def payment_status(current: PaymentStatus, event: Event) -> PaymentStatus:
    """Return the payment status after `event`; a charge confirmed while it is refunded changes nothing."""
    if isinstance(event, payment.PaymentFailed) and event.retriable:
        return current
    changed, after = _PAYMENT_AFTER.get(type(event), ((), current))
    return after if current in changed else current


_FULFILMENT_AFTER: dict[type[Event], FulfilmentStatus] = {
    saga.InventoryReservation: FulfilmentStatus.RESERVING,
    warehouse.InventoryReserved: FulfilmentStatus.RESERVED,
    warehouse.InventoryFailed: FulfilmentStatus.FAILED,
    warehouse.InventoryExpired: FulfilmentStatus.NONE,
    saga.ShippingPreparation: FulfilmentStatus.PREPARING,
    shipment.ShippingPrepared: FulfilmentStatus.PREPARED,
    order.OrderShipped: FulfilmentStatus.SHIPPED,
    order.OrderDelivered: FulfilmentStatus.DELIVERED,
    saga.ShippingCancel: FulfilmentStatus.UNDOING,
    saga.InventoryRelease: FulfilmentStatus.UNDOING,
    warehouse.InventoryReleased: FulfilmentStatus.UNDONE,
}
FULFILMENT_EVENTS = frozenset({*_FULFILMENT_AFTER, shipment.ShippingFailed})
"""The only events that change a fulfilment status."""


def fulfilment_status(current: FulfilmentStatus, event: Event) -> FulfilmentStatus:
    """Return the fulfilment status after `event`."""
    if isinstance(event, shipment.ShippingFailed):
        return current if event.retriable else FulfilmentStatus.FAILED
    return _FULFILMENT_AFTER.get(type(event), current)
