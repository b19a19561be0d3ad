"""One stream read and folded, over and over: `python -m bench.sides.folding_ours URL EVENTS`."""

import time

from aioutlet.gc_tuning import tune_gc
from bench.sampling import Sample, WorkNotDone
from bench.workers import serve, start_worker
from domain.product import PRODUCT
from edge.context import fresh_id
from event_store.clock import wall_clock
from event_store.postgres.store import postgres_store
from event_store.records import AppendRequest
from event_store.repository import Repository
from schemas.envelope import Cause, wrap_events
from schemas.message import Money
from schemas.product import ProductCreated, ProductPriceChanged
from schemas.stream_names import product_stream

ID = "1082185"
STREAM = product_stream(ID)


def price(number: int) -> Money:
    """The price after so many changes."""
    return Money(amount=100 + number, currency="USD")


async def main(url: str, events: str) -> None:
    """Serve until nobody asks."""
    tune_gc()
    store, count = postgres_store(url), int(events)
    created = ProductCreated(product_id=ID, name="Lamp", department="Home", category="Lamps", price=price(0))
    changes = [ProductPriceChanged(product_id=ID, old=price(n - 1), new=price(n)) for n in range(1, count)]
    cause = Cause(id=fresh_id(), at=wall_clock(), correlation_id=ID)
    await store.append(AppendRequest(events=tuple(wrap_events(STREAM, 0, [created, *changes], cause))))

    products = Repository(store, PRODUCT)

    async def work(seconds: float) -> Sample:
        begun, done = time.perf_counter(), 0
        while time.perf_counter() < begun + seconds:
            products.clear()
            loaded = await products.load(STREAM)
            if (loaded.version, loaded.state.price) != (count, price(count - 1)):
                raise WorkNotDone(f"{count} events lead to {loaded}")
            done += 1
        return Sample(done, time.perf_counter() - begun)

    await serve(work)
    await store.close()


if __name__ == "__main__":
    start_worker(main)
