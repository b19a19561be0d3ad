"""The port to a payment provider, and a simulator whose answers depend on the token alone."""

from dataclasses import dataclass
from typing import Protocol

from schemas.saga import PaymentProcessing, PaymentRefund
from streams.provider_books import BookEntry, EntryState, ProviderBooks


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """The provider's answer to an undo.

    `was_charged` says whether it had made the charge: then `approved` says whether it has refunded it, and
    `charge_attempt` which request it was. If it had not, it refuses the charge from now on.
    """

    approved: bool
    was_charged: bool
    code: str = "approved"
    charge_attempt: int = 1


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
    """Moves money; requests with the same `idempotency_key` move it once.

    A call that raises, or takes too long, may have moved it: it is made again under its key.
    """

    async def charge(self, request: PaymentProcessing) -> GatewayAnswer | None:
        """Charge the customer. None: there will never be an answer."""

    async def refund(self, request: PaymentRefund) -> RefundAnswer | None:
        """Refund the order's charge, or refuse it if it comes later. None: there will never be an answer."""


APPROVED = GatewayAnswer(approved=True)
VOIDED = GatewayAnswer(approved=False, code="payment_voided")
FLAKY_FAILURES = 2
MADE = frozenset({EntryState.CHARGED, EntryState.REFUNDED})
"""The states of a charge that was made."""


class DummyGateway:
    """A simulator whose answers depend on the token and the attempt; what it has moved is in its books.

    `late_after` is in seconds and should be more than the saga's payment deadline.
    """

    def __init__(self, *, late_after: float = 45.0, books: ProviderBooks | None = None) -> None:
        self.books = books or ProviderBooks()
        self._late_after = late_after

    async def charge(self, request: PaymentProcessing) -> GatewayAnswer | None:
        """The answer that the token stands for; an approved one is in the books."""
        match request.payment_method.token:
            case "tok_ok" | "tok_refund_fails":
                return self._book(request)
            case "tok_decline":
                return GatewayAnswer(approved=False, code="card_declined")
            case "tok_flaky" if request.attempt <= FLAKY_FAILURES:
                return GatewayAnswer(approved=False, code="provider_error", retriable=True)
            case "tok_flaky":
                return self._book(request)
            case "tok_timeout":
                return None
            case "tok_late":
                return self._charge_late(request)
            case _:
                return GatewayAnswer(approved=False, code="unknown_token")

    async def refund(self, request: PaymentRefund) -> RefundAnswer | None:
        """Refund what is charged, but for `tok_refund_fails`; what is not is refused later, but for `tok_late`."""
        entry = self.books.find(request.order_id)
        if entry is None or entry.state in (EntryState.ANNOUNCED, EntryState.REFUSED):
            if request.payment_method.token != "tok_late":
                entry = self.books.write(_entry_of(request, EntryState.REFUSED), unless=MADE)
            if entry is None or entry.state not in MADE:
                return RefundAnswer(approved=True, was_charged=False)
        if entry.state is EntryState.CHARGED and request.payment_method.token == "tok_refund_fails":
            return RefundAnswer(False, was_charged=True, code="refund_refused", charge_attempt=entry.attempt)
        self.books.write(entry._replace(state=EntryState.REFUNDED), unless=frozenset())
        return RefundAnswer(approved=True, was_charged=True, charge_attempt=entry.attempt)

    def _book(self, request: PaymentProcessing) -> GatewayAnswer:
        entry = self.books.write(_entry_of(request, EntryState.CHARGED), unless=MADE | {EntryState.REFUSED})
        return VOIDED if entry.state is EntryState.REFUSED else APPROVED

    def _charge_late(self, request: PaymentProcessing) -> GatewayAnswer:
        """Announce the charge; asked again for an attempt, the time has come to make it."""
        known = self.books.find(request.order_id)
        if known and (known.state in MADE or request.attempt <= known.attempt):
            return self._book(request)
        self.books.write(_entry_of(request, EntryState.ANNOUNCED), unless=MADE | {EntryState.REFUSED})
        return GatewayAnswer(approved=True, after=self._late_after)


def _entry_of(request: PaymentProcessing | PaymentRefund, state: EntryState) -> BookEntry:
    return BookEntry(request.order_id, state, request.attempt, request.amount, request.currency)
