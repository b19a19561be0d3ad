"""The payment aggregate: one order is charged once and refunded once, whatever arrives late, twice or out of order.

An attempt before the last that was answered, or that one again, decides nothing. A new attempt at something already
done is answered again, and moves no money. An approved charge is recorded even when it comes too late: the saga
refunds it.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import assert_never

from domain.decider import Decider
from schemas.errors import Refused
from schemas.ids import derived_id
from schemas.payment import (
    Charge,
    PaymentCommand,
    PaymentEvent,
    PaymentFailed,
    PaymentProcessed,
    PaymentRefunded,
    PaymentRefundFailed,
    PaymentVoided,
    Refund,
    Void,
)
from schemas.values import dataclass, replace


class PaymentPhase(StrEnum):
    """What has become of the money."""

    OPEN = "open"
    CHARGED = "charged"
    REFUNDED = "refunded"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Payment:
    """The phase, the amount, and the last attempts that were answered."""

    phase: PaymentPhase = PaymentPhase.OPEN
    amount: int = 0
    currency: str = "XXX"
    charge_attempt: int = 0
    undo_attempt: int = 0

    def has_approved(self, attempt: int) -> bool:
        """Whether this attempt to charge is the last that was answered, and a charge was approved."""
        return self.charge_attempt == attempt and self.phase in (PaymentPhase.CHARGED, PaymentPhase.REFUNDED)


def payment_id(order_id: str) -> str:
    """The id of the only payment an order can have."""
    return derived_id(order_id, "payment")


def charge_refusal(payment: Payment) -> str | None:
    """Why a charge is refused before the gateway is asked, as a code; None when it may be asked."""
    return f"payment_{payment.phase}" if payment.phase in (PaymentPhase.VOIDED, PaymentPhase.REFUNDED) else None


def is_charged(payment: Payment) -> bool:
    """Whether a charge is recorded that is not refunded."""
    return payment.phase is PaymentPhase.CHARGED


def decide(command: PaymentCommand, payment: Payment) -> Sequence[PaymentEvent]:
    match command:
        case Charge():
            return _charge(command, payment)
        case Refund():
            return _refund(command, payment)
        case Void():
            if payment.phase is PaymentPhase.CHARGED:
                raise Refused(f"order {command.order_id} was charged: refund it", orderId=command.order_id)
            return _void(command, payment)
    assert_never(command)


def _charge(command: Charge, payment: Payment) -> Sequence[PaymentEvent]:
    is_repeat = command.attempt <= payment.charge_attempt
    match payment.phase:
        case PaymentPhase.OPEN | PaymentPhase.VOIDED if command.approved:
            return [_processed(command, command.amount, command.currency)]
        case PaymentPhase.OPEN | PaymentPhase.VOIDED:
            return [] if is_repeat else [_failed(command, command.code, retriable=command.retriable)]
        case PaymentPhase.CHARGED:
            return [] if is_repeat else [_processed(command, payment.amount, payment.currency)]
        case PaymentPhase.REFUNDED:
            return [] if is_repeat else [_failed(command, "payment_refunded", retriable=False)]
    assert_never(payment.phase)


def _refund(command: Refund, payment: Payment) -> Sequence[PaymentEvent]:
    if payment.phase is not PaymentPhase.CHARGED:
        return _void(command, payment)
    if command.approved:
        return [_refunded(command, payment)]
    if command.attempt <= payment.undo_attempt:
        return []
    return [
        PaymentRefundFailed(
            order_id=command.order_id,
            payment_id=payment_id(command.order_id),
            code=command.code,
            attempt=command.attempt,
        )
    ]


def _void(command: Refund | Void, payment: Payment) -> Sequence[PaymentEvent]:
    if payment.phase is not PaymentPhase.OPEN and command.attempt <= payment.undo_attempt:
        return []
    if payment.phase is PaymentPhase.REFUNDED:
        return [_refunded(command, payment)]
    return [PaymentVoided(order_id=command.order_id, attempt=command.attempt)]


def _processed(command: Charge, amount: int, currency: str) -> PaymentProcessed:
    return PaymentProcessed(
        order_id=command.order_id,
        payment_id=payment_id(command.order_id),
        amount=amount,
        currency=currency,
        attempt=command.attempt,
    )


def _failed(command: Charge, code: str, *, retriable: bool) -> PaymentFailed:
    return PaymentFailed(order_id=command.order_id, code=code, retriable=retriable, attempt=command.attempt)


def _refunded(command: Refund | Void, payment: Payment) -> PaymentRefunded:
    return PaymentRefunded(
        order_id=command.order_id,
        payment_id=payment_id(command.order_id),
        amount=payment.amount,
        currency=payment.currency,
        attempt=command.attempt,
    )


def evolve(payment: Payment, event: PaymentEvent) -> Payment:
    match event:
        case PaymentProcessed(amount=amount, currency=currency, attempt=attempt):
            undo_attempt = payment.undo_attempt if payment.phase is PaymentPhase.CHARGED else 0
            last = max(attempt, payment.charge_attempt)
            return Payment(PaymentPhase.CHARGED, amount, currency, last, undo_attempt)
        case PaymentFailed():
            return replace(payment, charge_attempt=event.attempt)
        case PaymentRefunded():
            return replace(payment, phase=PaymentPhase.REFUNDED, undo_attempt=event.attempt)
        case PaymentRefundFailed():
            return replace(payment, undo_attempt=event.attempt)
        case PaymentVoided():
            return replace(payment, phase=PaymentPhase.VOIDED, undo_attempt=event.attempt)
    assert_never(event)


PAYMENT = Decider(initial=Payment(), decide=decide, evolve=evolve)
