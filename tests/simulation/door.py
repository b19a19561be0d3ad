"""The shop's door: the commands of `command_api`, without HTTP, in one process."""

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import orjson
from starlette.responses import Response

from command_api.context import Caller, CommandContext, StreamCommand
from command_api.fresh_repository import FreshRepository
from command_api.idempotency import IdempotencyStore
from command_api.routers.dead_letters import replay_dead_letters
from command_api.routers.orders import Cancellation, NewStatus, cancel_order, set_status
from command_api.routers.place_order import placed_reply
from domain.dead_letters import DEAD_LETTERS
from domain.fulfilment.decider import SAGA
from domain.order import ORDER
from domain.payment import PAYMENT
from domain.shipment import SHIPMENT
from domain.warehouse.decider import WAREHOUSE
from edge.context import CURRENT, RequestContext
from edge.rate_limits import RateLimiter
from event_store.store import EventStore
from schemas.accepted import OrderAccepted
from schemas.actor_type import ActorType
from schemas.dead_letters import LetterDecision
from schemas.envelope import Actor
from schemas.ids import derived_id
from schemas.message import Command
from schemas.order import OrderNumberClaimed, OrderStatus, PlaceOrder
from schemas.order_number import draw_order_number
from schemas.saga import RequestResolution, Resolution
from schemas.stream_names import order_number_stream, order_stream, saga_stream, warehouse_stream
from schemas.warehouse import ReceiveStock
from tests.simulation.faults import Port
from tests.simulation.ports.providers import OpenSealer
from tests.simulation.process import Process

DRAWS = 5
UNLIMITED = cast(Any, SimpleNamespace(limiter=RateLimiter(None)))
"""Of the accounts, as much as the routes of operators ask."""
Reply = dict[str, Any]
Request = Callable[["Door"], Awaitable[Response]]
"""Something to ask of whichever process answers."""


class Door:
    """What one process of the command API answers with."""

    def __init__(self, process: Process, store: EventStore) -> None:
        self.process = process
        sealer = cast(Any, OpenSealer(process, Port.SEAL))
        unused = cast(Any, None)
        self._requests = 0
        self.context = CommandContext(
            store=store,
            sites=(),
            sealer=sealer,
            clock=process.clock,
            new_id=lambda: derived_id(process.simulation.new_name("request")),
            replies=IdempotencyStore(store, sealer, process.clock),
            security_log=unused,
            stream_end=unused,
            products=unused,
            config=unused,
            dead_letters=FreshRepository(store, DEAD_LETTERS, 1),
            read_models=unused,
            released=unused,
            warehouses=FreshRepository(store, WAREHOUSE, 8),
            orders=FreshRepository(store, ORDER, 0),
            payments=FreshRepository(store, PAYMENT, 0),
            shipments=FreshRepository(store, SHIPMENT, 0),
            sagas=FreshRepository(store, SAGA, 0),
            users=unused,
            email_claims=unused,
            reviews=unused,
            review_ids=unused,
            accounts=UNLIMITED,
            carts=unused,
            cart_lifetimes=unused,
        )

    async def answer(self, request: Request, request_id: str) -> Reply:
        """Answer as the route would."""
        CURRENT.set(RequestContext(request_id, request_id, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
        reply: Reply = orjson.loads((await request(self)).body)
        return reply

    def caller(self, kind: ActorType, name: str, route: str, key: str) -> Caller:
        return Caller(self.context, Actor(type=kind, id=name, roles=(kind.value,)), route, key)


async def place(door: Door, order: PlaceOrder, key: str) -> Response:
    """Place an order as `POST /orders` does, at prices that the caller has found."""
    caller = door.caller(ActorType.CUSTOMER, order.customer_id, "POST /orders", key)
    request = caller.make_request(order)
    order_id = request.new_id("order")
    async with request.reply_once() as idempotent:
        for unit in idempotent.attempts(DRAWS):
            number = draw_order_number(order_id, request.cause.at, unit.attempt)
            command = order.model_copy(update={"order_id": order_id, "order_number": number})
            claimed = OrderNumberClaimed(order_id=order_id, order_number=number)
            unit.begin(ORDER, order_stream(order_id))
            [created] = unit.decide(order_stream(order_id), command, request.cause, subject_id=order.customer_id)
            unit.claim(order_number_stream(number), claimed, request.cause)
            await idempotent.commit(unit, placed_reply(created), claim=order_id)
    return idempotent.response(201)


async def cancel(door: Door, order_id: str, customer_id: str, key: str) -> Response:
    caller = door.caller(ActorType.CUSTOMER, customer_id, "POST /orders/{order_id}/cancel", key)
    return await cancel_order(order_id, caller, Cancellation(reason="changed my mind"))


async def set_to(door: Door, order_id: str, status: OrderStatus, key: str) -> Response:
    caller = door.caller(ActorType.ADMIN, "an-admin", "PUT /orders/{order_id}/status", key)
    return await set_status(order_id, NewStatus(status=status), caller)


async def receive(door: Door, command: ReceiveStock, key: str) -> Response:
    caller = door.caller(ActorType.ADMIN, "an-admin", "POST /inventory/receipts", key)
    commands = [StreamCommand(door.context.warehouses, warehouse_stream(command.warehouse_id), command)]
    return await _handle(caller, command, commands, order_id=command.receipt_id)


async def resolve(door: Door, order_id: str, resolution: Resolution, key: str) -> Response:
    caller = door.caller(ActorType.OPERATOR, "an-operator", "POST /admin/sagas/{order_id}", key)
    command = RequestResolution(
        order_id=order_id, operator=caller.actor.id, evidence="bank statement 7", resolution=resolution
    )
    commands = [StreamCommand(door.context.sagas, saga_stream(order_id), command)]
    return await _handle(caller, command, commands, order_id=order_id)


async def replay(door: Door, letter: str, key: str) -> Response:
    caller = door.caller(ActorType.OPERATOR, "an-operator", "POST /admin/dead-letters/replay", key)
    return await replay_dead_letters(LetterDecision(ids=(letter,), reason="the bug is mended"), caller)


async def _handle(caller: Caller, body: Command, commands: list[StreamCommand], *, order_id: str) -> Response:
    return await caller.make_request(body).handle(commands, lambda **fields: OrderAccepted(order_id=order_id, **fields))
