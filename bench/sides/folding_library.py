"""The library's repository over events of the same meaning: `python -m bench.sides.folding_library URL EVENTS`."""

import asyncio
import sys
import time
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from bench.databases import library_settings
from bench.sampling import Sample, WorkNotDone
from bench.workers import serve


class Product(Aggregate):
    """A product as the library would have it."""

    @event("Created")
    def __init__(self, name: str, department: str, category: str, amount: int, currency: str) -> None:
        self.name, self.department, self.category = name, department, category
        self.amount, self.currency = amount, currency

    @event("PriceChanged")
    def change_price(self, old: int, new: int, currency: str) -> None:  # noqa: ARG002 - it is in the event
        """Set another price."""
        self.amount, self.currency = new, currency


async def main(url: str, events: str) -> None:
    """Serve until nobody asks."""
    app, count = Application[UUID](library_settings(url)), int(events)
    product = Product("Lamp", "Home", "Lamps", 100, "USD")
    for number in range(1, count):
        product.change_price(99 + number, 100 + number, "USD")
    app.save(product)

    def work(seconds: float) -> Sample:
        begun, done = time.perf_counter(), 0
        while time.perf_counter() < begun + seconds:
            found: Product = app.repository.get(product.id)
            if (found.version, found.amount) != (count, 99 + count):
                raise WorkNotDone(f"{count} events lead to version {found.version}")
            done += 1
        return Sample(done, time.perf_counter() - begun)

    await serve(lambda seconds: asyncio.to_thread(work, seconds))
    app.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
