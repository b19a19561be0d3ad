"""The batch carrier as we need it, and a stand-in whose answers follow from the postal code alone."""

from dataclasses import dataclass
from typing import Protocol

from schemas.ids import derived_id
from schemas.saga import ShippingCancel, ShippingPreparation


@dataclass(frozen=True, slots=True)
class CarrierAnswer:
    """The carrier's word on one label request; the ids are there when it was accepted.

    `retriable` says whether asking again may help; `after` is in seconds, as in `payment_gateway.GatewayAnswer`.
    """

    accepted: bool
    code: str = "accepted"
    retriable: bool = False
    after: float = 0.0
    label_id: str | None = None
    tracking_number: str | None = None
    carrier: str | None = None


class Carrier(Protocol):
    """Who brings parcels; the same `idempotency_key` prints one label, however often it is asked."""

    async def prepare(self, request: ShippingPreparation, postal_code: str) -> CarrierAnswer | None:
        """Print a label. None: no answer will ever come."""

    async def cancel(self, request: ShippingCancel) -> None:
        """Void the order's label, if there is one."""


FLAKY_FAILURES = 2


@dataclass(frozen=True, slots=True)
class DummyCarrier:
    """Answers by postal code and attempt: no parcels, no state, no surprise."""

    async def prepare(self, request: ShippingPreparation, postal_code: str) -> CarrierAnswer | None:
        """The contract's answer to the postal code."""
        match postal_code:
            case "00000":
                return CarrierAnswer(accepted=False, code="address_refused")
            case "00001":
                return None
            case "00002" if request.attempt <= FLAKY_FAILURES:
                return CarrierAnswer(accepted=False, code="carrier_unavailable", retriable=True)
            case _:
                return label_for(request.order_id)

    async def cancel(self, request: ShippingCancel) -> None:
        """Nothing was printed, so nothing is voided."""


def label_for(order_id: str) -> CarrierAnswer:
    """The one label this order can have."""
    label_id = derived_id(order_id, "label")
    tracking_number = f"AO{int(label_id.replace('-', ''), 16) % 10**12:012d}"
    return CarrierAnswer(accepted=True, label_id=label_id, tracking_number=tracking_number, carrier="AIOutlet Post")
