"""The payment status and the fulfilment status of an order, as two folds over its events."""

from schemas import order, payment, saga, shipment, warehouse
from schemas.documents import FulfilmentStatus, PaymentStatus
from schemas.message import Event

_BEFORE_CHARGE = (PaymentStatus.NONE, PaymentStatus.PENDING, PaymentStatus.FAILED)


def payment_status(current: PaymentStatus, event: Event) -> PaymentStatus:
    """Return the payment status after `event`; a charge confirmed while it is refunded changes nothing."""
    match event:
        case saga.PaymentProcessing() if current in (PaymentStatus.NONE, PaymentStatus.FAILED):
            return PaymentStatus.PENDING
        case payment.PaymentProcessed() if current in _BEFORE_CHARGE:
            return PaymentStatus.PAID
        case payment.PaymentFailed(retriable=False) if current is PaymentStatus.PENDING:
            return PaymentStatus.FAILED
        case order.OrderFailed() if current is PaymentStatus.PENDING:
            return PaymentStatus.FAILED
        case saga.PaymentRefund():
            return PaymentStatus.REFUND_PENDING
        case payment.PaymentRefunded():
            return PaymentStatus.REFUNDED
        case payment.PaymentRefundFailed():
            return PaymentStatus.REFUND_FAILED
        case payment.PaymentVoided():
            return PaymentStatus.NONE
        case _:
            return current


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


def fulfilment_status(current: FulfilmentStatus, event: Event) -> FulfilmentStatus:
    """Return the fulfilment status after `event`."""
    if isinstance(event, shipment.ShippingFailed):
        return current if event.retriable else FulfilmentStatus.FAILED
    return _FULFILMENT_AFTER.get(type(event), current)
