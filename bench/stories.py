"""Orders as the read side keeps them: the whole story of each, told by the tests' histories."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import orjson
from pymongo import AsyncMongoClient

from aioutlet.journey.baskets import Basket
from aioutlet.journey.shop import order_of
from bench.baskets import Shelves
from event_store.records import AppendRequest
from event_store.store import EventStore
from identity.sealing import Sealer
from projectors.models.registry import MODELS
from projectors.projection import Projection
from projectors.writer import ensure_indexes
from schemas.documents import Document
from schemas.ids import derived_id
from schemas.message import Event
from schemas.order import OrderCreated, OrderLine
from tests.histories import COMPLETED, deliver, events, recorded

APPENDED_AT_ONCE = 500
PRICE = 199
"""Cents a piece."""


@asynccontextmanager
async def told(
    uri: str, database: str, shelves: Shelves, store: EventStore, sealer: Sealer
) -> AsyncIterator[Mapping[str, str]]:
    """A completed order for every basket, in the log and as documents of a database of its own; order -> household."""
    orders = {derived_id("bench", basket.basket_id): basket for basket in shelves.baskets}
    names = {product.product_id: product.name for product in shelves.products}
    await sealer.prepare({_owner(basket) for basket in shelves.baskets})
    history = [event for order_id, basket in orders.items() for event in _story(order_id, basket, names, sealer)]
    client: AsyncMongoClient[Document] = AsyncMongoClient(uri)
    async with client:
        await client.drop_database(database)
        await ensure_indexes(client[database], MODELS)
        envelopes = recorded(history)
        for start in range(0, len(envelopes), APPENDED_AT_ONCE):
            await store.append(AppendRequest(events=tuple(envelopes[start : start + APPENDED_AT_ONCE])))
        await deliver(Projection(MODELS, client[database], store), envelopes)
        yield {order_id: basket.household_id for order_id, basket in orders.items()}
        await client.drop_database(database)


def _owner(basket: Basket) -> str:
    return f"household-{basket.household_id}"


def _story(order_id: str, basket: Basket, names: Mapping[str, str], sealer: Sealer) -> Sequence[Event]:
    owner = _owner(basket)
    address = sealer.seal(owner, orjson.dumps(order_of(basket, "tok_ok")["shippingAddress"]).decode())
    told = events(*COMPLETED, order_id=order_id, customer_id=owner, shipping_address=address, billing_address=address)
    items = tuple(
        OrderLine(product_id=product, name=names[product], quantity=quantity, unit_price=PRICE)
        for product, quantity in basket.items
    )
    return [event.model_copy(update={"items": items}) if isinstance(event, OrderCreated) else event for event in told]
