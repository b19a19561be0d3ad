"""Reservations of one warehouse, on and on: `python -m bench.sides.growing_stock URL RESERVATIONS`."""

import sys
import time
from collections.abc import Iterator, Sequence
from itertools import count, islice
from statistics import median

from prometheus_client import CollectorRegistry

from aioutlet.gc_tuning import tune_gc
from bench.baskets import PIECES
from bench.sampling import Sample, WorkNotDone
from bench.whole_orders import BEGUN, PARTITIONS
from bench.workers import serve, start_worker
from edge.context import fresh_id
from edge.logging import configure
from event_store.clock import wall_clock
from event_store.postgres.store import postgres_store
from event_store.records import AppendRequest
from event_store.store import EventStore
from schemas.envelope import Cause, Envelope, wrap_events
from schemas.saga import InventoryReservation
from schemas.stream_names import saga_stream, warehouse_stream
from schemas.topics import STOCK, TopicPartition, partition_of
from schemas.warehouse import StockLine, StockReceived
from streams.inventory import Inventory
from streams.metrics import Metrics

WAREHOUSE = "main"
PLACE = TopicPartition(STOCK, partition_of(WAREHOUSE, PARTITIONS))
PRODUCTS = [f"product-{number}" for number in range(2_000)]
LINES = 9
"""Products of an order: as many as a real basket has."""
FIRST = 100
"""Reservations after which the first are timed."""
TIMED = 300
BATCH = 500
REACHED = "inventory.reserved"


def requests() -> Iterator[Envelope]:
    """Yield requests of the saga to reserve, one order after another."""
    for number in count():
        order_id = fresh_id()
        lines = (PRODUCTS[(number * LINES + line) % len(PRODUCTS)] for line in range(LINES))
        items = tuple(StockLine(product_id=product, quantity=1) for product in lines)
        event = InventoryReservation(order_id=order_id, attempt=1, warehouse_id=WAREHOUSE, items=items)
        yield from wrap_events(saga_stream(order_id), 0, [event], Cause(order_id, BEGUN, order_id))


async def receive(store: EventStore) -> None:
    """Put more on the shelves than will be reserved."""
    lines = tuple(StockLine(product_id=product, quantity=PIECES) for product in PRODUCTS)
    received = StockReceived(warehouse_id=WAREHOUSE, receipt_id=fresh_id(), items=lines)
    cause = Cause(id=fresh_id(), at=BEGUN, correlation_id="delivery")
    await store.append(AppendRequest(tuple(wrap_events(warehouse_stream(WAREHOUSE), 0, [received], cause))))


class Run:
    """One warehouse from its first reservation on."""

    def __init__(self, store: EventStore) -> None:
        self._inventory = Inventory(store, clock=wall_clock, metrics=Metrics(CollectorRegistry()))
        self._requests = requests()
        self.asked = 0

    async def reserve(self, number: int) -> None:
        """Handle so many requests in batches."""
        for start in range(0, number, BATCH):
            await self._handle(list(islice(self._requests, min(BATCH, number - start))))

    async def timed(self) -> float:
        """Return the median of the seconds that one request takes."""
        took = []
        for request in islice(self._requests, TIMED):
            begun = time.perf_counter()
            await self._handle([request])
            took.append(time.perf_counter() - begun)
        return median(took)

    async def _handle(self, batch: Sequence[Envelope]) -> None:
        self.asked += len(batch)
        await self._inventory.handle(PLACE, batch, self.asked)


async def main(url: str, reservations: str) -> None:
    """Serve until nobody asks."""
    configure("WARNING", stream=sys.stderr)
    tune_gc()
    store = postgres_store(url)

    async def work(_seconds: float) -> Sample:
        begun = time.perf_counter()
        await receive(store)
        run = Run(store)
        await run.reserve(FIRST)
        early = await run.timed()
        await run.reserve(int(reservations) - run.asked)
        late = await run.timed()
        head = await store.head()
        reserved = len(await store.log(0, limit=head, types=[REACHED]))
        if reserved != run.asked:
            raise WorkNotDone(f"{run.asked} reservations were asked for, {reserved} are made")
        extra = {"reservation": late / early, "reservation ms": late * 1_000}
        return Sample(run.asked, time.perf_counter() - begun, extra)

    await serve(work)
    await store.close()


if __name__ == "__main__":
    start_worker(main)
