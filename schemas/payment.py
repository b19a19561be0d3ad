"""Everything that can be asked of, or has happened to, one order's payment."""

from typing import ClassVar, Literal

from schemas.message import Cents, Command, Currency, Event, Id, Text


class Charge(Command):
    """Record what the gateway answered to a charge."""

    order_id: Id
    attempt: int
    amount: Cents
    currency: Currency
    idempotency_key: Text
    approved: bool
    code: Text = "approved"
    retriable: bool = False


class Refund(Command):
    """Record what the gateway answered to a refund."""

    order_id: Id
    attempt: int
    approved: bool
    code: Text = "approved"


class Void(Command):
    """Nothing was charged: refuse any charge that comes later."""

    order_id: Id
    attempt: int = 1


class PaymentFact(Event):
    """Something that happened to one order's payment."""

    order_id: Id


class PaymentProcessed(PaymentFact):
    """The money was taken; the same `payment_id` again is the same money, answered again."""

    wire_name: ClassVar[str] = "payment.processed"

    payment_id: Id
    amount: Cents
    currency: Currency
    status: Literal["SUCCESS"] = "SUCCESS"
    attempt: int = 1


class PaymentFailed(PaymentFact):
    """The money was not taken."""

    wire_name: ClassVar[str] = "payment.failed"

    code: Text
    retriable: bool
    attempt: int = 1


class PaymentRefunded(PaymentFact):
    """The money was given back; the same `payment_id` again is the same money, answered again."""

    wire_name: ClassVar[str] = "payment.refunded"

    payment_id: Id
    amount: Cents
    currency: Currency
    attempt: int = 1


class PaymentRefundFailed(PaymentFact):
    """The money could not be given back, this time."""

    wire_name: ClassVar[str] = "payment.refund.failed"

    payment_id: Id
    code: Text
    attempt: int = 1


class PaymentVoided(PaymentFact):
    """There was no charge to undo: the tombstone that refuses a late one."""

    wire_name: ClassVar[str] = "payment.voided"

    attempt: int = 1


PaymentCommand = Charge | Refund | Void
PaymentEvent = PaymentProcessed | PaymentFailed | PaymentRefunded | PaymentRefundFailed | PaymentVoided
