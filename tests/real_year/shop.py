"""The write side of a shop in one process, on a clock that is set: the real doors, deciders, saga and processors.

Products are listed, stock is received and orders are placed by requests to the application. Lines are put into carts
and goods are handed over by the functions of the routes themselves: requests around them would take as long as all the
rest. The log is read as it grows and handed to the processors by partition, as the relay and Kafka would.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import orjson
from prometheus_client import CollectorRegistry

from aioutlet.broker import PARTITIONS
from aioutlet.journey.admin_client import AdminClient
from aioutlet.journey.baskets import Basket, demand
from aioutlet.journey.load_generator import GOOD_TOKEN
from aioutlet.journey.shop import order_of
from command_api.context import Caller
from command_api.main import build_app
from command_api.routers.carts import NewItem, add_item
from command_api.routers.orders import NewStatus, set_status
from edge.context import CURRENT, context_from_headers
from event_store.store import EventStore
from schemas.actor_type import ActorType
from schemas.codec import Stored, decode
from schemas.envelope import Actor
from schemas.order import OrderStatus
from schemas.product import CreateProduct
from schemas.topics import TopicPartition
from schemas.wire import published_to
from streams.carrier import DummyCarrier
from streams.fulfilment import Fulfilment
from streams.inventory import Inventory
from streams.metrics import Metrics
from streams.payment import Payments
from streams.payment_gateway import DummyGateway
from streams.processor import Processor
from streams.provider_books import ProviderBooks
from streams.shipping import Shipping
from tests.accounts import new_accounts
from tests.doors import client_of
from tests.integration.doors.counter import Clock, who
from tests.integration.openapi.asgi import Headers, Request, ask
from tests.real_year.baskets import DatedBasket
from tests.real_year.inline_store import InlineStore
from tests.sealing import new_sealer

PAGE = 10_000
UNAVAILABLE = 503
"""What a busy machine may answer: it has a deadline. The same key makes it safe to ask again."""
ATTEMPTS = 10
END_OF_HOUR = timedelta(minutes=59, seconds=59)
STAFF = Actor(type=ActorType.ADMIN, id="staff", roles=("admin",))


class YearShop:
    """A command API and its processors over one store, and which order each basket became."""

    def __init__(self, store: EventStore, clock: Clock) -> None:
        """Nothing is listed and nothing in stock."""
        self.store = store
        self.orders: dict[str, str] = {}
        """By basket."""
        self._clock = clock
        self.accounts = new_accounts(clock=clock)
        self.app = build_app(store, accounts=self.accounts, clock=clock)
        self._processors = _processors(store, clock)
        self.app.state.context.warehouses._snapshots = None
        self._handled = 0

    async def open(self, at: datetime, products: Sequence[CreateProduct], baskets: Sequence[DatedBasket]) -> None:
        """List the products, and take in exactly what the baskets will need."""
        self._clock.now = at
        async with client_of(self.app) as client:
            staff = AdminClient(client, who("staff", "admin")["Authorization"].removeprefix("Bearer "))
            await staff.list_products(products)
            await staff.receive("opening", demand([each.basket for each in baskets]))
        for processor in self._processors:
            await processor.checkpoints()
        self._handled = await self.store.head()

    async def sell(self, baskets: Sequence[DatedBasket]) -> None:
        """Order the baskets of one hour, each at its time; at the end of the hour all are paid and carried home."""
        orders = [await self._order(each) for each in baskets]
        self._clock.now = baskets[0].hour + END_OF_HOUR
        await self._process()
        for order_id in orders:
            for status in (OrderStatus.SHIPPED, OrderStatus.DELIVERED):
                await set_status(
                    order_id, NewStatus(status=status), self._caller(STAFF, "PUT /orders/{order_id}/status")
                )
        await self._process()

    async def parked(self) -> list[str]:
        """Name what the processors could not handle."""
        rows = [row for each in self._processors for row in await self.store.parked(each.consumer)]
        return [f"{row.consumer}, {row.subject}: {row.cause}" for row in rows]

    async def _order(self, dated: DatedBasket) -> str:
        self._clock.now, basket = dated.at, dated.basket
        cart_id = await self._fill_cart(basket)
        body = {name: value for name, value in order_of(basket, GOOD_TOKEN).items() if name != "items"}
        answer = await self._post("/orders", body | {"cartId": cart_id}, basket)
        self.orders[basket.basket_id] = order_id = str(answer["orderId"])
        return order_id

    async def _fill_cart(self, basket: Basket) -> str:
        """Put every line of a basket into the cart of its household; return the id of the cart's round."""
        owner = _household(basket)
        caller = self._caller(
            Actor(type=ActorType.CUSTOMER, id=owner, roles=("customer",)), "POST /carts/{owner_id}/items"
        )
        for product_id, quantity in basket.items:
            answer = await add_item(owner, NewItem(product_id=product_id, quantity=quantity), caller)
        return str(orjson.loads(answer.body)["cartId"])

    async def _post(self, path: str, body: dict[str, Any], basket: Basket) -> dict[str, Any]:
        """Send a request about a basket, under its key, until it is answered."""
        headers = _headers_of(_household(basket))
        headers = (*headers, (b"idempotency-key", basket.basket_id.encode()))
        request = Request("POST", path.encode(), b"", headers, orjson.dumps(body))
        for _ in range(ATTEMPTS):
            if (answer := await ask(self.app, request)).status != UNAVAILABLE:
                break
        assert answer.status == 201, answer.body
        said: dict[str, Any] = orjson.loads(answer.body)
        return said

    def _caller(self, actor: Actor, route: str) -> Caller:
        """Return who calls a route, in a request with ids of its own."""
        CURRENT.set(context_from_headers(()))
        return Caller(self.app.state.context, actor, route, None)

    async def _process(self) -> None:
        """Have the processors handle what is recorded, and what that leads to, until nothing is left."""
        while page := await self.store.log(self._handled, limit=PAGE):
            self._handled = page[-1].position
            for processor in self._processors:
                for place, events in _wanted(processor, page).items():
                    await processor.handle(place, [decode(each) for each in events], events[-1].position)


@asynccontextmanager
async def open_year_shop() -> AsyncIterator[YearShop]:
    """A shop with an empty log in memory."""
    clock = Clock()
    store = InlineStore(clock)
    shop = YearShop(store, clock)
    yield shop
    await shop.accounts.passwords.close()
    await store.close()


def _processors(store: EventStore, clock: Clock) -> Sequence[Processor]:
    """Return those that an order needs; there are no mails."""
    metrics = Metrics(CollectorRegistry())
    gateway = DummyGateway(late_after=1.0, books=ProviderBooks())
    inventory = Inventory(store, clock=clock, metrics=metrics)
    inventory._warehouses._snapshots = None  # nobody will read one, and of all products each is much to write
    return (
        Fulfilment(store, clock=clock, metrics=metrics),
        Payments(store, gateway, clock=clock, metrics=metrics),
        inventory,
        Shipping(store, DummyCarrier(), new_sealer(), clock=clock, metrics=metrics),
    )


def _wanted(processor: Processor, page: Sequence[Stored]) -> dict[TopicPartition, list[Stored]]:
    """Return the events of a page that a processor handles, by where it reads them."""
    found: dict[TopicPartition, list[Stored]] = defaultdict(list)
    for stored in page:
        if stored.type in processor.types:
            for place in published_to(stored, PARTITIONS):
                if place.topic in processor.topics:
                    found[place].append(stored)
    return found


def _household(basket: Basket) -> str:
    return f"household-{basket.household_id}"


@cache
def _headers_of(household: str) -> Headers:
    token = who(household, "customer")["Authorization"]
    return ((b"authorization", token.encode()), (b"content-type", b"application/json"))
