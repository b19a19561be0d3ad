"""The shipping processor: sends requests to the carrier and records its answers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from domain.shipment import SHIPMENT, label_refusal
from event_store.repository import Repository
from event_store.store import EventStore
from event_store.unit_of_work import UnitOfWork
from identity.sealing import Sealer
from schemas.address import Address
from schemas.saga import ShippingCancel, ShippingPreparation
from schemas.shipment import CancelShipment, Prepare
from schemas.stream_names import shipment_stream
from schemas.topics import ORDERS
from streams.carrier import Carrier, CarrierAnswer
from streams.metrics import Metrics
from streams.provider_calls import DEFAULT_LIMITS, CallLimits
from streams.provider_processor import ProviderProcessor
from streams.triggers import Trigger


class Shipping(ProviderProcessor):
    """Prints and voids labels. It is the only part of the write side that reads an address, and it stores none."""

    consumer = "shipping"
    topics = frozenset({ORDERS})
    types = frozenset({ShippingPreparation.wire_name, ShippingCancel.wire_name})

    def __init__(
        self,
        store: EventStore,
        carrier: Carrier,
        sealer: Sealer,
        *,
        clock: Callable[[], datetime],
        metrics: Metrics,
        limits: CallLimits = DEFAULT_LIMITS,
    ) -> None:
        super().__init__(store, clock=clock, metrics=metrics, limits=limits)
        self._carrier = carrier
        self._sealer = sealer
        self._shipments = Repository(store, SHIPMENT)

    async def react(self, triggers: Sequence[Trigger], unit: UnitOfWork) -> Mapping[str, Exception]:
        """Handle the requests of different orders concurrently."""
        await unit.load(self._shipments, (shipment_stream(trigger.order_id) for trigger in triggers))
        return await self.call_for_each(triggers, partial(self._handle, unit=unit))

    async def _handle(self, trigger: Trigger, *, unit: UnitOfWork) -> None:
        match trigger.event:
            case ShippingPreparation() as request:
                await self._prepare(request, trigger, unit)
            case ShippingCancel() as request:
                key = f"cancel/{request.attempt}"
                await self.calls.ask(trigger.order_id, key, partial(self._carrier.cancel, request))
                command = CancelShipment(order_id=trigger.order_id, attempt=request.attempt)
                unit.decide(shipment_stream(trigger.order_id), command, trigger.cause)
            case _:
                raise TypeError(f"{trigger.event} is no request to shipping")

    async def _prepare(self, request: ShippingPreparation, trigger: Trigger, unit: UnitOfWork) -> None:
        stream = shipment_stream(trigger.order_id)
        if reason := label_refusal(unit.state(stream)):
            answer: CarrierAnswer | None = CarrierAnswer(accepted=False, code=reason)
        else:
            key, postal_code = f"{request.idempotency_key}/{request.attempt}", await self._postal_code(request)
            answer = await self.calls.ask(trigger.order_id, key, partial(self._carrier.prepare, request, postal_code))
        if answer:
            unit.decide(stream, prepare_command(request, answer), trigger.cause)

    async def _postal_code(self, request: ShippingPreparation) -> str | None:
        await self._sealer.prepare([request.address.subject])
        return Address.model_validate_json(self._sealer.open(request.address)).postal_code


def prepare_command(request: ShippingPreparation, answer: CarrierAnswer) -> Prepare:
    """What to record of the carrier's answer to a label request."""
    return Prepare(
        order_id=request.order_id,
        attempt=request.attempt,
        accepted=answer.accepted,
        label_id=answer.label_id,
        tracking_number=answer.tracking_number,
        carrier=answer.carrier,
        code=answer.code,
        retriable=answer.retriable,
    )
