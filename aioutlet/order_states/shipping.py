"""The shipment of an order, with a carrier that answers in every way a carrier may."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from aioutlet.order_states.move import Move
from aioutlet.order_states.side import ORDER_ID, Numbers, Side, number_of
from domain.shipment import SHIPMENT, Shipment, label_refusal
from schemas.saga import Direction, SagaRequest, ShippingPreparation, Step
from schemas.shipment import CancelShipment, ShipmentCommand
from streams.carrier import CarrierAnswer, label_for
from streams.shipping import prepare_command

REFUSED = CarrierAnswer(accepted=False, code="address_refused")
FAULTY = CarrierAnswer(accepted=False, code="carrier_unavailable", retriable=True)


@dataclass(frozen=True)
class ShippingSide(Side):
    """The aggregate. Of several requests only the last is handled, as by `streams.provider_processor`."""

    step: ClassVar[Step] = Step.SHIPPING
    shipment: Shipment = SHIPMENT.initial

    def ask(self, request: SagaRequest) -> Self:
        return replace(self, requests=(request,))

    def moves(self) -> Iterator[Move[Side]]:
        for request in self.requests:
            handled = replace(self, requests=())
            if isinstance(request, ShippingPreparation):
                yield from handled._prepare(request)
            else:
                cancel = CancelShipment(order_id=ORDER_ID, attempt=request.attempt)
                yield Move("the carrier voids the label", handled._decide(cancel))

    def _prepare(self, request: ShippingPreparation) -> Iterator[Move[Side]]:
        if reason := label_refusal(self.shipment):
            refused = prepare_command(request, replace(REFUSED, code=reason))
            yield Move("a late label is refused", self._decide(refused))
            return
        yield Move("the carrier prints a label", self._decide(prepare_command(request, label_for(ORDER_ID))))
        yield Move("the carrier never answers", self)
        if not self.shipment.prepared:
            yield Move("the carrier refuses", self._decide(prepare_command(request, REFUSED)))
            yield Move("the carrier has a fault", self._decide(prepare_command(request, FAULTY)))

    def _decide(self, command: ShipmentCommand) -> Self:
        """The attempt in the label decides nothing."""
        events = SHIPMENT.decide(command, self.shipment)
        shipment = SHIPMENT.fold(events, self.shipment)
        prepared = shipment.prepared and shipment.prepared.model_copy(update={"attempt": 0})
        return replace(self, shipment=replace(shipment, prepared=prepared)).answer(*events)

    def renumber(self, direction: Direction, numbers: Numbers, waiting: Numbers) -> Self:
        side, shipment = super().renumber(direction, numbers, waiting), self.shipment
        if direction == "undo":
            return replace(side, shipment=replace(shipment, cancel_attempt=number_of(shipment.cancel_attempt, waiting)))
        return replace(side, shipment=replace(shipment, attempt=number_of(shipment.attempt, waiting)))
