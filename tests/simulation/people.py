"""Customers, admins and operators: what they want, and how they ask for it again until they are answered."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextvars import Context
from decimal import Decimal
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from schemas.address import Address
from schemas.dead_letters import LetterKey, letter_id
from schemas.errors import AIOutletError, Conflict, Unavailable
from schemas.order import OrderLine, OrderStatus, OrderTerms, PaymentMethod, PlaceOrder
from schemas.saga import Resolution, SagaStuck, Step
from schemas.warehouse import ReceivedLine, ReceiveStock
from tests.simulation import door
from tests.simulation.ports.providers import sealed

if TYPE_CHECKING:
    from tests.simulation.simulation import Simulation


class InternalError(Exception):
    """What people get for an error that a door does not expect; they may ask again."""


PRODUCTS = ("lamp", "mug")
WAREHOUSES = ("main", "east")
TOKENS = (
    *("tok_ok",) * 8,
    *("tok_decline", "tok_flaky", "tok_timeout", "tok_late") * 2,
    *("tok_refund_fails",) * 4,
)
NO_REFUND = ("tok_refund_fails",) * 4
"""More of them where the stock is reserved first: it is still to be released while the refund is stuck."""
POSTAL_CODES = ("10115",) * 6 + ("00000", "00000", "00001", "00002")
RESOLUTIONS: tuple[Resolution, ...] = ("retry", "mark done", "mark done", "force fail", "force fail")
PATIENCE = 30.0
"""Seconds after which people ask again."""
TERMS = OrderTerms(rules_version="2026-1", tax=Decimal("0.08"), fee=499, free_from=5_000)
NOT_YET = frozenset({"order_not_ready", "transition_refused", "not_found"})


class People:
    """Everybody outside; each of their wishes is a task of nobody's process."""

    def __init__(self, simulation: "Simulation", random: Random) -> None:
        self.replies: dict[str, list[door.Reply]] = {}
        """By key."""
        self.busy = 0
        self._simulation = simulation
        self._random = random

    def begin(self) -> None:
        """Deliver the goods, and place the orders."""
        draw = self._random
        for warehouse in WAREHOUSES:
            lines = tuple(ReceivedLine(product_id=each, quantity=draw.choice((1, 2, 4, 9))) for each in PRODUCTS)
            command = ReceiveStock(warehouse_id=warehouse, receipt_id=f"receipt-{warehouse}", items=lines)
            self._start(self._deliver_goods(command))
        for number in range(draw.choice(self._simulation.setup.orders)):
            self._start(self._buy(number))

    def on_stuck(self, stuck: SagaStuck) -> None:
        """Let an operator find it, or nobody."""
        if self._random.random() < 0.9:
            self._start(self._resolve(stuck.order_id))

    def on_dead(self, letter: LetterKey) -> None:
        """Let an operator find what was given up, whenever that is: it stays there until somebody does."""
        self._start(self._replay(letter_id(letter)))

    def _start(self, wish: Coroutine[Any, Any, object]) -> None:
        async def fulfil() -> None:
            try:
                await wish
            finally:
                self.busy -= 1

        self.busy += 1
        task = self._simulation.loop.create_task(fulfil(), context=Context())
        task.add_done_callback(self._simulation.on_ended)

    async def _deliver_goods(self, command: ReceiveStock) -> None:
        await self._ask(partial(door.receive, command=command, key=command.receipt_id), command.receipt_id)

    async def _buy(self, number: int) -> None:
        draw, loop = self._random, self._simulation.loop
        is_stock_first = self._simulation.setup.policy.steps[0] is Step.INVENTORY
        tokens = TOKENS + NO_REFUND if is_stock_first else TOKENS
        order, key = _draw_order(number, tokens, draw), f"order-{number}"
        request = partial(door.place, order=order, key=key)
        await loop.pause(draw.random() * 10)
        if draw.random() < 0.15:
            self._start(self._ask(request, key))
        reply = await self._ask(request, key)
        if reply is None:
            return
        order_id = str(reply["orderId"])
        if draw.random() < 0.4:
            self._start(self._cancel(order_id, order.customer_id, draw.choice((5.0, 30.0, 200.0, 2_000.0))))
        if draw.random() < 0.6:
            self._start(self._ship(order_id))

    async def _cancel(self, order_id: str, customer_id: str, within: float) -> None:
        await self._simulation.loop.pause(self._random.random() * within)
        key = f"cancel-{order_id}"
        await self._ask(partial(door.cancel, order_id=order_id, customer_id=customer_id, key=key), key)

    async def _ship(self, order_id: str) -> None:
        pause = 5.0 + self._random.random() * 60
        for attempt in range(3):
            await self._simulation.loop.pause(pause)
            pause *= 3
            key = f"ship-{order_id}-{attempt}"
            if await self._ask(partial(door.set_to, order_id=order_id, status=OrderStatus.SHIPPED, key=key), key):
                key = f"deliver-{order_id}"
                await self._ask(partial(door.set_to, order_id=order_id, status=OrderStatus.DELIVERED, key=key), key)
                return

    async def _resolve(self, order_id: str) -> None:
        resolution = self._random.choice(RESOLUTIONS)
        await self._simulation.loop.pause(self._random.random() * 300)
        key = self._simulation.new_name(f"resolve-{order_id}")
        await self._ask(partial(door.resolve, order_id=order_id, resolution=resolution, key=key), key)

    async def _replay(self, letter: str) -> None:
        await self._simulation.loop.pause(self._random.random() * 300)
        key = self._simulation.new_name(f"replay-{letter}")
        await self._ask(partial(door.replay, letter=letter, key=key), key)

    async def _ask(self, request: door.Request, key: str) -> door.Reply | None:
        """Ask until there is an answer; return the reply, or None where it is refused."""
        loop = self._simulation.loop
        while True:
            try:
                async with asyncio.timeout(PATIENCE):
                    reply = await self._simulation.ask_some_door(request)
            except (TimeoutError, Unavailable, Conflict, InternalError):
                await loop.pause(self._random.random())
            except AIOutletError as refusal:
                self._simulation.note(None, f"{key}: refused, {refusal.code}")
                return None
            else:
                self.replies.setdefault(key, []).append(reply)
                return reply


def _draw_order(number: int, tokens: Sequence[str], draw: Random) -> PlaceOrder:
    customer_id = f"customer-{number}"
    address = Address(name="A", line1="B 1", city="C", postal_code=draw.choice(POSTAL_CODES), country="DE")
    field = sealed(customer_id, address.model_dump_json(by_alias=True))
    wanted = draw.sample(PRODUCTS, draw.choice((1, 1, 2)))
    return PlaceOrder(
        order_id="unknown-yet",
        order_number="ORD-20260314-00000",
        customer_id=customer_id,
        lines=tuple(
            OrderLine(product_id=each, name=each, quantity=draw.choice((1, 1, 2, 3)), unit_price=1_000)
            for each in wanted
        ),
        currency="EUR",
        terms=TERMS,
        shipping_address=field,
        billing_address=field,
        payment_method=PaymentMethod(token=draw.choice(tokens)),
        warehouse_id=draw.choice(WAREHOUSES),
    )
