"""The write side whole: command API, relay, agents and deadlines on one store and one broker, with any provider."""

import asyncio
from collections import Counter as Tally
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from prometheus_client import CollectorRegistry

from aioutlet import components
from concurrency.background import background
from domain.fulfilment.policy import Policy
from event_store.store import EventStore
from projectors.verification.money_ledger import MoneyLedger
from projectors.verification.report import Findings
from projectors.verification.stock_ledger import StockLedger
from schemas.codec import decode
from schemas.warehouse_sites import ONE_SITE, WarehouseSite
from streams import agents
from streams.agents import Agent
from streams.carrier import Carrier, DummyCarrier
from streams.deadline_check import DeadlineCheck
from streams.deadlines import Deadlines
from streams.fetch_pacing import FetchPacing
from streams.fulfilment import Fulfilment
from streams.inventory import Inventory
from streams.metrics import Metrics
from streams.payment import Payments
from streams.payment_gateway import DummyGateway
from streams.provider_books import ProviderBooks
from streams.provider_calls import CallLimits
from streams.shipping import Shipping
from tests.integration.doors.counter import ANN, BOB, LAMP, Counter, basket
from tests.integration.kafka_shop import relaying
from tests.sealing import new_sealer
from tests.services.waiting import STUCK_AFTER

WAIT_MS = 50
QUICK = Policy(payment_timeout=1.0, inventory_timeout=1.0, shipping_timeout=1.0, undo_timeout=1.0, backoff=0.1)
"""Deadlines of a second."""
LIMITS = CallLimits(timeout=0.5, at_once=8, grace=0.05)


@dataclass
class WholeShop:
    """A running shop; `counter` is its command API."""

    store: EventStore
    broker: str
    partitions: int
    counter: Counter
    gateway: DummyGateway
    metrics: Metrics

    async def stock(self, pieces: int, *, warehouse_id: str | None = None) -> None:
        """Sell lamps, and have so many of them."""
        await self.counter.says("POST", "/products", json=LAMP, headers=ANN)
        receipt = {"warehouseId": warehouse_id, "items": [{"productId": "lamp", "quantity": pieces}]}
        await self.counter.done("POST", "/inventory/receipts", 201, json=receipt)

    async def order(self, count: int, *, token: str = "tok_ok", pieces: int = 1) -> list[str]:
        """Place orders of lamps; their ids."""
        body = basket(("lamp", pieces)) | {"paymentMethod": {"token": token}}
        answers = await asyncio.gather(*(self.counter.place(uuid4().hex, body) for _ in range(count)))
        assert {answer.status_code for answer in answers} == {201}, next(
            a.text for a in answers if a.status_code != 201
        )
        return [answer.json()["orderId"] for answer in answers]

    async def cancel(self, order_id: str) -> int:
        """Cancel an order; the status of the answer."""
        return (await self.counter.says("POST", f"/orders/{order_id}/cancel", json={}, headers=BOB)).status_code

    async def ship(self, order_id: str) -> int:
        """Hand an order to the carrier; the status of the answer."""
        shipped = {"status": "Shipped"}
        return (await self.counter.says("PUT", f"/orders/{order_id}/status", json=shipped, headers=ANN)).status_code

    async def types(self, order_id: str) -> list[str]:
        """What is recorded of one order, in position order."""
        streams = {f"{kind}-{order_id}": 0 for kind in ("order", "saga", "payment", "shipment")}
        found = [each for events in (await self.store.streams(streams)).values() for each in events]
        return [each.type for each in sorted(found, key=lambda each: each.position)]

    async def ends(self, orders: Sequence[str]) -> dict[str, str]:
        """How these orders ended: the last of completed, failed, cancelled, stuck that is recorded of each."""
        ends: dict[str, str] = {}
        wanted = ("order.completed", "order.failed", "order.cancelled", "saga.stuck")
        for stored in await self.store.log(0, limit=100_000, types=wanted):
            ends[stored.stream.partition("-")[2]] = stored.type
        return {order_id: ends[order_id] for order_id in orders if order_id in ends}

    async def tally(self, orders: Sequence[str]) -> dict[str, int]:
        """How many of these orders ended in each manner."""
        return dict(Tally((await self.ends(orders)).values()))

    async def until(self, come_true: Callable[[], Awaitable[bool]]) -> None:
        """Wait until something recorded has made it true."""
        async with asyncio.timeout(STUCK_AFTER):
            while not await come_true():
                await self.store.wait_past(await self.store.head(), timeout=0.2)

    async def all_end(self, orders: Sequence[str], *ends: str) -> None:
        """Wait until all of these orders ended in one of these manners, by default in any but stuck."""
        wanted = set(ends or ("order.completed", "order.failed", "order.cancelled"))

        async def have_ended() -> bool:
            found = await self.ends(orders)
            return len(found) == len(orders) and set(found.values()) <= wanted

        await self.until(have_ended)

    async def at_rest(self) -> list[str]:
        """Wait until stock, money and the provider's books agree with the log; what does not is named."""
        wrong: list[str] = []

        async def agree() -> bool:
            wrong[:] = await self._contradictions()
            return not wrong

        try:
            await self.until(agree)
        except TimeoutError:
            return wrong
        return []

    async def _contradictions(self) -> list[str]:
        findings = Findings()
        stock, money = StockLedger(findings), MoneyLedger(findings)
        for stored in await self.store.log(0, limit=1_000_000):
            event = decode(stored).event
            stock.apply(event)
            money.apply(event)
        stock.check_end()
        money.check()
        kept = {entry.order_id: entry.kept for entry in self.gateway.books.entries()}
        wrong = [line for lines in findings.shown.values() for line in lines]
        for order_id, account in money.accounts.items():
            if kept.get(order_id, 0) != account.balance:
                wrong.append(f"{order_id}: {kept.get(order_id, 0)} at the provider, {account.balance} here")
        parked = [
            each for name in ("saga", "payment", "inventory", "shipping") for each in await self.store.parked(name)
        ]
        return wrong + [f"{each.consumer} has parked {each.subject}: {each.cause}" for each in parked]

    def relaying(self) -> AbstractAsyncContextManager[None]:
        """Copy the log to Kafka while the context is open."""
        return relaying(self.broker, self.store, partitions=self.partitions)


@asynccontextmanager
async def open_whole_shop(
    store: EventStore,
    broker: str,
    data: Path,
    *,
    partitions: int,
    gateway: DummyGateway | None = None,
    carrier: Carrier | None = None,
    policy: Policy = QUICK,
    limits: CallLimits = LIMITS,
    sites: tuple[WarehouseSite, ...] = ONE_SITE,
) -> AsyncIterator[WholeShop]:
    """Run everything but the relay (`WholeShop.relaying`)."""
    gateway = gateway or DummyGateway(late_after=1.5, books=ProviderBooks())
    metrics, pacing = Metrics(CollectorRegistry()), FetchPacing(busy=WAIT_MS, idle=WAIT_MS)
    check = DeadlineCheck(store, policy=policy, partitions=partitions)
    processors = [
        Fulfilment(store, clock=components.now, metrics=metrics, policy=policy, check=check),
        Payments(store, gateway, clock=components.now, metrics=metrics, limits=limits),
        Inventory(store, clock=components.now, metrics=metrics, policy=policy),
        Shipping(store, carrier or DummyCarrier(), new_sealer(), clock=components.now, metrics=metrics, limits=limits),
    ]
    running = [Agent(store, each, partitions=partitions, metrics=metrics) for each in processors]
    app = agents.build_app(f"whole-{uuid4().hex}", running, broker=broker, pacing=pacing, data=data)
    deadlines = Deadlines(store, processors, clock=components.now)
    async with background(agents.run(app, running), deadlines.run()):
        yield WholeShop(store, broker, partitions, Counter(store, sites=sites), gateway, metrics)
