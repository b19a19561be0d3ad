"""What fulfilment asks of payment, inventory and shipping."""

from collections.abc import Mapping, Sequence

from domain.fulfilment_occasion import Act, Occasion, Outcome
from domain.pieces import lines_of, pieces_of
from schemas.saga import (
    Direction,
    InventoryConfirmation,
    InventoryRelease,
    InventoryReservation,
    PaymentProcessing,
    PaymentRefund,
    ShippingCancel,
    ShippingPreparation,
    Step,
)


def ask_for_payment(on: Occasion) -> Sequence[Outcome]:
    request = PaymentProcessing(
        order_id=on.order.order_id,
        attempt=on.attempt(Step.PAYMENT, "forward"),
        customer_id=on.order.customer_id,
        amount=on.order.total_amount,
        currency=on.order.currency,
        payment_method=on.order.payment_method,
        idempotency_key=f"{on.order.order_id}/payment",
    )
    return (request,)


def ask_for_reservation(on: Occasion) -> Sequence[Outcome]:
    request = InventoryReservation(
        order_id=on.order.order_id,
        attempt=on.attempt(Step.INVENTORY, "forward"),
        warehouse_id=on.order.warehouse_id,
        items=lines_of(pieces_of(on.order.items)),
    )
    return (request,)


def ask_for_preparation(on: Occasion) -> Sequence[Outcome]:
    request = ShippingPreparation(
        order_id=on.order.order_id,
        attempt=on.attempt(Step.SHIPPING, "forward"),
        items=lines_of(pieces_of(on.order.items)),
        address=on.order.shipping_address,
        idempotency_key=f"{on.order.order_id}/shipping",
    )
    return (request,)


def ask_for_refund(on: Occasion) -> Sequence[Outcome]:
    request = PaymentRefund(
        order_id=on.order.order_id,
        attempt=on.attempt(Step.PAYMENT, "undo"),
        amount=on.order.total_amount,
        currency=on.order.currency,
        payment_method=on.order.payment_method,
        idempotency_key=f"{on.order.order_id}/refund",
    )
    return (request,)


def ask_for_release(on: Occasion) -> Sequence[Outcome]:
    request = InventoryRelease(
        order_id=on.order.order_id,
        attempt=on.attempt(Step.INVENTORY, "undo"),
        warehouse_id=on.order.warehouse_id,
    )
    return (request,)


def ask_for_shipping_cancel(on: Occasion) -> Sequence[Outcome]:
    return (ShippingCancel(order_id=on.order.order_id, attempt=on.attempt(Step.SHIPPING, "undo")),)


def ask_again(on: Occasion) -> Sequence[Outcome]:
    return ASK[on.turn.step, on.turn.direction](on)


def ask_for_next_undo(on: Occasion) -> Sequence[Outcome]:
    return ASK[on.saga.undo[0], "undo"](on)


def confirm_reservation(on: Occasion) -> Sequence[Outcome]:
    confirmation = InventoryConfirmation(
        order_id=on.order.order_id,
        attempt=on.saga.asked[Step.INVENTORY, "forward"],
        warehouse_id=on.order.warehouse_id,
    )
    return (confirmation,)


ASK: Mapping[tuple[Step, Direction], Act] = {
    (Step.PAYMENT, "forward"): ask_for_payment,
    (Step.PAYMENT, "undo"): ask_for_refund,
    (Step.INVENTORY, "forward"): ask_for_reservation,
    (Step.INVENTORY, "undo"): ask_for_release,
    (Step.SHIPPING, "forward"): ask_for_preparation,
    (Step.SHIPPING, "undo"): ask_for_shipping_cancel,
}
