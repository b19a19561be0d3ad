"""What the saga requests of payment, inventory and shipping."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.fulfilment.context import Action, SagaOutput, StepContext
from schemas.quantities import quantities_of, stock_lines
from schemas.saga import (
    Direction,
    InventoryConfirmation,
    InventoryRelease,
    InventoryReservation,
    PaymentProcessing,
    PaymentRefund,
    SagaRequestEvent,
    SagaStarted,
    ShippingCancel,
    ShippingPreparation,
    Step,
)
from schemas.warehouse import StockLine


def request_payment(context: StepContext) -> Sequence[SagaOutput]:
    fields = {"customer_id": context.order.customer_id, **_amount(context.order), **_key(context, "payment")}
    return _request(context, PaymentProcessing, Step.PAYMENT, "forward", fields)


def request_refund(context: StepContext) -> Sequence[SagaOutput]:
    fields = {**_amount(context.order), **_key(context, "refund")}
    return _request(context, PaymentRefund, Step.PAYMENT, "undo", fields)


def request_reservation(context: StepContext) -> Sequence[SagaOutput]:
    fields = {"warehouse_id": context.order.warehouse_id, "items": _items(context.order)}
    return _request(context, InventoryReservation, Step.INVENTORY, "forward", fields)


def request_release(context: StepContext) -> Sequence[SagaOutput]:
    fields = {"warehouse_id": context.order.warehouse_id}
    return _request(context, InventoryRelease, Step.INVENTORY, "undo", fields)


def request_preparation(context: StepContext) -> Sequence[SagaOutput]:
    address = context.order.shipping_address
    fields = {"items": _items(context.order), "address": address, **_key(context, "shipping")}
    return _request(context, ShippingPreparation, Step.SHIPPING, "forward", fields)


def request_shipping_cancellation(context: StepContext) -> Sequence[SagaOutput]:
    return _request(context, ShippingCancel, Step.SHIPPING, "undo", {})


def repeat_request(context: StepContext) -> Sequence[SagaOutput]:
    return REQUESTS[context.pending.step, context.pending.direction](context)


def request_next_undo(context: StepContext) -> Sequence[SagaOutput]:
    return REQUESTS[context.saga.to_undo[0], "undo"](context)


def confirm_reservation(context: StepContext) -> Sequence[SagaOutput]:
    confirmation = InventoryConfirmation(
        order_id=context.order_id,
        attempt=context.saga.attempts[Step.INVENTORY, "forward"],
        warehouse_id=context.order.warehouse_id,
    )
    return (confirmation,)


REQUESTS: Mapping[tuple[Step, Direction], Action] = {
    (Step.PAYMENT, "forward"): request_payment,
    (Step.PAYMENT, "undo"): request_refund,
    (Step.INVENTORY, "forward"): request_reservation,
    (Step.INVENTORY, "undo"): request_release,
    (Step.SHIPPING, "forward"): request_preparation,
    (Step.SHIPPING, "undo"): request_shipping_cancellation,
}


def _request(
    context: StepContext,
    request: type[SagaRequestEvent],
    step: Step,
    direction: Direction,
    fields: Mapping[str, Any],
) -> Sequence[SagaOutput]:
    attempt = context.next_attempt(step, direction)
    return (request(order_id=context.order_id, attempt=attempt, **fields),)


def _amount(order: SagaStarted) -> dict[str, Any]:
    return {"amount": order.total_amount, "currency": order.currency, "payment_method": order.payment_method}


def _key(context: StepContext, name: str) -> dict[str, Any]:
    return {"idempotency_key": f"{context.order_id}/{name}"}


def _items(order: SagaStarted) -> tuple[StockLine, ...]:
    return stock_lines(quantities_of(order.items))
