"""The log of whole orders as the shop itself writes it: real deciders, saga and agents over real baskets.

A short one is run through the shop, many orders side by side, and told again with other orders until it is long enough.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from prometheus_client import CollectorRegistry

from aioutlet import components
from aioutlet.settings import Settings
from bench.baskets import PIECES
from bench.orders import KEY, accepted, orders, prepare
from bench.sampling import Course
from edge.context import fresh_id
from edge.logging import configure
from event_store.clock import wall_clock
from event_store.memory import memory_store
from event_store.postgres.importing import import_events
from event_store.records import AppendRequest
from event_store.store import EventStore
from identity.memory import memory_identity_store
from identity.parts import IdentityParts, build_parts
from schemas.codec import Stored, decode
from schemas.envelope import Cause, wrap_events
from schemas.ids import derived_id, id_at, time_of
from schemas.order import OrderCreated, OrderNumberClaimed
from schemas.stream_names import warehouse_stream
from schemas.topics import TopicPartition
from schemas.warehouse import StockLine, StockReceived
from schemas.wire import outgoing
from streams.metrics import Metrics
from streams.processor import Processor

PARTITIONS = 6
TOLD_AT_ONCE = 240
ARRIVE_AT_ONCE = 10
WHOLE = 1_000_000
DOOR = frozenset({"order.created", "order.number.claimed"})
BEGUN = datetime(2026, 3, 14, 12, tzinfo=UTC)


class Told(NamedTuple):
    """The events of the orders told at once, and of which order each is; empty where of none."""

    events: Sequence[Stored]
    orders: Sequence[str]


async def fill(course: Course, url: str, events: int) -> int:
    """Write the log of whole orders, of at least so many events, to the empty, migrated database at `url`.

    Returns its length.
    """
    story = await told(course)
    times = -(-(course.events or events) // sum(map(bool, story.orders)))
    return await asyncio.to_thread(import_events, url, again(story, times))


def placed(log: Iterator[Stored]) -> Iterator[Stored]:
    """What the door alone has written of a log, before anybody reacted to it."""
    alone = (stored for stored in log if stored.type in DOOR)
    return (stored._replace(position=position) for position, stored in enumerate(alone, start=1))


def again(told: Told, times: int) -> Iterator[Stored]:
    """The same story so many times, each of other orders, as one log; what is of no order, once."""
    last: dict[str, int] = defaultdict(int)
    position = 0
    for time in range(times):
        others = {order: order and _another(order, time) for order in told.orders}
        for stored, order in zip(told.events, told.orders, strict=True):
            if time and not order:
                continue
            position += 1
            stream = stored.stream.replace(order, others[order])
            last[stream] += 1
            state = stored.state.replace(order.encode(), others[order].encode())
            yield Stored(position, stream, last[stream], stored.type, state)


async def told(course: Course) -> Told:
    """Let the shop go through it, new orders arriving while others are under way."""
    configure("WARNING")
    path = course.scratch / "orders"
    if not path.exists():
        await asyncio.to_thread(prepare, path)
    placed = [order for (order,) in islice(orders(path, 1), TOLD_AT_ONCE) if isinstance(order, OrderCreated)]
    store = memory_store()
    secrets = memory_identity_store()
    identity = await build_parts(secrets, master_key=KEY, token_secret=KEY.hex(), clock=wall_clock, new_id=fresh_id)
    await _fulfil(store, identity, placed)
    log = await store.log(0, limit=WHOLE)
    await secrets.close()
    await store.close()
    return Told(log, [_order_of(stored) for stored in log])


async def _fulfil(store: EventStore, identity: IdentityParts, placed: Sequence[OrderCreated]) -> None:
    crew = components.build_processors(
        Settings(data=Path(), provider_books=Path(":memory:")),
        store,
        identity,
        Metrics(CollectorRegistry()),
        partitions=PARTITIONS,
    )
    await _stock_up(store, placed)
    arriving, seen = iter(placed), 0
    while True:
        for order in islice(arriving, ARRIVE_AT_ONCE):
            await _place(store, order)
        page = await store.log(seen, limit=WHOLE)
        if not page:
            return
        seen = page[-1].position
        for processor in crew:
            await _react(processor, page)


def _another(name: str, seconds: int) -> str:
    """The id of another order, placed so much later: the shop's ids, UUIDv7, begin with their time."""
    at = time_of(name)
    return id_at(at + timedelta(seconds=seconds), name) if at else derived_id(name, str(seconds))


def _order_of(stored: Stored) -> str:
    """Whose it is; of a delivery, which is nobody's, the receipt stands for an order."""
    event = decode(stored).event
    return str(getattr(event, "order_id", None) or getattr(event, "receipt_id", None) or "")


async def _react(processor: Processor, page: Sequence[Stored]) -> None:
    by_place: dict[TopicPartition, list[Stored]] = defaultdict(list)
    for stored in page:
        for message in outgoing(stored, PARTITIONS):
            if message.partition.topic in processor.topics and stored.type in processor.types:
                by_place[message.partition].append(stored)
    for place, run in by_place.items():
        await processor.handle(place, [decode(stored) for stored in run], run[-1].position)


async def _stock_up(store: EventStore, orders: Sequence[OrderCreated]) -> None:
    products = dict.fromkeys(line.product_id for order in orders for line in order.items)
    lines = tuple(StockLine(product_id=product, quantity=PIECES) for product in products)
    received = StockReceived(warehouse_id="main", receipt_id=fresh_id(), items=lines)
    cause = Cause(id=fresh_id(), at=BEGUN, correlation_id="delivery")
    await store.append(AppendRequest(tuple(wrap_events(warehouse_stream("main"), 0, [received], cause))))


async def _place(store: EventStore, order: OrderCreated) -> None:
    """As the door would: the order and the claim of its number in one append."""
    claim = OrderNumberClaimed(order_id=order.order_id, order_number=order.order_number)
    await store.append(AppendRequest(accepted(order.order_id, [order], [claim], at=BEGUN)))
