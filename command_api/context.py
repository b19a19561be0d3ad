"""What every route of the command API works with: the context of the process, the caller and the request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, NamedTuple, cast

from fastapi import Depends, Header
from pydantic import StringConstraints, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from command_api.idempotency import IdempotencyStore, IdempotentReply, ScopedKey
from command_api.responses import Accepted
from domain.fulfilment.state import Saga
from domain.order import Order
from domain.payment import Payment
from domain.product import Product
from domain.shipment import Shipment
from domain.warehouse.state import Warehouse
from edge.auth import actor_of
from edge.context import CURRENT, context_from_headers
from event_store.repository import Repository
from event_store.store import EventStore
from event_store.unit_of_work import UnitOfWork
from identity.sealing import Sealer
from schemas.envelope import Actor, Cause
from schemas.errors import MissingIdempotencyKey
from schemas.ids import NewId, derived_id
from schemas.message import Message
from schemas.order import OrderCommand, OrderEvent
from schemas.payment import PaymentCommand, PaymentEvent
from schemas.product import ProductCommand, ProductEvent
from schemas.saga import SagaCommand, SagaEvent
from schemas.shipment import ShipmentCommand, ShipmentEvent
from schemas.warehouse import WarehouseCommand, WarehouseEvent


@dataclass(frozen=True, slots=True)
class CommandContext:
    """Everything a command may need; built once per process."""

    store: EventStore
    sealer: Sealer
    clock: Callable[[], datetime]
    new_id: NewId
    replies: IdempotencyStore
    products: Repository[ProductCommand, Product, ProductEvent]
    warehouses: Repository[WarehouseCommand, Warehouse, WarehouseEvent]
    orders: Repository[OrderCommand, Order, OrderEvent]
    payments: Repository[PaymentCommand, Payment, PaymentEvent]
    shipments: Repository[ShipmentCommand, Shipment, ShipmentEvent]
    sagas: Repository[SagaCommand, Saga, SagaEvent]


class StreamCommand(NamedTuple):
    """One command for one stream."""

    repository: Repository[Any, Any, Any]
    stream: str
    command: Message


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """One request of a caller, with the cause of what it records and its idempotency key, if it has one."""

    context: CommandContext
    actor: Actor
    cause: Cause
    key: ScopedKey | None

    def derive_id(self, name: str) -> str:
        """Return a new id; with an idempotency key it is derived from the request, so that a repeat has the same id."""
        return derived_id(*self.key.names, name) if self.key else self.context.new_id()

    def reply_once(self) -> IdempotentReply:
        """Return the context manager around the work of this request."""
        return IdempotentReply(self.context.replies, self.key)

    async def handle(
        self, commands: Sequence[StreamCommand], reply: Callable[..., Accepted], *, status: int = 200
    ) -> Response:
        """Decide every command, record all or none, and answer with the `reply` about the first stream.

        Raises:
            Refused: A decider refuses. Nothing was recorded.
            Conflict: Every attempt met a conflict. Nothing was recorded; safe to repeat.
        """
        stream = commands[0].stream
        async with self.reply_once() as idempotent, self.context.store.exclusive(each.stream for each in commands):
            for unit in idempotent.attempts():
                await self._decide(unit, commands)
                await idempotent.commit(unit, reply(stream_id=stream, version=unit.version(stream), position=0))
        return idempotent.response(status)

    async def _decide(self, unit: UnitOfWork, commands: Sequence[StreamCommand]) -> None:
        for repository in dict.fromkeys(each.repository for each in commands):
            await unit.load(repository, (each.stream for each in commands if each.repository is repository))
        for each in commands:
            unit.decide(each.stream, each.command, self.cause)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls a route, with which Idempotency-Key; the body is not read yet."""

    context: CommandContext
    actor: Actor
    route: str
    key: str | None

    def make_request(self, body: Message) -> CommandRequest:
        """Return the request with this body."""
        key = self.context.replies.scope(self.actor, self.route, self.key, body) if self.key else None
        return CommandRequest(self.context, self.actor, self._cause(), key)

    def require_key(self) -> None:
        """Raise `MissingIdempotencyKey` if the request has none."""
        if self.key is None:
            raise MissingIdempotencyKey("send an Idempotency-Key, so that this can be repeated safely")

    def _cause(self) -> Cause:
        request = CURRENT.get() or context_from_headers(())
        return Cause(
            id=self.context.new_id(),
            at=self.context.clock(),
            correlation_id=request.correlation_id,
            actor=self.actor,
            request_id=request.request_id,
            traceparent=request.traceparent,
        )


KEY_HEADER = "Idempotency-Key"
KEY_DESCRIPTION = "Kept for 24 hours."
KEY = r"^[A-Za-z0-9._:-]{1,128}$"
IdempotencyKey = Annotated[str | None, Header(alias=KEY_HEADER, pattern=KEY, description=KEY_DESCRIPTION)]
OPTIONAL_KEY: TypeAdapter[str | None] = TypeAdapter(Annotated[str, StringConstraints(pattern=KEY)] | None)
"""The same for raw routes."""


async def current_caller(request: Request, key: IdempotencyKey = None) -> Caller:
    """Return the caller of a route; a dependency."""
    return caller_of(request, key)


def caller_of(request: Request, key: str | None) -> Caller:
    """Return the caller of a raw route; `key` must be a valid Idempotency-Key."""
    context = cast(CommandContext, request.app.state.context)
    return Caller(context, actor_of(request), f"{request.method} {request.scope['route'].path}", key)


CurrentCaller = Annotated[Caller, Depends(current_caller)]
