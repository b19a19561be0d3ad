"""The shipping agent: asks the carrier, records its word."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from domain.carrier import Carrier, CarrierAnswer
from domain.shipment import SHIPMENT, refuses
from event_store.repository import Repository
from event_store.store import EventStore
from identity.sealing import Sealer
from schemas.address import Address
from schemas.saga import ShippingCancel, ShippingPreparation
from schemas.shipment import CancelShipment, Prepare
from schemas.streams import shipment_stream
from schemas.topics import ORDERS
from streams.asking import each_order
from streams.draft import Draft
from streams.figures import Figures
from streams.processor import Processor, Task


class Shipping(Processor):
    """Prints labels and voids them; the only place of the write side that reads an address, and it keeps none."""

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
        figures: Figures,
    ) -> None:
        super().__init__(store, clock=clock, figures=figures)
        self._carrier = carrier
        self._sealer = sealer
        self._shipments = Repository(store, SHIPMENT)

    async def react(self, tasks: Sequence[Task], draft: Draft) -> None:
        """Ask for every order at once."""
        await draft.load(self._shipments, (shipment_stream(task.order_id) for task in tasks))
        await each_order(tasks, partial(self._serve, draft=draft))

    async def _serve(self, task: Task, *, draft: Draft) -> None:
        match task.event:
            case ShippingPreparation() as request:
                await self._prepare(request, task, draft)
            case ShippingCancel() as request:
                await self._carrier.cancel(request)
                undo = CancelShipment(order_id=task.order_id, attempt=request.attempt)
                draft.decide(shipment_stream(task.order_id), undo, task.cause)
            case _:
                raise TypeError(f"{task.event} is not asked of shipping")

    async def _prepare(self, request: ShippingPreparation, task: Task, draft: Draft) -> None:
        stream = shipment_stream(task.order_id)
        if reason := refuses(draft.state(stream)):
            answer: CarrierAnswer | None = CarrierAnswer(accepted=False, code=reason)
        else:
            answer = await self._carrier.prepare(request, self._postal_code(request))
        if answer:
            draft.decide(stream, _said(request, answer), task.cause)

    def _postal_code(self, request: ShippingPreparation) -> str:
        return Address.model_validate_json(self._sealer.open(request.address)).postal_code


def _said(request: ShippingPreparation, answer: CarrierAnswer) -> Prepare:
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
