"""How an order stands as seen from its money and from its goods: two small machines over its events."""

from schemas import order, payment, saga, shipment, warehouse
from schemas.documents import FulfilmentStatus as Goods
from schemas.documents import PaymentStatus as Money
from schemas.message import Event

_UNTOUCHED = (Money.NONE, Money.PENDING, Money.FAILED)


def payment_status(now: Money, event: Event) -> Money:
    """Where the money is after `event`; a charge confirmed again once it is being refunded changes nothing."""
    match event:
        case saga.PaymentProcessing() if now in (Money.NONE, Money.FAILED):
            return Money.PENDING
        case payment.PaymentProcessed() if now in _UNTOUCHED:
            return Money.PAID
        case payment.PaymentFailed(retriable=False) if now is Money.PENDING:
            return Money.FAILED
        case order.OrderFailed() if now is Money.PENDING:
            return Money.FAILED
        case saga.PaymentRefund():
            return Money.REFUND_PENDING
        case payment.PaymentRefunded():
            return Money.REFUNDED
        case payment.PaymentRefundFailed():
            return Money.REFUND_FAILED
        case payment.PaymentVoided():
            return Money.NONE
        case _:
            return now


_GOODS: dict[type[Event], Goods] = {
    saga.InventoryReservation: Goods.RESERVING,
    warehouse.InventoryReserved: Goods.RESERVED,
    warehouse.InventoryFailed: Goods.FAILED,
    warehouse.InventoryExpired: Goods.NONE,
    saga.ShippingPreparation: Goods.PREPARING,
    shipment.ShippingPrepared: Goods.PREPARED,
    order.OrderShipped: Goods.SHIPPED,
    order.OrderDelivered: Goods.DELIVERED,
    saga.ShippingCancel: Goods.UNDOING,
    saga.InventoryRelease: Goods.UNDOING,
    warehouse.InventoryReleased: Goods.UNDONE,
}


def fulfilment_status(now: Goods, event: Event) -> Goods:
    """Where the goods are after `event`."""
    if isinstance(event, shipment.ShippingFailed):
        return now if event.retriable else Goods.FAILED
    return _GOODS.get(type(event), now)
