"""The payment provider as we need it, and a stand-in whose answers follow from the token alone."""

from dataclasses import dataclass
from typing import Protocol

from schemas.saga import PaymentProcessing, PaymentRefund


@dataclass(frozen=True, slots=True)
class GatewayAnswer:
    """The provider's word on one request.

    `retriable` says whether asking again may help. `after` is in seconds: nobody knows the answer before that
    much time has passed since the request, so whoever asked must remember to record it then.
    """

    approved: bool
    code: str = "approved"
    retriable: bool = False
    after: float = 0.0


class Gateway(Protocol):
    """Where money moves; the same `idempotency_key` moves it once, however often it is asked."""

    async def charge(self, request: PaymentProcessing) -> GatewayAnswer | None:
        """Take the money. None: no answer will ever come."""

    async def refund(self, request: PaymentRefund) -> GatewayAnswer | None:
        """Give the money of an approved charge back. None: no answer will ever come."""


APPROVED = GatewayAnswer(approved=True)
REFUND_REFUSED = GatewayAnswer(approved=False, code="refund_refused")
FLAKY_FAILURES = 2


@dataclass(frozen=True, slots=True)
class DummyGateway:
    """Answers by token and attempt: no money, no state, no surprise.

    `late_after` is in seconds and should be more than the saga's payment deadline.
    """

    late_after: float = 45.0

    async def charge(self, request: PaymentProcessing) -> GatewayAnswer | None:
        """The contract's answer to the token."""
        match request.payment_method.token:
            case "tok_ok" | "tok_refund_fails":
                return APPROVED
            case "tok_decline":
                return GatewayAnswer(approved=False, code="card_declined")
            case "tok_flaky" if request.attempt <= FLAKY_FAILURES:
                return GatewayAnswer(approved=False, code="provider_error", retriable=True)
            case "tok_flaky":
                return APPROVED
            case "tok_timeout":
                return None
            case "tok_late":
                return GatewayAnswer(approved=True, after=self.late_after)
            case _:
                return GatewayAnswer(approved=False, code="unknown_token")

    async def refund(self, request: PaymentRefund) -> GatewayAnswer | None:
        """Refused for `tok_refund_fails`, else approved."""
        return REFUND_REFUSED if request.payment_method.token == "tok_refund_fails" else APPROVED
