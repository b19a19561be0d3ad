"""What every route of the write side works with: the shop behind the counter, and the errand of one caller."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any, cast

from fastapi import Depends, Header
from starlette.requests import Request
from starlette.responses import Response

from command_api.fresh_repository import FreshRepository
from command_api.handling import CommandResult, StreamCommand, handle
from command_api.idempotency import IdempotencyStore, ScopedKey
from command_api.responses import Accepted
from domain.order import Order
from domain.payment import Payment
from domain.product import Product
from domain.shipment import Shipment
from domain.warehouse.state import Warehouse
from edge.auth import CurrentActor
from edge.context import CURRENT, context_from_headers
from event_store.records import IdempotencyRecord
from event_store.store import EventStore
from identity.sealing import Sealer
from schemas.envelope import Actor, Cause
from schemas.errors import MissingIdempotencyKey
from schemas.ids import NewId, derived_id
from schemas.message import Message
from schemas.order import OrderCommand, OrderEvent
from schemas.payment import PaymentCommand, PaymentEvent
from schemas.product import ProductCommand, ProductEvent
from schemas.shipment import ShipmentCommand, ShipmentEvent
from schemas.warehouse import WarehouseCommand, WarehouseEvent

REPLAYED = {"Idempotent-Replayed": "true"}


@dataclass(frozen=True, slots=True)
class CommandContext:
    """Everything a command may need; made once per process."""

    store: EventStore
    sealer: Sealer
    clock: Callable[[], datetime]
    new_id: NewId
    answers: IdempotencyStore
    products: FreshRepository[ProductCommand, Product, ProductEvent]
    warehouses: FreshRepository[WarehouseCommand, Warehouse, WarehouseEvent]
    orders: FreshRepository[OrderCommand, Order, OrderEvent]
    payments: FreshRepository[PaymentCommand, Payment, PaymentEvent]
    shipments: FreshRepository[ShipmentCommand, Shipment, ShipmentEvent]


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """One request: who asks, why, and under which key if any."""

    desk: CommandContext
    actor: Actor
    cause: Cause
    keyed: ScopedKey | None

    def fresh_id(self, name: str) -> str:
        """A new id; under a key it follows from the request, so that a repeat asks for the same thing."""
        return derived_id(*self.keyed.names, name) if self.keyed else self.desk.new_id()

    def answer(self, reply: Accepted) -> IdempotencyRecord | None:
        """What to record of `reply` beside the events."""
        return self.desk.answers.answer(self.keyed, reply)

    async def once(self, act: Callable[[], Awaitable[Accepted]], *, status: int = 200) -> Response:
        """Answer with what `act` says, or said the first time."""
        reply = await self.desk.answers.once(self.keyed, act)
        headers = REPLAYED if reply.is_replay else None
        return Response(reply.body, status, headers, media_type="application/json")

    async def run(
        self,
        turns: Sequence[StreamCommand[Any, Any, Any]],
        reply: Callable[[Sequence[CommandResult]], Accepted],
        *,
        status: int = 200,
    ) -> Response:
        """Handle `turns` at once and answer with their `reply`."""
        act = partial(handle, self.desk.store, turns, self.cause, reply=reply, answer=self.answer)
        return await self.once(act, status=status)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who stands at the desk, before we know what they want."""

    desk: CommandContext
    actor: Actor
    route: str
    key: str | None

    def asks(self, body: Message, *, key_needed: bool = False) -> CommandRequest:
        """The errand of a request with this body.

        Raises:
            MissingIdempotencyKey: It needs one.
        """
        if key_needed and self.key is None:
            raise MissingIdempotencyKey("send an Idempotency-Key, so that this can be repeated safely")
        answers = self.desk.answers
        keyed = answers.keyed(self.actor, self.route, self.key, body) if self.key else None
        return CommandRequest(self.desk, self.actor, self._cause(), keyed)

    def _cause(self) -> Cause:
        context = CURRENT.get() or context_from_headers(())
        return Cause(
            id=self.desk.new_id(),
            at=self.desk.clock(),
            correlation_id=context.correlation_id,
            actor=self.actor,
            request_id=context.request_id,
            traceparent=context.traceparent,
        )


KEY_HEADER = "Idempotency-Key"
KEY = r"^[A-Za-z0-9._:-]{1,128}$"
IdempotencyKey = Annotated[str | None, Header(alias=KEY_HEADER, pattern=KEY, description="Kept for 24 hours.")]


async def caller(request: Request, actor: CurrentActor, key: IdempotencyKey = None) -> Caller:
    """Who stands at the desk."""
    desk = cast(CommandContext, request.app.state.desk)
    return Caller(desk, actor, f"{request.method} {request.scope['route'].path}", key)


CurrentCaller = Annotated[Caller, Depends(caller)]
