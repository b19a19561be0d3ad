"""The port to a payment provider, and a simulator whose answers depend on the token alone."""

from dataclasses import dataclass
from typing import Protocol

from schemas.saga import PaymentProcessing, PaymentRefund


@dataclass(frozen=True, slots=True)
class GatewayAnswer:
    """The provider's answer to one request.

    `retriable` says whether another attempt may succeed. `after` is in seconds: the answer is known only that long
    after the request, so the caller must set a timer and record it then.
    """

    approved: bool
    code: str = "approved"
    retriable: bool = False
    after: float = 0.0


class Gateway(Protocol):
    """Moves money; requests with the same `idempotency_key` move it once."""

    async def charge(self, request: PaymentProcessing) -> GatewayAnswer | None:
        """Charge the customer. None: there will never be an answer."""

    async def refund(self, request: PaymentRefund) -> GatewayAnswer | None:
        """Refund an approved charge. None: there will never be an answer."""


APPROVED = GatewayAnswer(approved=True)
REFUND_REFUSED = GatewayAnswer(approved=False, code="refund_refused")
FLAKY_FAILURES = 2


@dataclass(frozen=True, slots=True)
class DummyGateway:
    """A simulator without money or state: the answer depends on the token and the attempt.

    `late_after` is in seconds and should be more than the saga's payment deadline.
    """

    late_after: float = 45.0

    async def charge(self, request: PaymentProcessing) -> GatewayAnswer | None:
        """The answer that the token stands for."""
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
        """Refused for `tok_refund_fails`, otherwise approved."""
        return REFUND_REFUSED if request.payment_method.token == "tok_refund_fails" else APPROVED
