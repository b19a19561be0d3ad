"""The port to a carrier, and a simulator whose answers depend on the postal code alone."""

from dataclasses import dataclass
from typing import Protocol

from schemas.ids import derived_id
from schemas.saga import ShippingCancel, ShippingPreparation


@dataclass(frozen=True, slots=True)
class CarrierAnswer:
    """The carrier's answer to one label request; an accepted one has the ids.

    `retriable` says whether another attempt may succeed.
    """

    accepted: bool
    code: str = "accepted"
    retriable: bool = False
    label_id: str | None = None
    tracking_number: str | None = None
    carrier: str | None = None


class Carrier(Protocol):
    """Delivers shipments; requests with the same `idempotency_key` print one label."""

    async def prepare(self, request: ShippingPreparation, postal_code: str | None) -> CarrierAnswer | None:
        """Print a label; not every country has postal codes. None: there will never be an answer."""

    async def cancel(self, request: ShippingCancel) -> None:
        """Void the order's label, if there is one."""


FLAKY_FAILURES = 2


@dataclass(frozen=True, slots=True)
class DummyCarrier:
    """A simulator without state: the answer depends on the postal code and the attempt."""

    async def prepare(self, request: ShippingPreparation, postal_code: str | None) -> CarrierAnswer | None:
        """The answer that the postal code stands for."""
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
    """The only label this order can have."""
    label_id = derived_id(order_id, "label")
    tracking_number = f"AO{int(label_id.replace('-', ''), 16) % 10**12:012d}"
    return CarrierAnswer(accepted=True, label_id=label_id, tracking_number=tracking_number, carrier="AIOutlet Post")
