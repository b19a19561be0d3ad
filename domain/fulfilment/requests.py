"""What fulfilment asks of payment, inventory and shipping."""

from collections.abc import Mapping, Sequence

from domain.fulfilment.context import Action, SagaOutput, StepContext
from schemas.quantities import quantities_of, stock_lines
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


def ask_for_payment(context: StepContext) -> Sequence[SagaOutput]:
    request = PaymentProcessing(
        order_id=context.order.order_id,
        attempt=context.attempt(Step.PAYMENT, "forward"),
        customer_id=context.order.customer_id,
        amount=context.order.total_amount,
        currency=context.order.currency,
        payment_method=context.order.payment_method,
        idempotency_key=f"{context.order.order_id}/payment",
    )
    return (request,)


def ask_for_reservation(context: StepContext) -> Sequence[SagaOutput]:
    request = InventoryReservation(
        order_id=context.order.order_id,
        attempt=context.attempt(Step.INVENTORY, "forward"),
        warehouse_id=context.order.warehouse_id,
        items=stock_lines(quantities_of(context.order.items)),
    )
    return (request,)


def ask_for_preparation(context: StepContext) -> Sequence[SagaOutput]:
    request = ShippingPreparation(
        order_id=context.order.order_id,
        attempt=context.attempt(Step.SHIPPING, "forward"),
        items=stock_lines(quantities_of(context.order.items)),
        address=context.order.shipping_address,
        idempotency_key=f"{context.order.order_id}/shipping",
    )
    return (request,)


def ask_for_refund(context: StepContext) -> Sequence[SagaOutput]:
    request = PaymentRefund(
        order_id=context.order.order_id,
        attempt=context.attempt(Step.PAYMENT, "undo"),
        amount=context.order.total_amount,
        currency=context.order.currency,
        payment_method=context.order.payment_method,
        idempotency_key=f"{context.order.order_id}/refund",
    )
    return (request,)


def ask_for_release(context: StepContext) -> Sequence[SagaOutput]:
    request = InventoryRelease(
        order_id=context.order.order_id,
        attempt=context.attempt(Step.INVENTORY, "undo"),
        warehouse_id=context.order.warehouse_id,
    )
    return (request,)


def ask_for_shipping_cancel(context: StepContext) -> Sequence[SagaOutput]:
    return (ShippingCancel(order_id=context.order.order_id, attempt=context.attempt(Step.SHIPPING, "undo")),)


def ask_again(context: StepContext) -> Sequence[SagaOutput]:
    return ASK[context.pending.step, context.pending.direction](context)


def ask_for_next_undo(context: StepContext) -> Sequence[SagaOutput]:
    return ASK[context.saga.undo[0], "undo"](context)


def confirm_reservation(context: StepContext) -> Sequence[SagaOutput]:
    confirmation = InventoryConfirmation(
        order_id=context.order.order_id,
        attempt=context.saga.asked[Step.INVENTORY, "forward"],
        warehouse_id=context.order.warehouse_id,
    )
    return (confirmation,)


ASK: Mapping[tuple[Step, Direction], Action] = {
    (Step.PAYMENT, "forward"): ask_for_payment,
    (Step.PAYMENT, "undo"): ask_for_refund,
    (Step.INVENTORY, "forward"): ask_for_reservation,
    (Step.INVENTORY, "undo"): ask_for_release,
    (Step.SHIPPING, "forward"): ask_for_preparation,
    (Step.SHIPPING, "undo"): ask_for_shipping_cancel,
}
