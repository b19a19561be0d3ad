"""What every route of the command API works with: the context of the process, the caller and the request."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple, cast

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from command_api.accounts.accounts import Accounts
from command_api.fresh_repository import FollowingRepository
from command_api.idempotency import ATTEMPTS, IdempotencyStore, IdempotentReply, ReplyAgain, ScopedKey
from command_api.idempotency_key import KEY_HEADER, KeyHeader
from command_api.security_log import SecurityLog
from command_api.stream_end import StreamEnd
from domain.cart.state import Cart
from domain.cart.timers import CartLifetimes
from domain.config import Config
from domain.email_claim import EmailClaim
from domain.fulfilment.state import Saga
from domain.order import Order
from domain.payment import Payment
from domain.product import Product
from domain.read_models import ReadModels
from domain.review import Review
from domain.shipment import Shipment
from domain.user import User
from domain.warehouse.state import Warehouse
from edge.auth import actor_of
from edge.context import CURRENT, context_from_headers
from edge.problems import field_error
from event_store.repository import Repository
from event_store.store import EventStore
from event_store.unit_of_work import UnitOfWork, retry_on_conflict
from identity.review_ids import ReviewIds
from identity.sealing import Sealer
from schemas.accepted import Accepted
from schemas.cart import CartCommand, CartEvent
from schemas.config import ChangeConfig, ConfigEvent, ConfigValues
from schemas.dead_letters import DeadLetterCommand, DeadLetterEvent
from schemas.email_claim import EmailClaimCommand, EmailClaimEvent
from schemas.envelope import Actor, Cause
from schemas.errors import Invalid, MissingIdempotencyKey
from schemas.ids import NewId, derived_id, id_at
from schemas.message import Command, Message
from schemas.order import OrderCommand, OrderEvent
from schemas.payment import PaymentCommand, PaymentEvent
from schemas.product import ProductCommand, ProductEvent
from schemas.read_models import ReadModelCommand, ReadModelEvent
from schemas.review import AnyReviewCommand, ReviewEvent
from schemas.saga import SagaCommand, SagaEvent
from schemas.shipment import ShipmentCommand, ShipmentEvent
from schemas.user import AnyUserCommand, UserEvent
from schemas.values import dataclass, replace
from schemas.warehouse import WarehouseCommand, WarehouseEvent
from schemas.warehouse_sites import WarehouseSite


@dataclass(frozen=True, slots=True)
class CommandContext:
    """Everything a command may need; built once per process."""

    store: EventStore
    sites: tuple[WarehouseSite, ...]
    """The warehouses that orders are shipped from."""
    sealer: Sealer
    clock: Callable[[], datetime]
    new_id: NewId
    replies: IdempotencyStore
    security_log: SecurityLog
    stream_end: StreamEnd
    """Appends what depends on nothing before it."""
    products: Repository[ProductCommand, Product, ProductEvent]
    config: FollowingRepository[ChangeConfig, Config, ConfigEvent]
    """The one state of `CONFIG_STREAM`; whatever loads products brings it up to date."""
    released: ConfigValues
    """What is in force under each key while nobody has changed it."""
    warehouses: Repository[WarehouseCommand, Warehouse, WarehouseEvent]
    orders: Repository[OrderCommand, Order, OrderEvent]
    payments: Repository[PaymentCommand, Payment, PaymentEvent]
    shipments: Repository[ShipmentCommand, Shipment, ShipmentEvent]
    sagas: Repository[SagaCommand, Saga, SagaEvent]
    dead_letters: Repository[DeadLetterCommand, None, DeadLetterEvent]
    """The one stream of decisions about dead letters."""
    read_models: Repository[ReadModelCommand, ReadModels, ReadModelEvent]
    """The one stream of decisions about versions of read models."""
    users: Repository[AnyUserCommand, User, UserEvent]
    email_claims: Repository[EmailClaimCommand, EmailClaim, EmailClaimEvent]
    reviews: Repository[AnyReviewCommand, Review, ReviewEvent]
    review_ids: ReviewIds
    accounts: Accounts
    carts: Repository[CartCommand, Cart, CartEvent]
    cart_lifetimes: CartLifetimes
    second_person: timedelta | None = None
    """Within which another operator must confirm what gives up an undo; None where one is enough."""


VersionOf = Callable[[UnitOfWork, str], int]
"""Returns the version of a stream that an answer is about, after everything was decided."""


class StreamCommand(NamedTuple):
    """One command for one stream, and the person that its events are about."""

    repository: Repository[Any, Any, Any]
    stream: str
    command: Message
    subject_id: str | None = None


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """One request of a caller, with the cause of what it records and its idempotency key, if it has one."""

    context: CommandContext
    actor: Actor
    cause: Cause
    key: ScopedKey | None

    def new_id(self, name: str) -> str:
        """Return a new id, which tells when the request came."""
        names = self.key.names if self.key else (self.cause.id,)
        return id_at(self.cause.at, *names, name)

    def part(self, name: str) -> "CommandRequest":
        """Return the request for what it records in an append of its own, so that no two events have the same id."""
        return replace(self, cause=replace(self.cause, id=derived_id(self.cause.id, name)))

    def reply_once(self, *, again: ReplyAgain | None = None) -> IdempotentReply:
        """Return the context manager around the work of this request."""
        return IdempotentReply(self.context.replies, self.key, again=again)

    async def handle(
        self,
        commands: Sequence[StreamCommand],
        reply: Callable[..., Accepted],
        *,
        status: int = 200,
        version: VersionOf = UnitOfWork.version,
    ) -> Response:
        """Decide every command, record all or none, and answer with the `reply` about the first stream.

        The reply has the last version of that stream, or the one that `version` finds: a repeat that is recognised by
        its content gets the version of the first.

        Raises:
            Refused: A decider refuses. Nothing was recorded.
            Conflict: Every attempt met a conflict. Nothing was recorded; safe to repeat.
        """
        stream = commands[0].stream
        async with self.reply_once() as idempotent, self.context.store.exclusive(each.stream for each in commands):
            for unit in idempotent.attempts():
                await self._decide(unit, commands)
                await idempotent.commit(unit, reply(stream_id=stream, version=version(unit, stream), position=0))
        return idempotent.response(status)

    async def _decide(self, unit: UnitOfWork, commands: Sequence[StreamCommand]) -> None:
        for repository in dict.fromkeys(each.repository for each in commands):
            await unit.load(repository, (each.stream for each in commands if each.repository is repository))
        for each in commands:
            unit.decide(each.stream, each.command, self.cause, subject_id=each.subject_id)

    async def record(self, commands: Sequence[StreamCommand]) -> UnitOfWork:
        """Decide every command, record all or none, and return the committed unit of work.

        Raises:
            Refused: A decider refuses. Nothing was recorded.
            Conflict: Every attempt met a conflict. Nothing was recorded; safe to repeat.
        """
        async with self.context.store.exclusive(each.stream for each in commands):
            for unit in retry_on_conflict(self.context.store, attempts=ATTEMPTS):
                await self._decide(unit, commands)
                await unit.commit()
        return unit


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls a route, with which Idempotency-Key; the body is not read yet."""

    context: CommandContext
    actor: Actor
    route: str
    key: str | None

    def make_request(self, body: Command) -> CommandRequest:
        """Return the request with this body."""
        key = self.context.replies.scope(self.actor, self.route, self.key, body) if self.key else None
        return CommandRequest(self.context, self.actor, new_cause(self.context, self.actor), key)

    def require_key(self) -> None:
        """Raise `MissingIdempotencyKey` if the request has none."""
        if self.key is None:
            raise MissingIdempotencyKey("send an Idempotency-Key, so that this can be repeated safely")


def new_cause(context: CommandContext, actor: Actor) -> Cause:
    """Return the cause of what the request being answered records."""
    request = CURRENT.get() or context_from_headers(())
    return Cause(
        id=context.new_id(),
        at=context.clock(),
        correlation_id=request.correlation_id,
        actor=actor,
        request_id=request.request_id,
        traceparent=request.traceparent,
    )


def context_of(request: Request) -> CommandContext:
    """Return the context of the process."""
    return cast(CommandContext, request.app.state.context)


async def current_caller(request: Request, key: KeyHeader = None) -> Caller:
    """Return the caller of a route; a dependency."""
    return caller_of(request, key)


def caller_of(request: Request, key: str | None) -> Caller:
    """Return the caller of a raw route; `key` must be a valid Idempotency-Key.

    Raises:
        Invalid: The request has several keys.
    """
    if len(request.headers.getlist(KEY_HEADER)) > 1:
        detail = "one request, one key"
        raise Invalid(detail, errors=[field_error(KEY_HEADER, "several", detail, where="header")])
    return Caller(context_of(request), actor_of(request), f"{request.method} {request.scope['route'].path}", key)


CurrentCaller = Annotated[Caller, Depends(current_caller)]
