"""The commands and events of one order's payment."""

from typing import ClassVar, Literal

from schemas.message import Cents, Command, Currency, Event, Id, Text


class Charge(Command):
    """Record the gateway's answer to a charge."""

    order_id: Id
    attempt: int
    amount: Cents
    currency: Currency
    idempotency_key: Text
    approved: bool
    code: Text = "approved"
    retriable: bool = False


class Refund(Command):
    """Record the gateway's answer to a refund."""

    order_id: Id
    attempt: int
    approved: bool
    code: Text = "approved"


class Void(Command):
    """Record that nothing was charged, so that a later charge is refused."""

    order_id: Id
    attempt: int = 1


class PaymentFact(Event):
    """An event of one order's payment."""

    order_id: Id


class PaymentProcessed(PaymentFact):
    """The customer was charged; another event with the same `payment_id` is about the same charge."""

    wire_name: ClassVar[str] = "payment.processed"

    payment_id: Id
    amount: Cents
    currency: Currency
    status: Literal["SUCCESS"] = "SUCCESS"
    attempt: int = 1


class PaymentFailed(PaymentFact):
    """The customer was not charged."""

    wire_name: ClassVar[str] = "payment.failed"

    code: Text
    retriable: bool
    attempt: int = 1


class PaymentRefunded(PaymentFact):
    """The charge was refunded; another event with the same `payment_id` is about the same refund."""

    wire_name: ClassVar[str] = "payment.refunded"

    payment_id: Id
    amount: Cents
    currency: Currency
    attempt: int = 1


class PaymentRefundFailed(PaymentFact):
    """This attempt to refund the charge failed."""

    wire_name: ClassVar[str] = "payment.refund.failed"

    payment_id: Id
    code: Text
    attempt: int = 1


class PaymentVoided(PaymentFact):
    """There was no charge to refund; this is the tombstone that refuses a late one."""

    wire_name: ClassVar[str] = "payment.voided"

    attempt: int = 1


PaymentCommand = Charge | Refund | Void
PaymentEvent = PaymentProcessed | PaymentFailed | PaymentRefunded | PaymentRefundFailed | PaymentVoided
